// What a room is to a caller, and what of it the caller may read. Everything that reads asks here: the session for the
// room that a packet names, and sync, search, mentions, fetch, whois and the roster for rooms that nobody named.
import { Refusal } from '../protocol/errors.ts';
import { defaultRoom } from '../protocol/limits.ts';
import { isDirect, membersOfDirect, type RoomName } from '../protocol/names.ts';
import type { MemberId, Seq } from '../protocol/packet.ts';
import { toSeq } from '../store/ids.ts';
import type { StoredEvent } from '../store/log.ts';
import type { People } from '../store/people.ts';
import { type Operation, type Role, type RoomKind, verdict } from './access.ts';
import { nearestOf } from './nearest.ts';
import { namesOf, type PublicRooms } from './public-rooms.ts';

/** Readable before anybody made it. */
const arrival = defaultRoom as RoomName;

export type Asker = { readonly role: Role; readonly member: MemberId };

export function roomKind(people: People, member: MemberId, name: RoomName): RoomKind {
  const isIn = people.roomsOf(member).includes(name);
  if (isDirect(name)) return directKind(people, member, name, isIn);
  const room = people.room(name);
  if (room === undefined) return name === defaultRoom ? 'public-open' : 'absent';
  const isOwner = isIn && room.owner === member;
  if (room.access === 'public') return isOwner ? 'public-owner' : isIn ? 'public-member' : 'public-open';
  if (isIn) return isOwner ? 'private-owner' : 'private-member';
  if (room.owner === member) return 'private-owner-left';
  return people.invitation(member, name) === undefined ? 'private-closed' : 'private-invited';
}

function directKind(people: People, member: MemberId, name: RoomName, isIn: boolean): RoomKind {
  if (isIn) return 'direct-member';
  const isOneOfThem = membersOfDirect(name)?.includes(member) === true;
  return isOneOfThem && people.room(name) !== undefined ? 'direct-left' : 'direct-foreign';
}

/** What the member may read of the room: all over this place; `undefined`: nothing. #general need not be made first. */
export function readableFrom(people: People, member: MemberId, room: RoomName): Seq | undefined {
  if (room === defaultRoom && people.room(room) === undefined) return toSeq(0);
  return people.readableFrom(member, room);
}

/** Throws the table's refusal as a sentence. */
export function demand(operation: Operation, asker: Asker, name: RoomName | undefined, people: People): void {
  const { role, member } = asker;
  const kind = name === undefined ? 'none' : roomKind(people, member, name);
  const answer = verdict(operation, role, kind);
  if (answer === 'allowed') return;
  if (answer === 'no-such-room' && name !== undefined) throw noSuchRoom(people, member, name);
  const sentence = refusals[operation]?.[kind] ?? `A ${role} connection may not ask for ${operation} here.`;
  throw new Refusal(answer, sentence);
}

/** The nearest name is offered, among those that the member may know of. */
export function noSuchRoom(people: People, member: MemberId, name: string): Refusal {
  if (name.startsWith('@')) {
    return new Refusal('no-such-room', 'There is no such conversation here. Open one with /msg NICK.');
  }
  const nearest = nearestOf(name, knownRooms(people, member));
  const offer =
    nearest === undefined ? 'Join it to make it, or check its name.' : `Did you mean #${nearest}?`;
  return new Refusal('no-such-room', `There is no room #${name} here. ${offer}`);
}

const byInvitation = 'This room is by invitation only. Ask one of its members to invite you.';
const directOnly = 'A conversation of two is opened with /msg NICK.';
const joinFirst = 'Only members of the room may do that. Join it first.';
const onlyOwner = 'Only who made the room may change who can enter it.';
const isPublic = 'This room is public: everybody can join it without an invitation.';
const onlyTwo = 'A conversation of two stays one of two. Make a room and invite others there.';

const outside = { 'public-open': joinFirst };
const refusals: { readonly [op in Operation]?: { readonly [kind in RoomKind]?: string } } = {
  join: {
    'private-closed': byInvitation,
    'direct-foreign': directOnly,
    'direct-left': directOnly,
    'direct-member': directOnly,
  },
  invite: { ...outside, 'public-member': isPublic, 'public-owner': isPublic, 'direct-member': onlyTwo },
  configure: {
    ...outside,
    'public-member': onlyOwner,
    'private-member': onlyOwner,
    'direct-member': onlyTwo,
  },
  topic: outside,
  notify: outside,
};

/** All that the member may read, each room with the place up to which it may not; 0: the whole of it. */
export function readableRooms(
  people: People,
  shared: Pick<PublicRooms, 'names'>,
  member: MemberId,
): Map<RoomName, Seq> {
  const rooms = new Map([[arrival, toSeq(0)]]);
  for (const room of shared.names) rooms.set(room, toSeq(0));
  for (const room of people.roomsOf(member)) {
    const from = readableFrom(people, member, room);
    if (from !== undefined) rooms.set(room, from);
  }
  return rooms;
}

/** Of these rooms, those of which something is hidden from the member. */
export function hiddenIn(people: People, member: MemberId, rooms: Iterable<RoomName>): Map<RoomName, Seq> {
  const hidden = new Map<RoomName, Seq>();
  for (const room of rooms) {
    const from = readableFrom(people, member, room);
    if (from === undefined || from > 0) hidden.set(room, from ?? toSeq(Number.MAX_SAFE_INTEGER));
  }
  return hidden;
}

export function mayRead(people: People, member: MemberId, { room, seq }: Pick<StoredEvent, 'room' | 'seq'>) {
  const from = readableFrom(people, member, room);
  return from !== undefined && seq > from;
}

/** Throws what is answered for a message that does not exist: the caller may not know that it does. */
export function demandTarget(people: People, member: MemberId, room: RoomName, target: Seq): void {
  if (mayRead(people, member, { room, seq: target })) return;
  throw new Refusal('no-such-event', 'There is no such message in this room, or not any more.');
}

/** Whether the reader may know that somebody is in the room; without a reader, whether everybody may. */
export function mayKnowOf(people: People, reader: MemberId | undefined, room: RoomName): boolean {
  if (people.room(room)?.access === 'public') return true;
  return reader !== undefined && people.roomsOf(reader).includes(room);
}

function* knownRooms(people: People, member: MemberId): Generator<RoomName> {
  yield* namesOf(people);
  for (const room of people.roomsOf(member)) if (!isDirect(room)) yield room;
}
