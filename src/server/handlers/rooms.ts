// rooms: a page of the rooms that the asker may know of, by name: public ones, and of the private ones those it is in or
// invited to. Conversations of two are in `welcome`.
import type { RoomName } from '../../protocol/names.ts';
import type { ClientPackets, MemberId, RoomNote } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { readableFrom } from '../room-access.ts';
import { roomNote } from '../welcome.ts';

/** Rooms in one page. */
const pageRooms = 200;

export function rooms(peer: Peer, { req, from = '' as RoomName }: ClientPackets['rooms'], core: Core): void {
  const names = namesAfter(from, peer.member, core);
  const notes: RoomNote[] = [];
  let bytes = 0;
  for (const name of names.slice(0, pageRooms)) {
    const note = listed(name, peer.member, core);
    bytes += Buffer.byteLength(JSON.stringify(note)) + 1;
    if (notes.length > 0 && bytes > core.limits.pageBytes) break;
    notes.push(note);
  }
  const next = notes.length < names.length ? notes.at(-1)?.room : undefined;
  peer.replyRead({ kind: 'rooms', re: req, rooms: notes, ...(next === undefined ? {} : { next }) });
}

/** One more than fit into a page, so that it shows whether there are more. */
function namesAfter(from: string, member: MemberId, { store }: Core): RoomName[] {
  const { people } = store;
  const isPrivate = (room: RoomName) => people.room(room)?.access === 'private';
  const own = [...people.roomsOf(member), ...people.invitations(member)].filter(isPrivate);
  const shared = people.publicRooms(from, pageRooms + 1).map(({ room }) => room);
  const names = new Set([...own.filter((room) => room > from), ...shared]);
  return [...names].sort().slice(0, pageRooms + 1);
}

function listed(room: RoomName, member: MemberId, { store }: Core): RoomNote {
  const note = roomNote(store.people, room, member);
  const mayLook = readableFrom(store.people, member, room) !== undefined;
  const last = mayLook ? store.log.lastAt(room) : undefined;
  return last === undefined ? note : { ...note, last };
}
