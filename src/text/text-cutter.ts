// Cuts a stream of text of any length into messages that may travel. `send` feeds it what comes from a pipe,
// chunk by chunk; it holds one message at the most, and costs O(length).
import { limits } from '../protocol/limits.ts';
import { measureAt } from '../protocol/text-limit.ts';

/** One message. `endsLine`: a line end stood behind it, which is not in `text`; else the line goes on in the next. */
export type Piece = { readonly text: string; readonly endsLine: boolean };

/** A grapheme is looked for this far before a cut within a line; real ones are far shorter. */
const graphemeUnitsMax = 128;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Pieces are as long as is allowed and end with a line; a line that is longer is cut between graphemes.
 * All pieces joined, with a LF behind each that ends its line, are the input again (line ends as LF).
 * An empty line on its own can be an empty piece: whoever posts skips it, as the server takes no empty text.
 */
export class TextCutter {
  readonly #bytesMax: number;
  #held = '';
  /** How far `#held` was measured, in units, and what came of it, in bytes. */
  #measured = 0;
  #bytes = 0;
  /** Behind the last line end that was measured; 0 is none. */
  #lineEnd = 0;

  /** `bytesMax` as in `textFits`; at least 8, so that any code point has room. */
  constructor(bytesMax: number = limits.textBytes) {
    this.#bytesMax = bytesMax;
  }

  /** The messages that are full now. `chunk` may end anywhere, also between the two halves of a character. */
  push(chunk: string): Piece[] {
    this.#held += chunk;
    const pieces: Piece[] = [];
    for (let cut = this.#measure(); cut > 0; cut = this.#measure()) pieces.push(this.#take(cut));
    return pieces;
  }

  /** The whole lines that are held: to be sent when the pipe pauses. */
  flush(): Piece[] {
    return this.#lineEnd > 0 ? [this.#take(this.#lineEnd)] : [];
  }

  /** What is left at the end of the input. */
  end(): Piece[] {
    // Half a character at the very end was not measured: alone it is an escape of six bytes.
    const isOver = this.#measured < this.#held.length && this.#bytes + 6 > this.#bytesMax;
    const pieces = isOver ? [this.#take(this.#measured)] : [];
    return this.#held === '' ? pieces : [...pieces, this.#take(this.#held.length)];
  }

  /** Where to cut when what is held is too long; 0 when it is not. */
  #measure(): number {
    while (this.#measured < this.#held.length) {
      const unit = this.#held.charCodeAt(this.#measured);
      const isHalf = unit >= 0xd800 && unit < 0xdc00 && this.#measured + 1 === this.#held.length;
      if (isHalf) return 0;
      const { units, bytes } = measureAt(this.#held, this.#measured);
      if (this.#bytes + bytes > this.#bytesMax) return this.#lineEnd || this.#graphemeEnd(this.#measured);
      this.#measured += units;
      this.#bytes += bytes;
      if (unit === 0x0a) this.#lineEnd = this.#measured;
    }
    return 0;
  }

  /** The last end of a grapheme up to `at`; `at` itself where one grapheme is longer than any honest one. */
  #graphemeEnd(at: number): number {
    const from = Math.max(0, at - graphemeUnitsMax);
    const window = this.#held.slice(from, at + 2);
    const begin = segmenter.segment(window).containing(at - from)?.index ?? 0;
    return begin > 0 ? from + begin : at;
  }

  #take(cut: number): Piece {
    const taken = this.#held.slice(0, cut);
    this.#held = this.#held.slice(cut);
    this.#measured = 0;
    this.#bytes = 0;
    this.#lineEnd = 0;
    const endsLine = taken.endsWith('\n');
    return { text: endsLine ? taken.replace(/\r?\n$/, '') : taken, endsLine };
  }
}

/** All of `text` as messages. */
export function splitText(text: string, bytesMax: number = limits.textBytes): Piece[] {
  const cutter = new TextCutter(bytesMax);
  return [...cutter.push(text), ...cutter.end()];
}
