// Files give way to talk. A transfer takes all of a core that it can have, at either end, and whoever posts meanwhile
// would wait for it. So while somebody talks, all transfers of a server go in small steps, one after the other, with a
// rest before each; where nobody says anything they go as fast as they can. One for each server: what posts wait for does
// not grow with the number of transfers.

/** Before each step: some 75 MiB/s for all transfers together. */
export const restMs = 1;

/** Read, deciphered, hashed and written in half a millisecond, and done with before a scheduler would take its core away. */
const talkStepBytes = 128 * 1024;

/** Behind a post others are likely. */
export const talkMs = 50;

export class Courtesy {
  readonly #tail: () => number;
  #heard: number;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Whose turn it is next comes first. */
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `tail`: the log's, which rises with each post. */
  constructor(tail: () => number) {
    this.#tail = tail;
    this.#heard = tail();
  }

  /** How large a step may be that would else have `most` bytes. */
  stepBytes(most: number): number {
    return this.#isTalk() ? Math.min(most, talkStepBytes) : most;
  }

  /** Call it between two steps: while somebody talks it waits for its turn, else not at all. */
  async giveWay(): Promise<void> {
    if (!this.#isTalk()) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#rest();
    });
  }

  #isTalk(): boolean {
    const tail = this.#tail();
    const now = performance.now();
    if (tail !== this.#heard) this.#heardAt = now;
    this.#heard = tail;
    return now - this.#heardAt < talkMs;
  }

  #rest(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#rest();
    }, restMs);
  }
}
