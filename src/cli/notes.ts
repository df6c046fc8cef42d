// Lines to the person at the terminal that are neither output nor an error: a key that is remembered, a profile that
// could not be written. While the chat has the screen they wait, since they would be written across it.

export class Notes {
  readonly #write: (text: string) => void;
  #held: string[] | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  say(line: string): void {
    if (this.#held === undefined) this.#write(`${line}\n`);
    else this.#held.push(line);
  }

  /** From here on lines wait. */
  hold(): void {
    this.#held ??= [];
  }

  /** The screen is given back: says what waited. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const line of held) this.say(line);
  }
}
