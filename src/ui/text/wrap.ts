// Wraps text to columns by the widths that Ink counts with too: between words where there are spaces, else between
// graphemes, so that no accent, emoji family or wide character is cut. Called by rows.ts for visible messages only.
import { columns, graphemes } from '../../text/width.ts';

/** A row of a text: what stands between two of its units. */
export type Range = { readonly start: number; readonly end: number };

/** Rows of `text`, each at most `width` columns. A grapheme wider than that stands alone in its row. */
export const wrap = (text: string, width: number): readonly string[] =>
  text.split('\n').flatMap((line) => wrapLine(line, width).map(({ start, end }) => line.slice(start, end)));

/** Where the rows of one line stand in it. */
export const wrapLine = (line: string, width: number): readonly Range[] => {
  const most = Math.max(1, width);
  if (columns(line) <= most) return [{ start: 0, end: line.length }];
  const rows: Range[] = [];
  const widthOf = remembering();
  let [start, at, used] = [0, 0, 0];
  const close = (end: number, next: number) => {
    rows.push({ start, end: start + line.slice(start, end).trimEnd().length });
    [start, used] = [next, 0];
  };
  // Words keep the spaces after them; those at the end of a row may stand over its edge and are dropped there.
  for (const word of line.match(/[^ ]+ *| +/g) ?? []) {
    const wide = columns(word.trimEnd());
    if (used > 0 && used + wide > most) close(at, at);
    if (wide > most) {
      for (const grapheme of graphemes(word)) {
        const one = widthOf(grapheme);
        if (used > 0 && used + one > most) {
          rows.push({ start, end: at });
          [start, used] = [at, 0];
        }
        at += grapheme.length;
        used += one;
      }
    } else {
      at += word.length;
      used += columns(word);
    }
  }
  if (line.slice(start).trimEnd() !== '' || rows.length === 0) close(line.length, line.length);
  return rows;
};

/** The same character a thousand times over is measured once: what is no plain one takes microseconds. */
const remembering = (): ((grapheme: string) => number) => {
  const widths = new Map<string, number>();
  return (grapheme) => {
    const held = widths.get(grapheme);
    if (held !== undefined) return held;
    const wide = columns(grapheme);
    widths.set(grapheme, wide);
    return wide;
  };
};

/** Cut to `width` columns, with an ellipsis where something was lost. */
export const cutTo = (text: string, width: number): string => {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const wide = columns(grapheme);
    if (used + wide > width - 1) break;
    kept += grapheme;
    used += wide;
  }
  return width > 0 ? `${kept}…` : '';
};

/** Cut or filled with spaces to exactly `width` columns. */
export const padEnd = (text: string, width: number): string => {
  const cut = cutTo(text, width);
  return cut + ' '.repeat(Math.max(0, width - columns(cut)));
};
export const padStart = (text: string, width: number): string => {
  const cut = cutTo(text, width);
  return ' '.repeat(Math.max(0, width - columns(cut))) + cut;
};
