// Choosing a message and what is done with it next: which one it is, that it stays in view, and how a reply or an edit
// begins and is given up. Pure; called by update.ts. The keys of it stand in input/choice.ts.
import type { RoomName } from '../../protocol/names.ts';
import { setText } from '../input/editor.ts';
import type { Composing } from './acting.ts';
import type { ChoiceStep } from './actions.ts';
import type { Line } from './lines.ts';
import { anchorAt, type Extent, isBefore, type Position, stepRows, topOf, visible } from './scroll.ts';
import type { Anchor, MessageItem, State } from './state.ts';
import { toEnd, withTimeline } from './timeline.ts';
import { extentOf, openTimeline } from './view.ts';

/** What can be chosen: a message of which something is left. */
export const isChoosable = ({ item }: Line): boolean => item.is === 'message' && !item.isDeleted;

/** The message that is chosen in the open room, while it is in the window. */
export const chosenMessage = (state: State): MessageItem | undefined => {
  const { chosen, room } = state;
  if (!chosen || chosen.room !== room) return undefined;
  const line = extentOf(state).lines.find(({ item }) => item.key === chosen.key);
  return line && line.item.is === 'message' && !line.item.isDeleted ? line.item : undefined;
};

export const choose = (state: State, step: ChoiceStep): State => {
  const extent = extentOf(state);
  const index = chosenIndex(state, extent, step);
  const item = extent.lines[index]?.item;
  if (item === undefined) return state;
  const { anchor } = openTimeline(state);
  const isFromEnd = state.chosen?.isFromEnd ?? anchor.at === 'end';
  const chosen = { room: state.room, key: item.key, isFromEnd, isDeleting: false };
  return withTimeline({ ...state, chosen, popup: undefined }, state.room, (timeline) => ({
    ...timeline,
    anchor: inView(extent, anchor, index),
  }));
};

/** -1: there is none. At an end it stays the one it is. */
const chosenIndex = (state: State, extent: Extent, step: ChoiceStep): number => {
  const { lines } = extent;
  if ('key' in step) return lines.findIndex((line) => line.item.key === step.key && isChoosable(line));
  if ('to' in step)
    return step.to === 'first' ? nextFrom(lines, 0, 1) : nextFrom(lines, lines.length - 1, -1);
  const key = state.chosen?.key;
  const at = lines.findIndex(({ item }) => item.key === key);
  if (at < 0) return nextFrom(lines, targetIndex(state, lines) ?? lastVisible(state, extent), -1);
  const found = 'by' in step ? nextFrom(lines, at + step.by, step.by) : pageFrom(extent, at, step.pages);
  return found < 0 ? at : found;
};

const nextFrom = (lines: readonly Line[], from: number, by: number): number => {
  const way = by < 0 ? -1 : 1;
  for (let at = from; at >= 0 && at < lines.length; at += way) {
    const line = lines[at];
    if (line && isChoosable(line)) return at;
  }
  return -1;
};

const pageFrom = (extent: Extent, at: number, pages: number): number => {
  const to = stepRows(extent, { index: at, row: 0 }, pages * Math.max(1, extent.height - 2)).index;
  const found = nextFrom(extent.lines, to, pages);
  return found < 0 ? nextFrom(extent.lines, to, -pages) : found;
};

/** Who has just gone to a message means that one. */
const targetIndex = ({ target, room }: State, lines: readonly Line[]): number | undefined => {
  if (target?.room !== room) return undefined;
  const index = lines.findIndex(({ item }) => item.is === 'message' && item.seq === target.seq);
  return index < 0 ? undefined : index;
};

const lastVisible = (state: State, extent: Extent): number => {
  const last = visible(extent, openTimeline(state).anchor).rows.at(-1)?.line;
  return last === undefined ? -1 : extent.lines.indexOf(last);
};

/** The view moved no further than needed for the line to be whole in it; from then on it stays where it is. */
export const inView = (extent: Extent, anchor: Anchor, index: number): Anchor => {
  const line = extent.lines[index];
  const top = topOf(extent, anchor);
  if (!line) return anchor;
  const first: Position = { index, row: 0 };
  const last: Position = { index, row: extent.rowCount(line) - 1 };
  if (isBefore(first, top)) return anchorAt(extent, first);
  if (!isBefore(stepRows(extent, top, extent.height - 1), last)) return anchorAt(extent, top);
  const lowest = stepRows(extent, last, 1 - extent.height);
  return anchorAt(extent, isBefore(first, lowest) ? first : lowest);
};

export const unchoose = (state: State): State => {
  const { chosen } = state;
  if (!chosen) return state;
  const next = { ...state, chosen: undefined, picker: undefined };
  return chosen.isFromEnd ? withTimeline(next, chosen.room, toEnd) : next;
};

/** Begins a reply or an edit, in place of another; without one, what stood in the composer before an edit is back. */
export const compose = (state: State, composing: Composing | undefined): State => {
  const back = state.composing?.is === 'edit' ? { ...state, editor: state.composing.draft } : state;
  const next = { ...unchoose(back), composing };
  if (composing?.is !== 'edit') return next;
  return {
    ...next,
    composing: { ...composing, draft: back.editor },
    editor: setText({ ...back.editor, undo: [], redo: [] }, composing.before),
  };
};

/** Nothing chosen, answered or edited: the room is left. */
export const atRest = (state: State): State => {
  if (!state.chosen && !state.composing && !state.picker && !state.target) return state;
  return { ...compose(state, undefined), target: undefined };
};

/** The reply or edit that Enter would send in the open room. */
export const composingIn = ({ composing }: State, room: RoomName): Composing | undefined =>
  composing?.room === room ? composing : undefined;
