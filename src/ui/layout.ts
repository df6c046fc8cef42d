// Who gets how many columns and rows. Pure: from the size of the terminal and the height of what grows. The sums are
// exact, one row more than the terminal has would make Ink clear the screen at each frame.
import type { State } from './state/state.ts';

export type Layout = {
  readonly columns: number;
  readonly rows: number;
  /** Columns of the side lists with their border; 0: not drawn. */
  readonly roomList: number;
  readonly roster: number;
  readonly timeline: number;
  /** Rows between title line and status line. */
  readonly body: number;
  readonly popup: number;
  /** The row that says what is answered or edited. */
  readonly composing: number;
  readonly composer: number;
};

/** From these widths on there is place for a list beside the timeline. */
const roomListFrom = 70;
const bothListsFrom = 100;
/** Wide enough for `1#general 2` and for a nick with its mark; longer names are cut. */
const roomListColumns = 14;
const rosterColumns = 18;
/** Completions at once; more are scrolled to. */
const popupRowsMax = 6;

/** The composer may grow to a third of the screen. */
export const composerRowsMax = (rows: number): number => Math.max(1, Math.floor(rows / 3));

type Heights = { readonly composer: number; readonly popup: number; readonly composing: 0 | 1 };

export const layoutFor = (
  state: Pick<State, 'columns' | 'rows' | 'hiddenLists'>,
  heights: Heights,
): Layout => {
  const { columns, rows, hiddenLists } = state;
  const roomList = columns >= roomListFrom && !hiddenLists.rooms ? roomListColumns : 0;
  const roster = columns >= bothListsFrom && !hiddenLists.roster ? rosterColumns : 0;
  const composer = Math.min(heights.composer, composerRowsMax(rows));
  // On a screen of a few rows the timeline needs its last one more.
  const composing = rows - 2 - composer > 1 ? heights.composing : 0;
  const free = Math.max(1, rows - 2 - composer - composing);
  const popup = Math.min(heights.popup, popupRowsMax, free - 1);
  const body = free - popup;
  const timeline = columns - roomList - roster;
  return { columns, rows, roomList, roster, timeline, body, popup, composing, composer };
};
