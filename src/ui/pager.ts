// Fetches the history that the reader comes near to: older pages above, newer ones below a window that was moved, the
// very first and the newest on request. Started by run.tsx. What is wanted is a pure question to the state; this adds
// the asking, one page at a time and room.

import type { Client } from '../client/client.ts';
import { errorOf } from '../client/errors.ts';
import type { Seq } from '../protocol/packet.ts';
import { safeLine } from '../text/safe-text.ts';
import type { HistoryWant } from './state/actions.ts';
import { endTop, topOf } from './state/scroll.ts';
import type { Goal, State, Timeline } from './state/state.ts';
import type { Store } from './state/store.ts';
import { firstSeq, isDetached } from './state/timeline.ts';
import { extentOf, openTimeline } from './state/view.ts';

/** Messages per page: a few screens, so that reading on seldom waits, and about 20 kB on the wire. */
const pageEvents = 200;

/** The page that the open room's view wants next; `askable`: where somebody is there to answer. Pure. */
export const wanted = (state: State, askable = state.status.is === 'online'): HistoryWant | undefined => {
  const timeline = openTimeline(state);
  if (!askable || timeline.loading !== undefined) return undefined;
  if (timeline.goal) return wantOf(timeline.goal);
  if (timeline.log.length === 0)
    return timeline.hasOlder || isDetached(timeline) ? { side: 'newest' } : undefined;
  if (isDetached(timeline) && timeline.anchor.at === 'end') return { side: 'newest' };
  return nearEdge(state, timeline);
};

const wantOf = (goal: Goal): HistoryWant => {
  if (typeof goal === 'string') return { side: goal };
  return 'around' in goal ? { side: 'around', ...goal } : { side: 'at', ...goal };
};

/** Two screens ahead, so that reading on seldom waits. */
const nearEdge = (state: State, timeline: Timeline): HistoryWant | undefined => {
  const extent = extentOf(state);
  const top = topOf(extent, timeline.anchor);
  const first = firstSeq(timeline);
  const isVeiled = timeline.clearedTo > 0 && timeline.anchor.at === 'end';
  if (timeline.hasOlder && !isVeiled && top.index < 2 * extent.height && first !== undefined)
    return { side: 'older', before: first };
  if (isDetached(timeline) && endTop(extent).index - top.index < 2 * extent.height)
    return { side: 'newer', after: timeline.last as Seq };
  return undefined;
};

const boundsOf = (want: HistoryWant) => {
  if (want.side === 'older') return { before: want.before, limit: pageEvents };
  if (want.side === 'newer') return { after: want.after, limit: pageEvents };
  if (want.side === 'first') return { after: 0 as Seq, limit: pageEvents };
  if (want.side === 'around') return { around: want.around, limit: pageEvents };
  if (want.side === 'at') return { at: want.at, limit: pageEvents };
  return { limit: pageEvents };
};

/** Neither the reader nor the connection moved, and no room was entered: asking again would fail again. */
const isAsAt = (failed: State, state: State): boolean =>
  openTimeline(failed).anchor === openTimeline(state).anchor &&
  failed.status === state.status &&
  failed.rooms === state.rooms;

/** Returns the way to stop. */
export const startPager = (client: Client, store: Store): (() => void) => {
  // A page that could not be had is not asked for again until the reader moves or the connection changes.
  let failedAt: State | undefined;

  const look = () => {
    const state = store.get();
    if (failedAt && isAsAt(failedAt, state)) return;
    failedAt = undefined;
    // What is kept on this machine needs no server.
    const want = wanted(state, client.isKeeping || state.status.is === 'online');
    if (want) void ask(want);
  };
  const ask = async (want: HistoryWant) => {
    const { room } = store.get();
    store.dispatch({ type: 'loading', room, want });
    try {
      store.dispatch({ type: 'past', room, want, past: await client.history(room, boundsOf(want)) });
    } catch (error) {
      // Nothing is lost: the page is asked for again when the reader moves or the connection is back.
      failedAt = store.get();
      store.dispatch({ type: 'past-failed', room, want });
      if (want.side === 'around' || want.side === 'at') {
        const why = errorOf(error).message;
        store.dispatch({ type: 'hint', text: safeLine(`Cannot go there: ${why}`) });
      }
    }
  };
  const stop = store.subscribe(look);
  look();
  return stop;
};
