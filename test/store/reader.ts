// A reader as a client is one: it pages what it missed, hears live what comes then, loses its connection, leaves gaps
// and fills them. What it sees is made of pages and events alone.
import type { RoomName } from '../../src/protocol/names.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { afterChange } from '../../src/store/changes.ts';
import { isChange, isTold, type Log, type StoredEvent } from '../../src/store/log.ts';
import { asSeq } from './events.ts';

type Gap = { readonly after: Seq; readonly before: Seq };

export class Reader {
  readonly #log: Log;
  readonly #rooms: readonly RoomName[];
  readonly #seen = new Map<Seq, StoredEvent>();
  #cursor = asSeq(0);
  #gaps: Gap[] = [];
  #isLive = false;

  constructor(log: Log, rooms: readonly RoomName[]) {
    this.#log = log;
    this.#rooms = rooms;
    log.subscribe((events) => {
      if (!this.#isLive) return;
      for (const event of events) this.#hear(event);
    });
  }

  async take(what: 'sync' | 'cut' | 'fill', limit: number, skips: number): Promise<void> {
    if (what === 'cut') this.#isLive = false;
    if (what === 'sync' && !this.#isLive) await this.#sync(limit, skips);
    if (what === 'fill') await this.#fill(limit);
  }

  async catchUp(): Promise<void> {
    if (!this.#isLive) await this.#sync(3, 0);
    while (this.#gaps.length > 0) await this.#fill(3);
  }

  /** All lines that it shows, in order. */
  seen(): StoredEvent[] {
    return [...this.#seen.values()].toSorted((a, b) => a.seq - b.seq);
  }

  /** Pages to the tail; with `skips` the first so many places are left out as a gap, but for changes. */
  async #sync(limit: number, skips: number): Promise<void> {
    const start = this.#cursor;
    const floor = asSeq(Math.min(this.#log.tail, start + skips));
    const floors = new Map(this.#rooms.map((room) => [room, floor]));
    if (floor > start) this.#gaps.push({ after: start, before: asSeq(floor + 1) });
    const ask = {
      rooms: this.#rooms,
      floors,
      changesAfter: start,
      take: 'oldest',
      limit,
      bytesMax: 3_000,
    } as const;
    while (!this.#isLive) {
      const { tail } = this.#log;
      const reading = this.#log.page({ ...ask, after: this.#cursor });
      const page = await reading;
      for (const event of page.events) this.#hear(event);
      const upTo = page.more ? page.events.at(-1)?.seq : tail;
      this.#cursor = upTo ?? this.#cursor;
      // As a server does it: live begins in the turn in which nothing is left behind the page.
      this.#isLive = !page.more && this.#log.tail === tail;
    }
  }

  /** One page of the newest gap. */
  async #fill(limit: number): Promise<void> {
    const gap = this.#gaps.pop();
    if (gap === undefined) return;
    const page = await this.#log.page({ rooms: this.#rooms, ...gap, take: 'newest', limit, bytesMax: 3_000 });
    for (const event of page.events) this.#seen.set(event.seq, event);
    const first = page.events[0];
    if (page.more && first !== undefined) this.#gaps.push({ after: gap.after, before: first.seq });
  }

  #hear({ mentions: _, ...event }: StoredEvent): void {
    if (!this.#rooms.includes(event.room)) return;
    if (this.#isLive) this.#cursor = event.seq;
    const { seq, member, body } = event;
    if (isTold(body)) this.#seen.set(seq, event);
    if (!isChange(body)) return;
    const message = this.#seen.get(body.target);
    if (message !== undefined) this.#seen.set(body.target, afterChange(message, { seq, member, body }));
  }
}
