// Files give way to talk. A transfer takes all of a core that it can have, at either end, and a post that comes meanwhile
// would wait for it: so a transfer that hears of a new post lets the cores rest for a moment, each MiB anew. Where
// two hundred posts a second pass, a file does at some 50 MiB/s; where nobody says anything, as fast as it can. One for each transfer.

/** A commit and a fan-out to a hundred members, with time to spare. */
export const courtesyMs = 20;

export class Courtesy {
  readonly #tail: () => number;
  #heard: number;

  /** `tail`: the log's, which rises with each post. */
  constructor(tail: () => number) {
    this.#tail = tail;
    this.#heard = tail();
  }

  /** Call it between two steps: waits if somebody said something since the last call, else not at all. */
  async giveWay(): Promise<void> {
    const tail = this.#tail();
    if (tail === this.#heard) return;
    this.#heard = tail;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, courtesyMs);
    });
  }
}
