// What the tables of rooms, memberships, invitations and places say: prepared once, asked by people.ts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { RoomName } from '../../protocol/names.ts';
import { MemberId, Seq } from '../../protocol/packet.ts';
import type { Place, Room } from '../people.ts';

const roomColumns = 'room, topic, members, access, past, owner';
const RoomRow = v.pipe(
  v.object({
    room: RoomName,
    topic: v.string(),
    members: v.number(),
    access: v.picklist(['public', 'private', 'direct']),
    past: v.picklist(['whole', 'invited']),
    owner: v.nullable(MemberId),
  }),
  v.transform(({ owner, ...room }): Room => (owner === null ? room : { ...room, owner })),
);
const RoomNameRow = v.object({ room: RoomName });
const CountRow = v.object({ count: v.number() });
const FloorRow = v.object({ floor: Seq });
const SeqRow = v.object({ seq: Seq });
const PlaceRow = v.object({ read: Seq, level: v.picklist(['all', 'mentions', 'none']) });

export function prepareRoomReadings(database: DatabaseSync) {
  const roomsOf = database.prepare('SELECT room FROM memberships WHERE member = ? ORDER BY seq');
  const room = database.prepare(`SELECT ${roomColumns} FROM rooms WHERE room = ?`);
  const publicRooms = database.prepare(
    `SELECT ${roomColumns} FROM rooms WHERE access = 'public' AND room > ? ORDER BY room LIMIT ?`,
  );
  const roomCount = database.prepare(
    "SELECT count(*) AS count FROM rooms WHERE access IN ('public', 'private')",
  );
  const floor = database.prepare(
    `SELECT iif(rooms.access = 'direct' OR rooms.past = 'whole' OR memberships.seq < rooms.closed,
       0, memberships.floor) AS floor
     FROM memberships JOIN rooms USING (room) WHERE memberships.member = ? AND memberships.room = ?`,
  );
  const invitation = database.prepare('SELECT seq FROM invitations WHERE member = ? AND room = ?');
  const invitations = database.prepare('SELECT room FROM invitations WHERE member = ? ORDER BY seq');
  const place = database.prepare(
    `SELECT
       coalesce((SELECT read FROM places WHERE member = ?1 AND room = ?2),
                (SELECT seq FROM memberships WHERE member = ?1 AND room = ?2), 0) AS read,
       coalesce((SELECT level FROM places WHERE member = ?1 AND room = ?2), 'all') AS level`,
  );
  const names = (rows: unknown) => v.parse(v.array(RoomNameRow), rows).map((row) => row.room);
  const parseIf = <Schema extends v.GenericSchema>(schema: Schema, row: unknown) =>
    row === undefined ? undefined : v.parse(schema, row);

  return {
    roomsOf: (member: MemberId): readonly RoomName[] => names(roomsOf.all(member)),
    room: (name: RoomName) => parseIf(RoomRow, room.get(name)),
    publicRooms: (after: string, limit: number) => v.parse(v.array(RoomRow), publicRooms.all(after, limit)),
    roomCount: (): number => v.parse(CountRow, roomCount.get()).count,
    /** Of a room that is not public. */
    floor: (member: MemberId, name: RoomName) => parseIf(FloorRow, floor.get(member, name))?.floor,
    invitation: (member: MemberId, name: RoomName) => parseIf(SeqRow, invitation.get(member, name))?.seq,
    invitations: (member: MemberId): readonly RoomName[] => names(invitations.all(member)),
    place: (member: MemberId, name: RoomName): Place => v.parse(PlaceRow, place.get(member, name)),
  };
}
