// Signals to ends. Scripts end at once: what they sent is acknowledged or it is not, and nothing else is open.
// A server stops in order, and a second signal does not wait for that.
import { exitCodes } from './exit-code.ts';

const signalCodes = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;

/**
 * One press of Ctrl-c may come as two signals: from the terminal, and forwarded by npm or timeout(1) a moment later.
 * Nobody presses it twice this fast.
 */
export const samePressMs = 100;

type Signal = keyof typeof signalCodes;
const signals = Object.keys(signalCodes) as Signal[];

/** Returns the way to undo it. */
export function exitOnSignals(): () => void {
  return onSignals((signal) => process.exit(signalCodes[signal]));
}

/** The first signal calls `stop`, any later one exits at once. Returns the way to undo it. */
export function stopOnSignals(stop: () => void): () => void {
  let stoppingSince: number | undefined;
  return onSignals((signal) => {
    const now = performance.now();
    if (stoppingSince === undefined) {
      stoppingSince = now;
      stop();
    } else if (now - stoppingSince > samePressMs) {
      process.exit(signalCodes[signal]);
    }
  });
}

function onSignals(react: (signal: Signal) => void): () => void {
  const undo = signals.map((signal) => {
    const listener = () => react(signal);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => undo.forEach((off) => void off());
}
