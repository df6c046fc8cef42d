// Keeps one connection to the server: dials, waits with back-off and jitter, dials again, until it is told to stop
// or the server says no for good. One dial at a time. The session gives it what to do and hears where it stands.
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyChanged } from '../net/errors.ts';
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import { clientBounds } from './bounds.ts';
import type { Status } from './client.ts';
import { DeviceRevoked, errorOf } from './errors.ts';

export type LoopOptions<Line> = {
  /** Dials and says hello. */
  readonly connect: (signal: AbortSignal) => Promise<Line>;
  /** Works with the connection; resolves with the reason when it is over. */
  readonly serve: (line: Line) => Promise<Error>;
  readonly tell: (status: Status) => void;
  /** How long to go on without a connection: before the first one, and after one was there. */
  readonly patience: { readonly beforeMs: number; readonly afterMs: number };
  readonly now: () => number;
  readonly random: () => number;
};

/** Refusals that a next try cannot change. */
const finalCodes: ReadonlySet<ErrorCode> = new Set([
  'protocol-version',
  'signature-wrong',
  'token-needed',
  'token-wrong',
  'nick-needed',
  'nick-invalid',
  'nick-taken',
  'not-allowed',
  'unknown-kind',
]);

/** An error of the caller's own work between dial and hello (the profile, the list of known servers). */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

function isFinal(error: Error): boolean {
  if (error instanceof KeyChanged || error instanceof SetupError || error instanceof DeviceRevoked)
    return true;
  return error instanceof Refusal && finalCodes.has(error.code);
}

/** Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): a hundred clients come back spread out. */
export function pauseMs(failures: number, random: number): number {
  return random * Math.min(clientBounds.backOffMostMs, clientBounds.backOffMs * 2 ** Math.min(failures, 20));
}

/** Resolves when it is over: with the error that ended it, or with nothing when `signal` did. */
export async function keepConnected<Line>(
  options: LoopOptions<Line>,
  signal: AbortSignal,
): Promise<Error | undefined> {
  let failures = 0;
  let giveUpAt = options.now() + options.patience.beforeMs;
  while (!signal.aborted) {
    options.tell({ is: 'connecting' });
    const end = await attempt(options, signal);
    if (signal.aborted) break;
    if (end.servedMs !== undefined) giveUpAt = options.now() + options.patience.afterMs;
    if (isFinal(end.error) || options.now() >= giveUpAt) return end.error;
    if (end.servedMs !== undefined && end.servedMs >= clientBounds.stableMs) failures = 0;
    const pause = pauseMs(failures, options.random());
    failures += 1;
    options.tell({ is: 'waiting', until: options.now() + pause, reason: end.error.message });
    await sleep(pause, undefined, { signal }).catch(() => {
      // Only the abort ends it early, and the loop's condition sees that.
    });
  }
  return undefined;
}

async function attempt<Line>(
  options: LoopOptions<Line>,
  signal: AbortSignal,
): Promise<{ readonly error: Error; readonly servedMs?: number }> {
  let line: Line;
  try {
    line = await options.connect(signal);
  } catch (thrown) {
    return { error: errorOf(thrown) };
  }
  const since = options.now();
  const error = await options.serve(line);
  return { error, servedMs: options.now() - since };
}
