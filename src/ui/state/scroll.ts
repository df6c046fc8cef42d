// Where the reader is in the timeline: steps through rows without ever counting all of them. A position is a line and
// a row of it (-1 is its day line). Only lines near the position are asked for their height. Pure; called by update.ts
// for steps and by the timeline pane for what is visible.
import type { ScrollStep } from './actions.ts';
import { type Line, lineIndex, orderOf } from './lines.ts';
import type { Anchor } from './state.ts';

export type Position = { readonly index: number; readonly row: number };
/** The lines with what a step has to know: rows a line takes without its day line, and rows of the pane. */
export type Extent = {
  readonly lines: readonly Line[];
  readonly height: number;
  readonly rowCount: (line: Line) => number;
};

const firstRow = (line: Line): number => (line.day === undefined ? 0 : -1);

/** Up (negative) or down by rows; stops at the first row and at the last. */
export const stepRows = ({ lines, rowCount }: Extent, from: Position, by: number): Position => {
  let { index, row } = from;
  row += by;
  for (let line = lines[index]; line && row < firstRow(line); ) {
    const above = lines[index - 1];
    if (!above) return { index: 0, row: firstRow(line) };
    // Row numbers of a line begin at firstRow: going above it continues at the end of the line above.
    row = rowCount(above) + (row - firstRow(line));
    index -= 1;
    line = above;
  }
  for (let line = lines[index]; line && row >= rowCount(line); ) {
    const below = lines[index + 1];
    if (!below) return { index, row: rowCount(line) - 1 };
    row = firstRow(below) + (row - rowCount(line));
    index += 1;
    line = below;
  }
  return { index, row };
};

/** The topmost row when the last row stands at the bottom. */
export const endTop = (extent: Extent): Position => {
  const index = extent.lines.length - 1;
  const last = extent.lines[index];
  if (!last) return { index: 0, row: 0 };
  return stepRows(extent, { index, row: extent.rowCount(last) - 1 }, 1 - extent.height);
};

export const isBefore = (one: Position, other: Position): boolean =>
  one.index < other.index || (one.index === other.index && one.row < other.row);

/** The topmost row of the pane. An anchor below which the pane would not be filled is the end. */
export const topOf = (extent: Extent, anchor: Anchor): Position => {
  const end = endTop(extent);
  const wanted = positionOf(extent, anchor);
  return wanted && isBefore(wanted, end) ? wanted : end;
};

const positionOf = (extent: Extent, anchor: Anchor): Position | undefined => {
  if (anchor.at === 'end') return undefined;
  const index = lineIndex(extent.lines, anchor);
  const line = extent.lines[index];
  if (!line) return undefined;
  const isItself = line.item.key === anchor.key;
  const row = isItself ? Math.min(anchor.row, extent.rowCount(line) - 1) : 0;
  return { index, row: Math.max(row, firstRow(line)) };
};

export const anchorAt = ({ lines }: Extent, { index, row }: Position): Anchor => {
  const item = lines[index]?.item;
  return item ? { at: 'row', key: item.key, order: orderOf(item), row } : { at: 'end' };
};

/** A page keeps two rows of the one before, so that the eye finds its place. */
const pageOverlap = 2;

const rowsOfStep = (step: Exclude<ScrollStep, { to: unknown }>, height: number): number =>
  'lines' in step ? step.lines : step.pages * Math.max(1, height - pageOverlap);

/** The anchor after a step by lines or pages. Reaching the last row is being at the end again, and staying there. */
export const scrolled = (
  extent: Extent,
  anchor: Anchor,
  step: Exclude<ScrollStep, { to: unknown }>,
): Anchor => {
  const top = stepRows(extent, topOf(extent, anchor), rowsOfStep(step, extent.height));
  return isBefore(top, endTop(extent)) ? anchorAt(extent, top) : { at: 'end' };
};

export type VisibleRow = { readonly line: Line; readonly row: number };

/** The rows of the pane from the top, at most `height`, and how many lines begin below them. */
export const visible = (extent: Extent, anchor: Anchor): { rows: readonly VisibleRow[]; below: number } => {
  const { lines, height, rowCount } = extent;
  const top = topOf(extent, anchor);
  const rows: VisibleRow[] = [];
  let { index, row } = top;
  for (let line = lines[index]; line && rows.length < height; ) {
    rows.push({ line, row });
    row += 1;
    if (row < rowCount(line)) continue;
    index += 1;
    line = lines[index];
    row = line ? firstRow(line) : 0;
  }
  return { rows, below: Math.max(0, lines.length - index - (row > 0 ? 1 : 0)) };
};
