// Goes on after a cut: tries a transfer again, with pauses, as long as it gets somewhere. Upload and download use it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Unreachable } from '../net/errors.ts';
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import { clientBounds } from './bounds.ts';
import { pauseMs } from './dial-loop.ts';
import { ConnectionLost, errorOf, TransferError } from './errors.ts';

export type Attempts = {
  readonly signal: AbortSignal;
  /** One try, from the offer or fetch on. */
  readonly attempt: () => Promise<void>;
  /** Resolves when the client is online. */
  readonly online: (signal: AbortSignal) => Promise<void>;
  /** Bytes that are safe at the other end; more than before means that the last try was not in vain. */
  readonly gained: () => number;
  readonly waiting: () => void;
  /** For the jitter of the pauses. */
  readonly random: () => number;
};

/** Refusals that a later try may not meet: the ticket was late, an own cut connection still counts, a restart. */
const passing: ReadonlySet<ErrorCode> = new Set(['ticket-wrong', 'too-many', 'closing']);

function mayPass(error: Error): boolean {
  if (error instanceof Refusal) return passing.has(error.code);
  return error instanceof ConnectionLost || error instanceof Unreachable;
}

/** Resolves after a try that did; rejects with what a further try would not change, or `TransferError`. */
export async function tryAgain(attempts: Attempts): Promise<void> {
  const { signal } = attempts;
  let failures = 0;
  for (;;) {
    await attempts.online(signal);
    const before = attempts.gained();
    const error = await attempts.attempt().then(() => undefined, errorOf);
    if (error === undefined) return;
    signal.throwIfAborted();
    if (!mayPass(error)) throw error;
    failures = attempts.gained() > before ? 0 : failures + 1;
    // Waiting for a place among the transfers is no failure.
    if (error instanceof Refusal && error.code === 'too-many') failures = Math.min(failures, 6);
    if (failures >= clientBounds.transferTries) {
      throw new TransferError(`The transfer broke off ${failures} times in a row: ${error.message}`, {
        cause: error,
      });
    }
    attempts.waiting();
    await sleep(pauseMs(failures, attempts.random()), undefined, { signal });
  }
}
