// What events do to rooms, memberships and invitations, in the same transaction; doing one twice changes nothing. Runs
// in the worker thread; called by orders.ts and change-orders.ts.
import type { DatabaseSync } from 'node:sqlite';
import { membersOfDirect } from '../../protocol/names.ts';

/** `text` and `style` as in the event's row. */
export type RoomEvent = {
  readonly type: string;
  readonly room: string;
  readonly member: number;
  readonly seq: number;
  readonly text: string | null;
  readonly style: string | null;
};
export type ProjectRooms = (event: RoomEvent) => void;

export function prepareRooms(database: DatabaseSync): ProjectRooms {
  const moves = prepareMoves(database);
  const setTopic = database.prepare('UPDATE rooms SET topic = ? WHERE room = ?');
  const configure = database.prepare(
    `UPDATE rooms SET closed = iif(access = 'public' AND ?1 = 'private', ?3, closed), access = ?1, past = ?2
     WHERE room = ?4 AND access <> 'direct'`,
  );
  const invite = database.prepare(
    `INSERT INTO invitations (member, room, seq) SELECT ?1, room, ?3 FROM rooms
     WHERE room = ?2 AND NOT EXISTS (SELECT 1 FROM memberships WHERE member = ?1 AND room = ?2)
     ON CONFLICT (member, room) DO UPDATE SET seq = excluded.seq`,
  );
  return (event) => {
    const { type, room, seq, text, style } = event;
    if (type === 'join') moves.join(event);
    if (type === 'part') moves.part(event);
    if (type === 'topic') setTopic.run(text, room);
    if (type === 'room') configure.run(text, style, seq, room);
    if (type === 'invite') invite.run(Number(text), room, seq);
  };
}

function prepareMoves(database: DatabaseSync) {
  const make = database.prepare(
    'INSERT INTO rooms (room, access, owner) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const enter = database.prepare(
    `INSERT INTO memberships (member, room, seq, floor)
     SELECT ?1, room, ?3, iif(access = 'private' AND owner IS NOT ?1,
       coalesce((SELECT seq FROM invitations WHERE member = ?1 AND room = ?2), ?3), 0)
     FROM rooms WHERE room = ?2
     ON CONFLICT DO NOTHING`,
  );
  const leave = database.prepare('DELETE FROM memberships WHERE member = ? AND room = ?');
  const recount = database.prepare('UPDATE rooms SET members = members + ? WHERE room = ?');
  const endInvitation = database.prepare('DELETE FROM invitations WHERE member = ? AND room = ?');
  return {
    join: ({ room, member, seq }: RoomEvent): void => {
      const isDirect = membersOfDirect(room) !== undefined;
      make.run(room, isDirect ? 'direct' : 'public', isDirect ? null : member);
      recount.run(enter.run(member, room, seq).changes, room);
      endInvitation.run(member, room);
    },
    part: ({ room, member }: RoomEvent): void => {
      recount.run(-Number(leave.run(member, room).changes), room);
      endInvitation.run(member, room);
    },
  };
}
