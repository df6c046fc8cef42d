// Pings the server while a connection is there, so that a dead line shows at both ends, and tells how long the
// answer took. The session starts it with each connection.
import { limits } from '../protocol/limits.ts';

export type PingingOptions = {
  readonly send: (n: number) => void;
  /** Milliseconds from the ping to its answer. */
  readonly tell: (ms: number) => void;
};

export class Pinging {
  readonly #options: PingingOptions;
  #timer: NodeJS.Timeout | undefined;
  #n = 0;
  /** When the ping whose answer is due was sent; none while nothing is due. */
  #at: number | undefined;

  constructor(options: PingingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ping();
    this.#timer = setInterval(() => this.#ping(), limits.pingEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#at = undefined;
  }

  /** An answer to nothing, or to an older ping, says nothing. */
  answered(n: number): void {
    if (n !== this.#n || this.#at === undefined) return;
    const ms = performance.now() - this.#at;
    this.#at = undefined;
    this.#options.tell(ms);
  }

  #ping(): void {
    this.#n += 1;
    this.#at = performance.now();
    this.#options.send(this.#n);
  }
}
