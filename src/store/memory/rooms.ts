// The reference of rooms: who is in them, who may read and enter them, and what each member keeps of them. A projection
// of the log but for places, which are state. Part of memory/people.ts.
import { membersOfDirect, type RoomName } from '../../protocol/names.ts';
import type { MemberId, Seq } from '../../protocol/packet.ts';
import { toSeq } from '../ids.ts';
import type { StoredEvent } from '../log.ts';
import type { Level, Place, Room } from '../people.ts';

type Membership = {
  /** Of the join. */
  readonly seq: Seq;
  /** What may be read where the room's past is for the invited: everything over it. */
  readonly floor: Seq;
};
type RoomRow = Omit<Room, 'members'> & {
  readonly members: Map<MemberId, Membership>;
  readonly invitations: Map<MemberId, Seq>;
  /** Where the room was last closed: who was in before could read everything. */
  readonly closed: Seq;
};
type PlaceRow = { readonly read?: Seq; readonly level?: Level };

const start = toSeq(0);

export class MemoryRooms {
  readonly #rooms = new Map<RoomName, RoomRow>();
  readonly #roomsOf = new Map<MemberId, Set<RoomName>>();
  readonly #places = new Map<string, PlaceRow>();

  roomsOf(member: MemberId): readonly RoomName[] {
    return [...(this.#roomsOf.get(member) ?? [])];
  }

  room(name: RoomName): Room | undefined {
    const row = this.#rooms.get(name);
    if (row === undefined) return undefined;
    const { members, invitations: _, closed: __, ...room } = row;
    return { ...room, members: members.size };
  }

  roomCount(): number {
    return [...this.#rooms.values()].filter(({ access }) => access !== 'direct').length;
  }

  publicRooms(after: string, limit: number): readonly Room[] {
    const names = [...this.#rooms.values()]
      .filter(({ access, room }) => access === 'public' && Buffer.compare(bytes(room), bytes(after)) > 0)
      .map(({ room }) => room)
      .toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
    return names.slice(0, limit).flatMap((name) => this.room(name) ?? []);
  }

  readableFrom(member: MemberId, name: RoomName): Seq | undefined {
    const row = this.#rooms.get(name);
    if (row?.access === 'public') return start;
    const membership = row?.members.get(member);
    if (row === undefined || membership === undefined) return undefined;
    return row.past === 'whole' || membership.seq < row.closed ? start : membership.floor;
  }

  invitation(member: MemberId, room: RoomName): Seq | undefined {
    return this.#rooms.get(room)?.invitations.get(member);
  }

  invitations(member: MemberId): readonly RoomName[] {
    const invited = [...this.#rooms.values()].filter(({ invitations }) => invitations.has(member));
    return invited
      .toSorted((a, b) => (a.invitations.get(member) ?? 0) - (b.invitations.get(member) ?? 0))
      .map(({ room }) => room);
  }

  place(member: MemberId, room: RoomName): Place {
    const { read, level = 'all' } = this.#places.get(`${member} ${room}`) ?? {};
    return { read: read ?? this.#rooms.get(room)?.members.get(member)?.seq ?? start, level };
  }

  setRead(member: MemberId, room: RoomName, seq: Seq): void {
    if (seq <= this.place(member, room).read) return;
    this.#setPlace(member, room, { read: seq });
  }

  setLevel(member: MemberId, room: RoomName, level: Level): void {
    this.#setPlace(member, room, { level });
  }

  project(event: StoredEvent): void {
    const { body, room, member, seq } = event;
    if (body.type === 'join') this.#join(room, member, seq);
    const row = this.#rooms.get(room);
    if (row === undefined) return;
    if (body.type === 'part') {
      row.members.delete(member);
      row.invitations.delete(member);
      this.#roomsOf.get(member)?.delete(room);
    }
    if (body.type === 'topic') this.#rooms.set(room, { ...row, topic: body.text });
    if (body.type === 'invite' && !row.members.has(body.guest)) row.invitations.set(body.guest, seq);
    if (body.type === 'room' && row.access !== 'direct') {
      const { access, past } = body;
      const closed = row.access === 'public' && access === 'private' ? seq : row.closed;
      this.#rooms.set(room, { ...row, access, past, closed });
    }
  }

  #join(room: RoomName, member: MemberId, seq: Seq): void {
    const row = this.#rooms.get(room) ?? newRoom(room, member);
    this.#rooms.set(room, row);
    if (row.members.has(member)) return;
    const isBound = row.access === 'private' && row.owner !== member;
    const floor = isBound ? (row.invitations.get(member) ?? seq) : start;
    row.members.set(member, { seq, floor });
    row.invitations.delete(member);
    const rooms = this.#roomsOf.get(member) ?? new Set();
    this.#roomsOf.set(member, rooms.add(room));
  }

  #setPlace(member: MemberId, room: RoomName, place: PlaceRow): void {
    const key = `${member} ${room}`;
    this.#places.set(key, { ...this.#places.get(key), ...place });
  }
}

function newRoom(room: RoomName, maker: MemberId): RoomRow {
  const isDirect = membersOfDirect(room) !== undefined;
  return {
    room,
    topic: '',
    access: isDirect ? 'direct' : 'public',
    past: 'whole',
    ...(isDirect ? {} : { owner: maker }),
    members: new Map(),
    invitations: new Map(),
    closed: start,
  };
}

/** Names are ordered by their bytes, as SQLite does it. */
function bytes(name: string): Buffer {
  return Buffer.from(name);
}
