// What was read and what is new, per room. Unread messages are those of others behind the read position: the server's
// number, and what came live since. The position moves only while the terminal has focus and the view is at the end;
// the marker line stays where it was found until the reader leaves the room or speaks in it. Pure; called by update.ts
// with the state before and after each action.
import { limits } from '../../protocol/limits.ts';
import { membersOfDirect, type RoomName } from '../../protocol/names.ts';
import type { AnyEvent, Mark, MemberId, MessageEvent, NotifyLevel } from '../../protocol/packet.ts';
import type { Action } from './actions.ts';
import type { MarkView, UnreadMark } from './around.ts';
import { readerOf } from './items.ts';
import { callsIn } from './mentions.ts';
import type { State } from './state.ts';
import { emptyTimeline, isDetached } from './timeline.ts';

export const noMark: MarkView = { read: 0, told: 0, unread: 0, mentions: 0, level: 'all' };

export const markOf = (state: Pick<State, 'marks'>, room: RoomName): MarkView =>
  state.marks.get(room) ?? noMark;

/** What the room list and the title show of a room: who speaks to one alone speaks to one. */
export const callsOf = (
  state: Pick<State, 'marks'>,
  room: RoomName,
): { readonly unread: number; readonly mentions: number; readonly isMuted: boolean } => {
  const { unread, mentions, level } = markOf(state, room);
  const isMuted = level === 'none';
  if (membersOfDirect(room)) return { unread: 0, mentions: unread, isMuted };
  return { unread: level === 'mentions' ? 0 : unread, mentions, isMuted };
};

/** Where the unread marker of a room stands, if anywhere. */
export const unreadMarkOf = (state: Pick<State, 'marks'>, room: RoomName): UnreadMark | undefined => {
  const { unread, read, seen } = markOf(state, room);
  return unread > 0 ? { after: read, count: unread } : seen;
};

/** Whether the newest messages of the open room are before somebody's eyes. */
export const isLooking = (state: State): boolean => {
  const timeline = state.timelines.get(state.room) ?? emptyTimeline;
  if (!state.isFocused || state.help || state.finding) return false;
  return timeline.anchor.at === 'end' && !isDetached(timeline);
};

const withMark = (state: State, room: RoomName, mark: MarkView): State => ({
  ...state,
  marks: new Map(state.marks).set(room, mark),
});

export const withLevel = (state: State, room: RoomName, level: NotifyLevel): State =>
  withMark(state, room, { ...markOf(state, room), level });

/** What the action did to what is new: counts what came, and moves the position where somebody looks. */
export const attended = (before: State, after: State, action: Action): State => {
  const event = action.type === 'client' ? action.event : undefined;
  let next = after;
  if (event?.type === 'welcome' && event.isNewLog) next = { ...next, marks: new Map() };
  if (event?.type === 'marks') next = told(next, event.marks);
  if (event?.type === 'events') next = counted(next, event.events, event.isLive ? 'live' : 'missed');
  if (event?.type === 'acked') next = unmarked(next, event.entry.room);
  if (action.type === 'joined') next = entered(next, action.note.room);
  if (event?.type === 'entered') next = entered(next, event.note.room);
  if (before.room !== next.room) next = unmarked(next, before.room);
  return next === before ? next : looked(next);
};

/** The server's word. A position that was not told to it yet holds: what is new behind that is counted from here. */
const told = (state: State, marks: readonly Mark[]): State => {
  const all = new Map(state.marks);
  for (const { room, read, unread, mentions, level } of marks) {
    const held = all.get(room) ?? noMark;
    const isAhead = held.read > read;
    const counts = isAhead ? behind(state, room, held.read) : { unread, mentions };
    const seen = held.seen && { seen: held.seen };
    all.set(room, { read: Math.max(held.read, read), told: read, level, ...counts, ...seen });
  }
  return { ...state, marks: all };
};

/** Of a room that is entered now, what was there before is not new. */
const entered = (state: State, room: RoomName): State => {
  if (state.marks.has(room)) return state;
  const read = state.timelines.get(room)?.latest ?? 0;
  return withMark(state, room, { ...noMark, read });
};

type Counts = Pick<MarkView, 'unread' | 'mentions'>;

const behind = (state: State, room: RoomName, read: number): Counts => {
  const counts = { unread: 0, mentions: 0 };
  for (const item of state.timelines.get(room)?.log ?? []) {
    if (item.is !== 'message' || item.seq <= read || item.isOwn || isIgnored(state, item.member)) continue;
    counts.unread += 1;
    if (item.calls.length > 0) counts.mentions += 1;
  }
  return counts;
};

export const isIgnored = (state: Pick<State, 'ignored'>, member: MemberId): boolean =>
  state.ignored.length > 0 && state.ignored.some((one) => one.member === member);

/** Whether an event is something new to its reader: a message of somebody else whom one listens to. */
export const isNews = (state: State, event: AnyEvent): event is MessageEvent =>
  event.type === 'message' && event.member !== state.me.member && !isIgnored(state, event.member);

/** Whether it speaks to the reader, by nick or by one of its highlight words. */
export const isCalled = (state: State, { text }: MessageEvent): boolean =>
  callsIn(text, readerOf(state)).length > 0;

/** What comes while one looks is read as it comes; what was missed is new to the reader, the server's number follows. */
const counted = (state: State, events: readonly AnyEvent[], are: 'live' | 'missed'): State => {
  const open = are === 'live' && isLooking(state) ? state.room : undefined;
  let { marks } = state;
  for (const event of events) {
    // Somebody opened a direct room just now: the server's word on the others came before.
    const held = marks.get(event.room) ?? (state.marks.size > 0 ? noMark : undefined);
    if (!held || event.room === open || event.seq <= held.read || !isNews(state, event)) continue;
    const unread = Math.min(held.unread + 1, limits.unreadMax);
    const mentions = isCalled(state, event) ? Math.min(held.mentions + 1, limits.unreadMax) : held.mentions;
    marks = new Map(marks).set(event.room, { ...held, unread, mentions });
  }
  return marks === state.marks ? state : { ...state, marks };
};

const unmarked = (state: State, room: RoomName): State => {
  const held = state.marks.get(room);
  if (!held?.seen) return state;
  const { seen: _, ...mark } = held;
  return withMark(state, room, mark);
};

const looked = (state: State): State => {
  const held = state.marks.get(state.room);
  if (!held || !isLooking(state)) return state;
  const latest = Math.max(held.read, state.timelines.get(state.room)?.latest ?? 0);
  if (held.unread === 0 && held.mentions === 0 && latest === held.read) return state;
  const { seen: before, ...mark } = held;
  const seen = held.unread > 0 ? { after: held.read, count: held.unread } : before;
  return withMark(state, state.room, {
    ...mark,
    read: latest,
    unread: 0,
    mentions: 0,
    ...(seen && { seen }),
  });
};
