// Keeps the file within its bound: what was seen longest ago in the rooms that are read least goes first. It is asked
// for again if somebody scrolls there.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { clientBounds } from '../bounds.ts';
import type { Rooms } from './rooms.ts';
import type { Spans } from './spans.ts';

const Pages = v.object({ pages: v.number(), free: v.number(), bytes: v.number() });
/** Events that go at once, until enough has gone. */
const goAtOnce = 100;

export class RoomForMore {
  readonly #bytesMax: number;
  readonly #rooms: Rooms;
  readonly #spans: Spans;
  readonly #size: StatementSync;
  readonly #oldest: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, rooms: Rooms, spans: Spans, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#rooms = rooms;
    this.#spans = spans;
    this.#size = database.prepare(
      `SELECT page_count AS pages, freelist_count AS free, page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
    this.#oldest = database.prepare(
      `SELECT max(seq) AS seq FROM (SELECT seq FROM events WHERE room = ?1 ORDER BY seq
       LIMIT max(0, min(?2, (SELECT count(*) FROM events WHERE room = ?1) - ?3)))`,
    );
    this.#delete = database.prepare('DELETE FROM events WHERE room = ? AND seq <= ?');
  }

  /** Part of a transaction. True when something went. */
  make(): boolean {
    if (this.#bytes() <= this.#bytesMax) return false;
    const enough = this.#bytesMax * (1 - clientBounds.localSparePercent / 100);
    const rooms = this.#rooms.leastRead;
    for (const kept of [clientBounds.localRoomEvents, 0]) {
      for (const room of rooms) {
        while (this.#bytes() > enough && this.#letGo(room, kept));
      }
    }
    return true;
  }

  #letGo(room: number, kept: number): boolean {
    const seq = this.#oldest.get(room, goAtOnce, kept)?.seq;
    if (typeof seq !== 'number') return false;
    this.#delete.run(room, seq);
    this.#spans.trim(room, seq);
    return true;
  }

  #bytes(): number {
    const { pages, free, bytes } = v.parse(Pages, this.#size.get());
    return (pages - free) * bytes;
  }
}
