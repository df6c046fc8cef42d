// The newest told event of each room, so that nobody is counted for who has read everything: of 5,000 who log in at once
// nearly all have. The server tells it of the log's tail; of a room in which nothing was said since the start, the log is
// asked once.
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { Seq } from '../protocol/packet.ts';
import { toSeq } from '../store/ids.ts';
import { isTold, type Log, type StoredEvent } from '../store/log.ts';

export class Newest {
  readonly #log: Log;
  readonly #byRoom = new Map<RoomName, Seq>();

  constructor(log: Log) {
    this.#log = log;
  }

  tell(events: readonly StoredEvent[]): void {
    for (const { room, seq, body } of events) {
      if (isTold(body)) this.#byRoom.set(room, seq);
    }
  }

  /** Its seq; 0 for a room without any. */
  async of(room: RoomName): Promise<Seq> {
    const known = this.#byRoom.get(room);
    if (known !== undefined) return known;
    const query = { rooms: [room], take: 'newest', limit: 1, bytesMax: limits.pageBytes } as const;
    const { events } = await this.#log.page(query);
    const newest = this.#byRoom.get(room) ?? events[0]?.seq ?? toSeq(0);
    this.#byRoom.set(room, newest);
    return newest;
  }
}
