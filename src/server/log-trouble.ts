// What the operator reads when the log refuses what members post: one line when it begins, with the cause, and one when
// it is over, for on a full disk a line for each refused post would be the next thing that fills it. Sessions tell it of
// refusals, the server of what the log has taken.
import type { Refusal } from '../protocol/errors.ts';
import type { Say } from './log-line.ts';

export class LogTrouble {
  readonly #say: Say;
  #code: Refusal['code'] | undefined;

  constructor(say: Say) {
    this.#say = say;
  }

  /** A member was refused. What is no trouble of the log's is passed over. */
  refused({ code, cause }: Refusal): void {
    const isLogs = code === 'disk-full' || code === 'log-failed';
    if (!isLogs || code === this.#code) return;
    this.#code = code;
    this.#say('error', code, { why: String(cause) });
  }

  /** The log has taken something. */
  over(): void {
    if (this.#code === undefined) return;
    this.#code = undefined;
    this.#say('info', 'log-works-again');
  }
}
