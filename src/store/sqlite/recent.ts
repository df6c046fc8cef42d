// The newest events, in memory: what everybody asks for who comes, or comes back after a moment. After each commit the
// reading connection has to read its pages anew, and a crowd that comes asks between commits. Only log.ts uses it.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import { eventBytes } from '../content.ts';
import { isQuiet, type LogPage, type PageQuery, type StoredEvent } from '../log.ts';
import { parseEvent } from './rows.ts';

/** Twice what a reader may have missed before it gets a gap (`resumeEventsPerRoom`), if they are short. */
const recentMax = 2_000;
const recentBytesMax = 1024 * 1024;
/**
 * After so many events about which nobody asked it is let go, and read in anew when somebody does: while the log is busy,
 * what is kept here outlives the young generation, and the collector copies it for nobody.
 */
const unaskedMax = 10 * recentMax;

/** `rows`: the log's up to `tail`, beginning with the newest; of those no more are read than are kept. */
export function recentOf(rows: Iterable<unknown>, tail: Seq): Recent {
  const events: StoredEvent[] = [];
  let bytes = 0;
  const from = () => new Recent((events.at(-1)?.seq ?? tail + 1) - 1, events.reverse());
  try {
    for (const row of rows) {
      const event = parseEvent(row);
      bytes += eventBytes(event.body);
      if (events.length === recentMax || bytes > recentBytesMax) return from();
      events.push(event);
    }
  } catch {
    // A damaged row, or a file that cannot be read: who asks for more asks the file, and is told.
    return from();
  }
  return new Recent(0, events.reverse());
}

export class Recent {
  /** Told events over `#floor`, in order; those before `#begin` are dropped already. */
  #events: StoredEvent[] = [];
  #begin = 0;
  #bytes = 0;
  /** Of what is over it nothing is missing here. */
  #floor: number;
  /** Events that came since somebody asked. */
  #unasked = 0;

  /** `events`: all that are over `floor`. */
  constructor(floor: number, events: readonly StoredEvent[]) {
    this.#floor = floor;
    this.add(events);
  }

  get #count(): number {
    return this.#events.length - this.#begin;
  }

  /** Not worth keeping: nobody has asked for long. */
  get isIdle(): boolean {
    return this.#unasked > unaskedMax;
  }

  add(events: readonly StoredEvent[]): void {
    this.#unasked += events.length;
    for (const event of events) {
      if (isQuiet(event.body)) continue;
      this.#events.push(event);
      this.#bytes += eventBytes(event.body);
    }
    while (this.#count > recentMax || this.#bytes > recentBytesMax) this.#dropFirst();
    if (this.#begin > this.#count) this.#compact();
  }

  /** The page, or `undefined` where it reaches further back than what is here. */
  page(query: PageQuery, before: number): LogPage | undefined {
    this.#unasked = 0;
    const after = lowest(query);
    if (before <= this.#floor + 1) return undefined;
    if (query.take === 'oldest' && after < this.#floor) return undefined;
    const events: StoredEvent[] = [];
    let bytes = 0;
    for (const event of this.#wanted(query, after, before)) {
      bytes += eventBytes(event.body);
      const isFull = events.length >= query.limit || (events.length > 0 && bytes > query.bytesMax);
      if (isFull) return { events: inOrder(events, query), more: true };
      events.push(event);
    }
    if (after < this.#floor) return undefined;
    return { events: inOrder(events, query), more: false };
  }

  count(room: RoomName, after: Seq, most: number): number | undefined {
    this.#unasked = 0;
    let count = 0;
    for (let at = this.#events.length - 1; at >= this.#begin && count < most; at -= 1) {
      const event = this.#events[at];
      if (event === undefined || event.seq <= after) break;
      if (event.room === room) count += 1;
    }
    return count >= most || after >= this.#floor ? count : undefined;
  }

  *#wanted(query: PageQuery, after: number, before: number): Generator<StoredEvent> {
    const rooms = new Set(query.rooms);
    const isNewest = query.take === 'newest';
    const first = isNewest ? this.#events.length - 1 : this.#firstOver(after);
    for (let at = first; at >= this.#begin && at < this.#events.length; at += isNewest ? -1 : 1) {
      const event = this.#events[at];
      if (event === undefined || (isNewest ? event.seq <= after : event.seq >= before)) return;
      const floor = query.floors?.get(event.room) ?? 0;
      if (rooms.has(event.room) && event.seq > floor && event.seq < before) yield event;
    }
  }

  #firstOver(seq: number): number {
    let low = this.#begin;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #dropFirst(): void {
    const first = this.#events[this.#begin];
    if (first === undefined) return;
    this.#begin += 1;
    this.#bytes -= eventBytes(first.body);
    this.#floor = first.seq;
  }

  /** Now and then at once, not with each event; what was dropped is held no longer than as much again is here. */
  #compact(): void {
    this.#events = this.#events.slice(this.#begin);
    this.#begin = 0;
  }
}

/** Nothing at or below is asked for. */
function lowest({ after, rooms, floors }: PageQuery): number {
  const all = after ?? 0;
  if (floors === undefined) return all;
  return Math.max(all, Math.min(...rooms.map((room) => floors.get(room) ?? 0)));
}

function inOrder(events: StoredEvent[], { take }: PageQuery): StoredEvent[] {
  return take === 'oldest' ? events : events.reverse();
}
