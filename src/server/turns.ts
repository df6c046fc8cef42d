// Work that must not overlap, one after the other for each key: moves of a member, searches of one, uses of a file.

export class Turns<Key> {
  readonly #latest = new Map<Key, Promise<void>>();

  /** Runs `work` when that of the key before it is over, however it ended; settles as it does. */
  inTurn<Result>(key: Key, work: () => Promise<Result>): Promise<Result> {
    const before = this.#latest.get(key) ?? Promise.resolve();
    const worked = before.then(work);
    const over = worked
      .then(
        () => undefined,
        () => {
          // Nothing is lost: who asked for it hears of it.
        },
      )
      .finally(() => {
        if (this.#latest.get(key) === over) this.#latest.delete(key);
      });
    this.#latest.set(key, over);
    return worked;
  }
}
