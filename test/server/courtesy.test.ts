// Files give way to talk, and to nothing else.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Courtesy, restMs, talkMs } from '../../src/server/courtesy.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const mebibyte = 1_048_576;

function log() {
  let tail = 7;
  const courtesy = new Courtesy(() => tail);
  const post = () => {
    tail += 1;
  };
  return { courtesy, post };
}

/** The names of the steps that were let go on, in order. */
function stepping(courtesy: Courtesy, names: readonly string[]): string[] {
  const gone: string[] = [];
  for (const name of names) void courtesy.giveWay().then(() => gone.push(name));
  return gone;
}

test('where nobody says anything no step waits, and each is as large as it likes', async () => {
  const { courtesy } = log();
  const gone = stepping(courtesy, ['a', 'b', 'a', 'b']);
  await vi.advanceTimersByTimeAsync(0);
  expect(gone).toEqual(['a', 'b', 'a', 'b']);
  expect(courtesy.stepBytes(mebibyte)).toBe(mebibyte);
  expect(vi.getTimerCount()).toBe(0);
});

test('while somebody talks all transfers take turns, a rest before each', async () => {
  const { courtesy, post } = log();
  post();
  const gone = stepping(courtesy, ['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(0);
  expect(gone).toEqual([]);
  await vi.advanceTimersByTimeAsync(restMs);
  expect(gone).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(2 * restMs);
  expect(gone).toEqual(['a', 'b', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

test('while somebody talks a step is small, and a smaller one stays as it is', () => {
  const { courtesy, post } = log();
  post();
  const small = courtesy.stepBytes(mebibyte);
  expect(small).toBeLessThan(mebibyte / 4);
  expect(courtesy.stepBytes(small - 1)).toBe(small - 1);
});

test('talk is over a while behind the last post', async () => {
  const { courtesy, post } = log();
  post();
  const waiting = stepping(courtesy, ['a']);
  await vi.advanceTimersByTimeAsync(talkMs);
  expect(waiting).toEqual(['a']);
  expect(courtesy.stepBytes(mebibyte)).toBe(mebibyte);
  const next = stepping(courtesy, ['b']);
  await vi.advanceTimersByTimeAsync(0);
  expect(next).toEqual(['b']);
  expect(vi.getTimerCount()).toBe(0);
});
