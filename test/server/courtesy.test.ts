// Files give way to talk, and to nothing else.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Courtesy, courtesyMs } from '../../src/server/courtesy.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function isOver(step: Promise<void>): Promise<boolean> {
  let over = false;
  void step.then(() => {
    over = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return over;
}

test('a step behind a post waits, once for all posts since the last', async () => {
  let tail = 7;
  const courtesy = new Courtesy(() => tail);
  tail = 9;
  const step = courtesy.giveWay();
  expect(await isOver(step)).toBe(false);
  await vi.advanceTimersByTimeAsync(courtesyMs);
  expect(await isOver(step)).toBe(true);
  expect(await isOver(courtesy.giveWay())).toBe(true);
});

test('where nobody says anything no step waits', async () => {
  const courtesy = new Courtesy(() => 7);
  for (let step = 0; step < 3; step += 1) expect(await isOver(courtesy.giveWay())).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
