// A bounded memory of what was read: the least recently used goes first. Used by people.ts for what each message asks.

export class Remembered<Key, Value> {
  readonly #most: number;
  /** In the order of use: a Map keeps the order in which keys were set. */
  readonly #entries = new Map<Key, Value>();
  /** The last one of that order: who talks asks for the same again and again. */
  #newest: Key | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** What is remembered of `key`, else what `read` gives. Absence (`undefined`) is not remembered. */
  get(key: Key, read: (key: Key) => Value | undefined): Value | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined && key === this.#newest) return known;
    const value = known ?? read(key);
    if (value === undefined) return undefined;
    this.#newest = key;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#most) this.#forgetFirst();
    return value;
  }

  forget(key: Key): void {
    this.#entries.delete(key);
  }

  #forgetFirst(): void {
    const { value } = this.#entries.keys().next();
    if (value !== undefined) this.#entries.delete(value);
  }
}
