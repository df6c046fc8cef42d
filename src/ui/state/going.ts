// To a message in its context, or to a time: at once where the window holds it, else by the page around it, which takes
// the window's place. Pure; called by update.ts. state/jump.ts is how quotes and search results ask for it.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { HistoryWant } from './actions.ts';
import { unchoose } from './choosing.ts';
import { noSuchMessage, roomLabel } from './room-label.ts';
import { anchorAt, endTop, isBefore, stepRows } from './scroll.ts';
import type { Goal, State, Timeline } from './state.ts';
import { isDetached, withTimeline } from './timeline.ts';
import { extentOf, openTimeline } from './view.ts';

type Aim = Exclude<Goal, string>;

export const goTo = (before: State, to: Aim): State => {
  const state = unchoose(before);
  const unveiled = withTimeline(state, state.room, (timeline) =>
    timeline.clearedTo > 0 ? { ...timeline, clearedTo: 0 } : timeline,
  );
  const { log } = openTimeline(unveiled);
  if ('around' in to && log.some(({ seq }) => seq === to.around)) return shownAt(unveiled, to.around);
  return withTimeline(unveiled, state.room, (timeline) => ({ ...timeline, goal: to }));
};

/** A page came: where it is the one that was gone to, the view stands on what was looked for. */
export const arrivedAt = (state: State, room: RoomName, want: HistoryWant): State => {
  if ((want.side !== 'around' && want.side !== 'at') || room !== state.room) return state;
  const { log } = openTimeline(state);
  if (want.side === 'around') {
    if (log.some(({ seq }) => seq === want.around)) return shownAt(state, want.around);
    return { ...state, hint: safeLine(noSuchMessage(want.around, roomLabel(state, room))) };
  }
  const first = log.find(({ at }) => at >= want.at) ?? log.at(-1);
  return first ? shownAt(state, first.seq) : state;
};

/** The message a third down from the top: what came before it is context too. */
const shownAt = (state: State, seq: Seq): State => {
  const target = { room: state.room, seq };
  const extent = extentOf(state);
  const index = extent.lines.findIndex(({ item }) => 'seq' in item && item.seq === seq);
  if (index < 0) return state;
  const top = stepRows(extent, { index, row: 0 }, -Math.floor(extent.height / 3));
  return withTimeline({ ...state, target }, state.room, (timeline) => {
    const isEnd = !isDetached(timeline) && !isBefore(top, endTop(extent));
    const calm = withoutGoal(timeline);
    return isEnd ? { ...calm, anchor: { at: 'end' }, unseen: 0 } : { ...calm, anchor: anchorAt(extent, top) };
  });
};

const withoutGoal = ({ goal: _goal, ...timeline }: Timeline): Timeline => timeline;
