// Who is in the open room: of a public one everybody who is online may come in, so the roster is the server's; a private
// or direct one has its own people. Pure selectors; called by the roster, the title line and the mouse.
import { isDirect, labelOf } from './room-label.ts';
import type { PersonView, RoomView, State } from './state.ts';

const byNick = (one: PersonView, other: PersonView): number => one.nick.localeCompare(other.nick);
const sorted = new WeakMap<object, readonly PersonView[]>();

const openRoom = (state: State): RoomView | undefined => state.rooms.find(({ room }) => room === state.room);

const isOwnRoster = (state: State): boolean =>
  isDirect(state.room) || (openRoom(state)?.access ?? 'public') !== 'public';

export type Present = {
  /** `online 3`, `here 2`. */
  readonly head: string;
  readonly people: readonly PersonView[];
  /** How many there are, listed or not. */
  readonly count: number;
};

export const presentIn = (state: State): Present => {
  if (!isOwnRoster(state)) {
    const people = inOrder(state.people, () => [...state.people.values()]);
    return { head: `online ${state.online}`, people, count: Math.max(state.online, people.length) };
  }
  const people = inOrder(peopleOf(state), (all) => [...all]);
  const here = people.filter((person) => person.state !== 'offline').length;
  return { head: `here ${here}`, people, count: people.length };
};

const inOrder = <From extends object>(
  from: From,
  list: (from: From) => PersonView[],
): readonly PersonView[] => {
  const held = sorted.get(from) ?? list(from).sort(byNick);
  sorted.set(from, held);
  return held;
};

type Known = {
  readonly members: readonly PersonView[] | undefined;
  readonly room: RoomView | undefined;
  readonly list: readonly PersonView[];
};
const known = new WeakMap<State['people'], Known>();

/** A room's members as they are now: who has no chat open is offline. */
const peopleOf = (state: State): readonly PersonView[] => {
  const room = openRoom(state);
  const members = state.members.get(state.room);
  const held = known.get(state.people);
  if (held && held.members === members && held.room === room) return held.list;
  const all = new Map(members?.map((person) => [person.member, person]));
  const two = room?.with ? [room.with, state.me] : [];
  for (const { member, nick } of two)
    if (member !== undefined) all.set(member, { member, nick, state: 'offline', since: 0, rooms: [] });
  for (const person of state.people.values())
    if (person.rooms.includes(state.room)) all.set(person.member, person);
  const list = [...all.values()].map((person): PersonView => {
    const now = state.people.get(person.member);
    return now ?? { ...person, state: 'offline' };
  });
  known.set(state.people, { members, room, list });
  return list;
};

/** Members of the open room that are online: counted here where all who are online are known, else as the server said. */
export const onlineHere = (state: State): number => {
  if (isOwnRoster(state)) return peopleOf(state).filter((person) => person.state !== 'offline').length;
  const isAll = state.people.size >= state.online;
  if (!isAll) return state.here?.room === state.room ? state.here.online : state.online;
  let count = 0;
  for (const { rooms } of state.people.values()) if (rooms.includes(state.room)) count += 1;
  return count;
};

export const openLabel = (state: State): string => {
  const room = openRoom(state);
  return room ? labelOf(room) : `#${state.room}`;
};
