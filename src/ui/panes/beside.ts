// The room list, the timeline and the roster side by side as whole rows: Ink lays out one text for each row of the
// screen instead of three, and a message's row is the same text wherever it stands between empty lists. Called by app.tsx.
import { columns } from '../../text/width.ts';
import type { PaintedRow } from './text-pane.tsx';

export type Body = {
  /** Rows as wide as their list; absent: not drawn. */
  readonly left: readonly PaintedRow[] | undefined;
  readonly middle: readonly PaintedRow[];
  readonly middleColumns: number;
  readonly right: readonly PaintedRow[] | undefined;
};

/** Colours, and where links begin and end. */
const colours = /\u001b\[[\d;]*m|\u001b\]8;;[!-~]*\u001b\\/g;

/** Filled to `width` columns: what stands on the right begins there. */
const filled = (painted: string, width: number): string =>
  painted + ' '.repeat(Math.max(0, width - columns(painted.replaceAll(colours, ''))));

export const beside = ({ left, middle, middleColumns, right }: Body, height: number): readonly PaintedRow[] =>
  Array.from({ length: height }, (_, index) => {
    const text = middle[index] ?? '';
    const start = (left?.[index] ?? '') + (right ? filled(text, middleColumns) : text);
    return start + (right?.[index] ?? '');
  });
