// From one state to the next, for what stands around the timeline: levels, ignores, the people of a room, invitations,
// who types, and the search view. A part of the table in update.ts.
import type { ClientEvent } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { AnyEvent } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { AroundAction } from './around.ts';
import { atRest } from './choosing.ts';
import * as find from './found.ts';
import { personView, roomView } from './items.ts';
import { withLevel } from './marks.ts';
import { roomLabel } from './room-label.ts';
import { inOrder } from './room-order.ts';
import type { PersonView, State } from './state.ts';
import { addLocal, withTimeline } from './timeline.ts';
import { began, ended, expired } from './typists.ts';

type Reducers<Union extends { readonly type: string }> = {
  readonly [Type in Union['type']]: (state: State, action: Extract<Union, { readonly type: Type }>) => State;
};

export const aroundReducers: Reducers<AroundAction> = {
  find: find.opened,
  'find-closed': find.closed,
  'find-asked': find.asked,
  found: find.answered,
  'find-failed': find.failed,
  'find-step': find.stepped,
  'find-entering': find.entering,
  level: (state, { room, level }) => withLevel(state, room, level),
  'tells-typing': (state, { is }) => ({ ...state, tellsTyping: is }),
  ignored: (state, { ignored }) => ({ ...state, ignored }),
  'room-people': (state, { room, online, people }) => {
    const isListed = state.rooms.some((one) => one.room === room && one.access !== 'public');
    const members = isListed ? new Map(state.members).set(room, people.map(personView)) : state.members;
    return { ...state, members, here: { room, online } };
  },
  invitations: (state, { invitations }) => ({ ...state, invitations }),
};

type AroundEvent = Extract<
  ClientEvent,
  { readonly type: 'marks' | 'typing' | 'invited' | 'left' | 'entered' }
>;

export const aroundEvents: Reducers<AroundEvent> = {
  /** They come behind the newest messages of all rooms: now it is known which direct room was used last. */
  marks: sorted,
  typing: (state, { typing }) => began(state, typing),
  invited: (state, { invited }) => {
    const { room } = invited;
    if (room.access === 'direct') return added(state, roomView(room));
    if (state.rooms.some((one) => one.room === room.room)) return state;
    const by = safeLine(invited.by);
    const others = state.invitations.filter((one) => one.room !== room.room);
    // An open invitation is told again at each login.
    const isKnown = others.length < state.invitations.length;
    const told = isKnown
      ? state
      : withNotice(state, `${by} invites you to #${room.room}. /join ${room.room} enters it.`);
    return { ...told, invitations: [...others, { room: room.room, by }] };
  },
  left: (state, { room }) => {
    if (!state.rooms.some((one) => one.room === room)) return state;
    const next = without(state, room);
    if (state.room !== room) return next;
    return withNotice(atRest(next), `You left ${roomLabel(state, room)} on another device.`);
  },
  entered: (state, { note }) => enteredBy(added(state, roomView(note)), note.room),
};

/** One is in the room no more. Where it was open, the first of the others is. */
export const without = (state: State, room: RoomName): State => {
  const rooms = state.rooms.filter((one) => one.room !== room);
  const timelines = new Map(state.timelines);
  timelines.delete(room);
  const open = state.room === room ? (rooms[0]?.room ?? room) : state.room;
  const marks = new Map(state.marks);
  marks.delete(room);
  return { ...state, rooms, timelines, marks, room: open };
};

const withNotice = (state: State, words: string): State =>
  withTimeline(state, state.room, (timeline) => {
    const place = { key: `n${timeline.told}`, after: timeline.latest, at: state.now };
    return addLocal(timeline, { is: 'notice', ...place, text: safeLine(words), tone: 'info' });
  });

export function sorted(state: State): State {
  const rooms = inOrder(state.rooms, state.timelines);
  return rooms === state.rooms ? state : { ...state, rooms };
}

/** Rooms that were known of somebody stay known: presence is told in batches, and may be older than a join. */
export const withRooms = (
  person: PersonView,
  { people, early }: Pick<State, 'people' | 'early'>,
): PersonView => {
  const before = people.get(person.member)?.rooms ?? [];
  const joined = early.filter(({ member }) => member === person.member).map(({ room }) => room);
  if (before.length === 0 && joined.length === 0) return person;
  return { ...person, rooms: [...new Set([...before, ...joined, ...person.rooms])] };
};

/** Presence has told of the member: what was noted before is among its rooms. */
export const withoutEarly = ({ early }: Pick<State, 'early'>, { member }: PersonView): State['early'] =>
  early.some((one) => one.member === member) ? early.filter((one) => one.member !== member) : early;

/** One's own coming into a room is told by its answer alone. */
export const enteredBy = (state: State, room: RoomName): State => {
  const me = state.me.member === undefined ? undefined : state.people.get(state.me.member);
  if (!me || me.rooms.includes(room)) return state;
  return { ...state, people: new Map(state.people).set(me.member, { ...me, rooms: [...me.rooms, room] }) };
};

/** A room that one is in now, or its news. */
export const added = (state: State, view: State['rooms'][number]): State => {
  const at = state.rooms.findIndex((one) => one.room === view.room);
  const rooms = at < 0 ? [...state.rooms, view] : state.rooms.with(at, view);
  const invitations = state.invitations.filter(({ room }) => room !== view.room);
  return sorted({ ...state, rooms, invitations });
};

/** What events of the log say about rooms and people, beside their line in the timeline. */
export const noted = (state: State, events: readonly AnyEvent[], are: 'live' | 'past'): State => {
  let next = ended(state, events);
  for (const event of events) {
    if (event.type === 'topic') next = changeRoom(next, event.room, { topic: safeLine(event.text) });
    if (event.type === 'room')
      next = changeRoom(next, event.room, { access: event.access, past: event.past });
    if (event.type === 'join' || event.type === 'part') next = moved(next, event, are);
  }
  return next;
};

type Moved = Extract<AnyEvent, { type: 'join' | 'part' }>;

/** Joins of people whose presence is still to be told: it comes in batches, behind the event. */
const earlyMax = 100;

/**
 * Who is in a room is known by its people, where the server does not tell it anew. A join alone brings nobody into the
 * roster: who comes and goes within one batch is told of by no presence, and would stay for ever.
 */
const moved = (state: State, { type, room, member }: Moved, are: 'live' | 'past'): State => {
  const held = state.people.get(member);
  if (!held) {
    if (type !== 'join' || are === 'past') return state;
    return { ...state, early: [...state.early, { member, room }].slice(-earlyMax) };
  }
  if (held.rooms.includes(room) === (type === 'join')) return state;
  const rooms = type === 'join' ? [...held.rooms, room] : held.rooms.filter((one) => one !== room);
  return { ...state, people: new Map(state.people).set(member, { ...held, rooms }) };
};

const changeRoom = (state: State, room: RoomName, change: Partial<State['rooms'][number]>): State => ({
  ...state,
  rooms: state.rooms.map((one) => (one.room === room ? { ...one, ...change } : one)),
});

/** The direct room of somebody who goes by another name now is called by that. */
export const relabelled = (state: State, { member, nick }: PersonView): State => {
  const isStale = (one: State['rooms'][number]) => one.with?.member === member && one.with.nick !== nick;
  if (!state.rooms.some(isStale)) return state;
  const rooms = state.rooms.map((one) => (isStale(one) ? { ...one, with: { member, nick } } : one));
  return { ...state, rooms };
};

/** The clock went on. */
export const ticked = (state: State): State => expired(state);
