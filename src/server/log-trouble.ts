// What the operator reads when the log refuses what members post: one line when it begins, with the cause, and one when
// it is over, for on a full disk a line for each refused post would be the next thing that fills it. What cannot be read
// is one line for each cause: that the log takes posts says nothing about a damaged page. Sessions tell it of refusals,
// the server of what the log has taken.
import type { Refusal } from '../protocol/errors.ts';
import type { Say } from './log-line.ts';

/** Causes of readings that are remembered as said. A log with more is as good as lost, and was told of. */
const causesMax = 100;

export class LogTrouble {
  readonly #say: Say;
  #code: Refusal['code'] | undefined;
  readonly #unreadable = new Set<string>();

  constructor(say: Say) {
    this.#say = say;
  }

  /** What a member wrote was refused. What is no trouble of the log's is passed over. */
  refused({ code, cause }: Refusal): void {
    const isLogs = code === 'disk-full' || code === 'log-failed';
    if (!isLogs || code === this.#code) return;
    this.#code = code;
    this.#say('error', code, { why: String(cause) });
  }

  /** What a member asked for was refused. */
  unreadable({ code, cause }: Refusal): void {
    const why = String(cause);
    if (code !== 'log-failed' || this.#unreadable.has(why) || this.#unreadable.size === causesMax) return;
    this.#unreadable.add(why);
    this.#say('error', 'log-unreadable', { why });
  }

  /** The log has taken something. */
  over(): void {
    if (this.#code === undefined) return;
    this.#code = undefined;
    this.#say('info', 'log-works-again');
  }
}
