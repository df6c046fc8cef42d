// What lends the terminal goes on after a failure: the next key finds the terminal ours.
import { expect, test } from 'vitest';
import type { InkApp } from '../../src/ui/app.tsx';
import { makeLending } from '../../src/ui/suspend.ts';
import { makeTerminal } from '../../src/ui/terminal.ts';
import { FakeTerminal } from '../helpers/screen.ts';

type Suspension = Awaited<ReturnType<InkApp['suspendTerminal']>>;

/** A chat on its screen; Ink answers each call as it is told, and counts them. */
function open(answers: readonly (() => Promise<Suspension>)[]) {
  const screen = new FakeTerminal(80, 24);
  const terminal = makeTerminal({}, screen);
  terminal.enter();
  let calls = 0;
  const suspendTerminal = () => {
    calls += 1;
    return answers[calls - 1]?.() ?? Promise.reject(new Error('asked once more'));
  };
  const app = { suspendTerminal } as unknown as InkApp;
  const lending = makeLending(() => ({ app, terminal, isLeaving: () => false }));
  return { lending, screen, calls: () => calls };
}

const refuses = () => Promise.reject(new Error('the terminal is gone'));
const lends = (resume: () => Promise<void>) => () => Promise.resolve({ resume } as unknown as Suspension);

test('a stop that Ink refuses says so, and the next Ctrl-z is a stop again', async () => {
  const { lending, screen, calls } = open([refuses, refuses]);
  await screen.lines();
  const before = screen.modes();
  await expect(lending.suspend()).rejects.toThrow('the terminal is gone');
  await expect(lending.suspend()).rejects.toThrow('the terminal is gone');
  expect(calls()).toBe(2);
  await screen.lines();
  expect(screen.modes()).toEqual(before);
});

test('a screen that Ink could not draw anew is drawn anew by the next Ctrl-l', async () => {
  let drawn = 0;
  const { lending, calls } = open([
    lends(refuses),
    lends(async () => {
      drawn += 1;
    }),
  ]);
  await expect(lending.redraw()).rejects.toThrow('the terminal is gone');
  await lending.redraw();
  expect([calls(), drawn]).toEqual([2, 1]);
});
