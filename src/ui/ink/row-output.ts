// Rows of the screen that Ink has made once are not made again. Ink cuts the whole screen into styled characters and
// puts them together anew for each frame, 8 ms at 120x40, though a key changes one row, and a message moves rows that
// are already known. The build puts this around Ink's own class (scripts/ink-plugins.ts), which goes on making every
// row that is new; tests compare the two.
import { quickRow } from './quick-row.ts';
import { remembered } from './remembered.ts';

type Transformer = (text: string, index: number) => string;
type WriteOptions = { readonly transformers: readonly Transformer[] };

/** What ink/build/output.js exports, as far as it is used here. */
export type InkOutput = {
  readonly width: number;
  readonly height: number;
  write(x: number, y: number, text: string, options: WriteOptions): void;
  clip(clip: unknown): void;
  get(): { output: string; height: number };
};
export type InkOutputClass = new (size: { width: number; height: number }) => InkOutput;

type Write = { readonly x: number; readonly text: string };

/** A few screens of rows, each less than a kilobyte; a view that scrolls leaves the others behind. */
const rowsMost = 512;
/** Between the parts of a key; Ink takes it out of every text. */
const separator = '\0';

const isAsItIs = ({ transformers }: WriteOptions, text: string): boolean =>
  transformers.every((transform) => transform(text, 0) === text);

export const rowOutput = (Output: InkOutputClass): InkOutputClass => {
  const rowOf = remembered((key) => {
    const [width, ...parts] = key.split(separator);
    const [x, text, more] = parts;
    const quick = x === '0' && more === undefined ? quickRow(text ?? '', Number(width)) : undefined;
    if (quick !== undefined) return quick;
    const row = new Output({ width: Number(width), height: 1 });
    for (let at = 0; at < parts.length; at += 2)
      row.write(Number(parts[at]), 0, parts[at + 1] ?? '', { transformers: [] });
    return row.get().output;
  }, rowsMost);

  return class extends Output {
    readonly #rows = new Map<number, Write[]>();
    /** Clipped, transformed and multi-line texts reach over a row: then Ink draws the frame as it always does. */
    #isOfRows = true;

    override write(x: number, y: number, text: string, options: WriteOptions): void {
      super.write(x, y, text, options);
      if (text === '') return;
      if (text.includes('\n') || !isAsItIs(options, text)) this.#isOfRows = false;
      const row = this.#rows.get(y);
      if (row) row.push({ x, text });
      else this.#rows.set(y, [{ x, text }]);
    }

    override clip(clip: unknown): void {
      super.clip(clip);
      this.#isOfRows = false;
    }

    override get(): { output: string; height: number } {
      if (!this.#isOfRows) return super.get();
      const { width, height } = this;
      const rows = Array.from({ length: height }, (_, y) => {
        const writes = this.#rows.get(y);
        if (!writes) return '';
        return rowOf(
          `${width}${separator}${writes.map(({ x, text }) => x + separator + text).join(separator)}`,
        );
      });
      return { output: rows.join('\n'), height };
    }
  };
};
