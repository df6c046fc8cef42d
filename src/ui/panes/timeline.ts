// The rows of the open room's timeline that are visible: wrapped on first sight, painted from what is cached.
import type { Line } from '../state/lines.ts';
import { visible } from '../state/scroll.ts';
import type { State } from '../state/state.ts';
import { extentOf, openTimeline, paneOf } from '../state/view.ts';
import { firstWords } from '../text/first-words.ts';
import { paintRow, paintTopRow } from '../text/rows.ts';
import { wrap } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

export type TimelineView = {
  readonly rows: readonly PaintedRow[];
  /** Lines below the last visible row; the window may end before the log does. */
  readonly below: number;
};

export const timelineView = (state: State, width: number): TimelineView => {
  const extent = extentOf(state);
  if (extent.lines.length === 0) return { rows: emptyRoom(state, width, extent.height), below: 0 };
  const { rows, below } = visible(extent, openTimeline(state).anchor);
  const pane = paneOf(state, width);
  const isPointedAt = pointer(state);
  const painted = rows.map(({ line, row }, index) => {
    const paint = index === 0 ? paintTopRow : paintRow;
    return paint(line, row, pane, state.theme, isPointedAt(line) ? 'pointed-at' : 'not');
  });
  return { rows: painted, below };
};

/** The message that was chosen, else the one that was gone to. */
const pointer = ({ chosen, target, room }: State): ((line: Line) => boolean) => {
  if (chosen?.room === room) return ({ item }) => item.key === chosen.key;
  if (target?.room === room) return ({ item }) => 'seq' in item && item.seq === target.seq;
  return () => false;
};

/** Three lines for whoever is alone in a new room, each of a row where the terminal has 80 columns. */
const emptyRoom = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const timeline = openTimeline(state);
  if (state.status.is !== 'online' || timeline.hasOlder || timeline.clearedTo > 0) return [];
  return firstWords(state, 'empty')
    .flatMap((line) => wrap(line, width - 2))
    .slice(0, height)
    .map((text) => ` ${state.theme.paint('notice', text)}`);
};
