// Signals to ends. Scripts end at once: what they sent is acknowledged or it is not, and nothing else is open.
// A server stops in order, and a second signal does not wait for that.
import { exitCodes } from './exit-code.ts';

const signalCodes = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;

type Signal = keyof typeof signalCodes;
const signals = Object.keys(signalCodes) as Signal[];

/** Returns the way to undo it. */
export function exitOnSignals(): () => void {
  return onSignals((signal) => process.exit(signalCodes[signal]));
}

/** The first signal calls `stop`, any further one exits at once. Returns the way to undo it. */
export function stopOnSignals(stop: () => void): () => void {
  let isStopping = false;
  return onSignals((signal) => {
    if (isStopping) process.exit(signalCodes[signal]);
    isStopping = true;
    stop();
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
