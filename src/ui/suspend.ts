// Ctrl-z and `kill -TSTP`: gives the terminal to the shell, stops, and takes the terminal back whole; Ctrl-l lends it to
// nobody and so has it drawn anew. Called by run.tsx.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InkApp } from './app.tsx';
import type { Terminal } from './terminal.ts';

/**
 * A stop takes effect before `kill` returns, or on another thread a moment later. Where no shell could continue us (the
 * chat is all there is in its terminal) the system does not stop us at all, and then we go on after this long.
 */
const stopTakesMs = 100;

/** The handler of SIGTSTP is ours while the chat runs; a stop that shall happen needs the default action. */
const stopGroup = async (): Promise<void> => {
  const handlers = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP');
  const continued = Promise.withResolvers<void>();
  process.once('SIGCONT', continued.resolve);
  const timer = setTimeout(continued.resolve, stopTakesMs);
  // The whole group, so that the shell sees its job stop also when npx stands between.
  process.kill(0, 'SIGTSTP');
  await continued.promise;
  clearTimeout(timer);
  process.off('SIGCONT', continued.resolve);
  for (const handler of handlers) process.on('SIGTSTP', handler);
  // Who kills a stopped job continues it behind that: its last signal is heard before the terminal is touched again,
  // for by then it is the shell's, and a job in the background that sets modes is stopped once more.
  await nextTurn();
};

export type Lending = {
  readonly app: InkApp | undefined;
  readonly terminal: Terminal;
  /** The chat is ending: the terminal stays where it is. */
  readonly isLeaving: () => boolean;
};

/**
 * Makes the two things that lend the terminal, one at a time. Ctrl-z pressed twice is one stop; a stop that comes while
 * the screen is drawn anew happens behind that. Each rejects with what Ink failed at; the chat goes on.
 */
export const makeLending = (lending: () => Lending) => {
  let is: 'ours' | 'stopping' | 'coming-back' = 'ours';
  let isStopDue = false;
  const lend = async (as: typeof is, meanwhile: () => Promise<void>): Promise<void> => {
    const { app, terminal, isLeaving } = lending();
    if (is !== 'ours' || app === undefined) return;
    is = as;
    terminal.lend();
    try {
      const suspension = await app.suspendTerminal();
      await meanwhile();
      if (isLeaving()) return;
      is = 'coming-back';
      await suspension.resume();
    } finally {
      // Also when the terminal could not be lent or had back: the next key shall find it ours.
      if (!isLeaving()) {
        terminal.enter();
        is = 'ours';
      }
    }
    if (isStopDue) await suspend();
  };
  const suspend = async (): Promise<void> => {
    // Windows has no such signal, and its shells no jobs.
    if (process.platform === 'win32') return;
    isStopDue = is === 'coming-back';
    await lend('stopping', stopGroup);
  };
  return { redraw: () => lend('coming-back', async () => {}), suspend };
};
