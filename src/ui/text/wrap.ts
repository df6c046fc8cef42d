// Wraps text to columns by the widths that Ink counts with too: between words where there are spaces, else between
// graphemes, so that no accent, emoji family or wide character is cut. Called by rows.ts for visible messages only.
import { columns, graphemes } from '../../text/width.ts';

/** Rows of `text`, each at most `width` columns. A grapheme wider than that stands alone in its row. */
export const wrap = (text: string, width: number): readonly string[] => {
  const rows: string[] = [];
  for (const line of text.split('\n')) wrapLine(line, Math.max(1, width), rows);
  return rows;
};

const wrapLine = (line: string, width: number, rows: string[]): void => {
  if (columns(line) <= width) {
    rows.push(line);
    return;
  }
  const first = rows.length;
  let row = '';
  let used = 0;
  // Words keep the spaces after them; those at the end of a row may stand over its edge and are dropped there.
  for (const word of line.match(/[^ ]+ *| +/g) ?? []) {
    const wide = columns(word.trimEnd());
    if (used > 0 && used + wide > width) {
      rows.push(row.trimEnd());
      row = '';
      used = 0;
    }
    if (wide > width) [row, used] = cutWord(word, width, rows);
    else {
      row += word;
      used += columns(word);
    }
  }
  const rest = row.trimEnd();
  if (rest !== '' || rows.length === first) rows.push(rest);
};

/** A word longer than a row: whole rows of it, then the rest and its columns. */
const cutWord = (word: string, width: number, rows: string[]): [string, number] => {
  let row = '';
  let used = 0;
  for (const grapheme of graphemes(word)) {
    const wide = columns(grapheme);
    if (used > 0 && used + wide > width) {
      rows.push(row);
      row = '';
      used = 0;
    }
    row += grapheme;
    used += wide;
  }
  return [row, used];
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
