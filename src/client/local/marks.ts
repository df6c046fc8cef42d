// How far each room was read. What was read here and has not reached the server counts: the later position wins, and
// what is unread behind it is counted in what is kept, as far as that is whole.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { Mark, MemberId, Seq } from '../../protocol/packet.ts';
import type { KeptRoom, Rooms } from './rooms.ts';
import type { Spans } from './spans.ts';

export class Marks {
  readonly #rooms: Rooms;
  readonly #spans: Spans;
  readonly #unread: StatementSync;

  constructor(database: DatabaseSync, rooms: Rooms, spans: Spans) {
    this.#rooms = rooms;
    this.#spans = spans;
    this.#unread = database.prepare(
      `SELECT count(*) AS count FROM (SELECT 1 FROM events WHERE room = ? AND seq > ?
       AND type = 'message' AND member <> ? AND json_extract(more, '$.deleted') IS NULL LIMIT ?)`,
    );
  }

  all(self: MemberId): Mark[] {
    return this.#rooms.all.flatMap((room) => (room.mark ? [this.#counted(room, room.mark, self)] : []));
  }

  /** The server's, as it is to be shown. */
  take(mark: Mark, self: MemberId): Mark {
    const room = this.#rooms.get(mark.room);
    const isBehind = room?.mark !== undefined && room.mark.read > mark.read;
    const now = isBehind ? { ...mark, read: room.mark.read } : mark;
    const shown = isBehind ? this.#counted(room, now, self) : now;
    this.#rooms.mark(shown);
    return shown;
  }

  read(name: RoomName, seq: Seq, at: number): void {
    const mark = this.#rooms.get(name)?.mark ?? {
      room: name,
      read: 0 as Seq,
      unread: 0,
      mentions: 0,
      level: 'all',
    };
    this.#rooms.readAt(name, at);
    if (seq > mark.read) this.#rooms.mark({ ...mark, read: seq });
  }

  level(name: RoomName, level: Mark['level']): void {
    const mark = this.#rooms.get(name)?.mark;
    if (mark !== undefined) this.#rooms.mark({ ...mark, level });
  }

  #counted({ id }: KeptRoom, mark: Mark, self: MemberId): Mark {
    const span = this.#spans.newest(id);
    if (span === undefined || span.low > mark.read + 1) return mark;
    const unread = Number(this.#unread.get(id, mark.read, self, limits.unreadMax)?.count);
    // Who is spoken to is for the server to say; of nothing there is none.
    return { ...mark, unread, mentions: Math.min(mark.mentions, unread) };
  }
}
