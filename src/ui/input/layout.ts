// The composer's rows as they stand on the screen: wrapped between graphemes at the width given, scrolled so that the
// cursor is in view. Pure; the composer's pane draws `rows` and puts the hardware cursor at `cursor`, and handle.ts
// moves up and down by it.
import { type SafeText, safeLine } from '../../text/safe-text.ts';
import { columns } from '../../text/width.ts';
import { type Editor, move } from './editor.ts';

/** One grapheme's stand-in on the screen and its columns; a tab is shown as blanks. */
const tabShown = '    ';

type Row = { readonly start: number; readonly end: number; readonly text: string; readonly columns: number };

export type ComposerLayout = {
  readonly rows: readonly SafeText[];
  /** Where the cursor stands in `rows`. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** Rows scrolled out of view. */
  readonly above: number;
  readonly below: number;
};

/** At most `rowsMax` rows of at most `width` columns. */
export function layoutComposer(editor: Editor, width: number, rowsMax: number): ComposerLayout {
  const rows = wrap(editor.text, Math.max(2, width));
  const at = rowOf(rows, editor.cursor);
  const most = Math.max(1, rowsMax);
  const above = Math.max(0, Math.min(at - most + 1, rows.length - most));
  const shown = rows.slice(above, above + most);
  return {
    rows: shown.map((row) => safeLine(row.text)),
    cursor: { row: at - above, column: columnOf(editor.text, rows[at], editor.cursor) },
    above,
    below: rows.length - above - shown.length,
  };
}

/** The cursor one row up or down, in the column it came from; `undefined` at the text's first or last row. */
export function moveRow(editor: Editor, by: -1 | 1, width: number): Editor | undefined {
  const rows = wrap(editor.text, Math.max(2, width));
  const at = rowOf(rows, editor.cursor);
  const target = rows[at + by];
  if (!target) return undefined;
  const goal = editor.goal ?? columnOf(editor.text, rows[at], editor.cursor);
  return { ...move(editor, indexAt(editor.text, target, goal)), goal };
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

type Cell = {
  readonly index: number;
  readonly text: string;
  readonly columns: number;
  readonly isBreak: boolean;
};

function* cells(text: string, start: number, end: number): Generator<Cell> {
  const part = text.slice(start, end);
  if (/^[\n -~]*$/.test(part)) {
    for (let at = 0; at < part.length; at += 1) yield plainCell(part.charAt(at), start + at);
    return;
  }
  for (const { segment, index } of segmenter.segment(part)) yield cell(segment, start + index);
}

function plainCell(text: string, index: number): Cell {
  return { index, text, columns: 1, isBreak: text === '\n' };
}

function cell(grapheme: string, index: number): Cell {
  if (grapheme === '\n') return plainCell(grapheme, index);
  const text = grapheme === '\t' ? tabShown : safeLine(grapheme);
  return { index, text, columns: columns(text), isBreak: false };
}

/** Several panes ask for the same layout in one frame, and a full composer costs 10 ms and more: the last is kept. */
let wrapped: { readonly text: string; readonly width: number; readonly rows: readonly Row[] } | undefined;

function wrap(text: string, width: number): readonly Row[] {
  if (wrapped?.text !== text || wrapped.width !== width)
    wrapped = { text, width, rows: rowsFor(text, width) };
  return wrapped.rows;
}

function rowsFor(text: string, width: number): readonly Row[] {
  const rows: Row[] = [];
  let row = { start: 0, text: '', columns: 0 };
  const close = (end: number, start: number) => {
    rows.push({ ...row, end });
    row = { start, text: '', columns: 0 };
  };
  for (const { index, text: shown, columns: wide, isBreak } of cells(text, 0, text.length)) {
    if (isBreak) {
      close(index, index + 1);
      continue;
    }
    if (row.columns + wide > width) close(index, index);
    row = { start: row.start, text: row.text + shown, columns: row.columns + wide };
  }
  close(text.length, text.length);
  const last = rows.at(-1);
  // A full last row leaves no place for the cursor behind it: it stands on a row of its own.
  if (last && last.columns >= width)
    rows.push({ start: text.length, end: text.length, text: '', columns: 0 });
  return rows;
}

/** The row that `index` stands in; between two rows of one line it is the later one. */
function rowOf(rows: readonly Row[], index: number): number {
  const at = rows.findLastIndex((row) => row.start <= index);
  return Math.max(0, at);
}

function columnOf(text: string, row: Row | undefined, index: number): number {
  if (!row) return 0;
  let column = 0;
  for (const { columns: wide } of cells(text, row.start, Math.min(index, row.end))) column += wide;
  return column;
}

/** The last place in the row that is not right of `column`; never its end where that is the next row's start. */
function indexAt(text: string, row: Row, column: number): number {
  let [last, passed] = [row.start, 0];
  for (const { index, columns: wide } of cells(text, row.start, row.end)) {
    last = index;
    passed += wide;
    if (passed > column) return index;
  }
  return row.end === text.length || text[row.end] === '\n' ? row.end : last;
}
