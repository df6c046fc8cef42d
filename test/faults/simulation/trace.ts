// What a simulation did: a running digest of every step and every byte, and the last steps in words.
import { crc32 } from 'node:zlib';

const kept = 80;

export class Trace {
  readonly #lines: string[] = [];
  #next = 0;
  #digest = 0;

  /** Of everything so far; equal for two runs only if they did the same. */
  get hash(): string {
    return this.#digest.toString(16).padStart(8, '0');
  }

  note(what: string, who: string, size = 0): void {
    const line = `${what} ${who} ${size}`;
    this.#digest = crc32(line, this.#digest);
    this.#lines[this.#next % kept] = line;
    this.#next += 1;
  }

  bytes(chunk: Buffer): void {
    this.#digest = crc32(chunk, this.#digest);
  }

  last(): string {
    const from = Math.max(0, this.#next - kept);
    const numbers = Array.from({ length: this.#next - from }, (_, index) => from + index);
    return numbers.map((number) => this.#lines[number % kept]).join('\n');
  }
}
