// The newest events, in memory: what everybody asks for who comes, or comes back after a moment. After each commit the
// reading connection has to read its pages anew, and a crowd that comes asks between commits. Only log.ts uses it.
import type { RoomName } from '../../protocol/names.ts';
import type { MemberId, Seq } from '../../protocol/packet.ts';
import { afterChange, type Change } from '../changes.ts';
import { readBytes } from '../content.ts';
import { isChange, isQuiet, type LogPage, type PageQuery, type StoredEvent } from '../log.ts';
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
      bytes += readBytes(event);
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
  /** All but quiet moves over `#floor`, in order, messages as they read now; those before `#begin` are dropped already. */
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
    for (const told of events) {
      if (isQuiet(told.body)) continue;
      const event = told.mentions === undefined ? told : withoutMentions(told);
      if (isChange(event.body)) this.#change({ seq: event.seq, member: event.member, body: event.body });
      this.#events.push(event);
      this.#bytes += readBytes(event);
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
      bytes += readBytes(event);
      const isFull = events.length >= query.limit || (events.length > 0 && bytes > query.bytesMax);
      if (isFull) return { events: inOrder(events, query), more: true };
      events.push(event);
    }
    if (after < this.#floor) return undefined;
    return { events: inOrder(events, query), more: false };
  }

  count(room: RoomName, after: Seq, most: number): number | undefined {
    return this.#countOf((event) => event.room === room && !isChange(event.body), after, most);
  }

  unread(room: RoomName, member: MemberId, after: Seq, most: number): number | undefined {
    const isUnread = (event: StoredEvent) =>
      event.room === room &&
      event.member !== member &&
      event.body.type === 'message' &&
      !event.now?.isDeleted;
    return this.#countOf(isUnread, after, most);
  }

  #countOf(isCounted: (event: StoredEvent) => boolean, after: Seq, most: number): number | undefined {
    this.#unasked = 0;
    let count = 0;
    for (let at = this.#events.length - 1; at >= this.#begin && count < most; at -= 1) {
      const event = this.#events[at];
      if (event === undefined || event.seq <= after) break;
      if (isCounted(event)) count += 1;
    }
    return count >= most || after >= this.#floor ? count : undefined;
  }

  #change(change: Change): void {
    const at = this.#firstOver(change.body.target - 1);
    const message = this.#events[at];
    if (message?.seq === change.body.target) {
      const changed = afterChange(message, change);
      this.#events[at] = changed;
      this.#bytes += readBytes(changed) - readBytes(message);
    }
    if (change.body.type === 'deletion') this.#forgetChanges(change.body.target);
  }

  /** Of a deleted message nothing is given but that it is deleted. */
  #forgetChanges(target: Seq): void {
    this.#compact();
    this.#events = this.#events.filter((event) => {
      const isGone = isChange(event.body) && event.body.target === target && event.body.type !== 'deletion';
      if (isGone) this.#bytes -= readBytes(event);
      return !isGone;
    });
  }

  *#wanted(query: PageQuery, after: number, before: number): Generator<StoredEvent> {
    const rooms = new Set(query.rooms);
    const isNewest = query.take === 'newest';
    const first = isNewest ? this.#events.length - 1 : this.#firstOver(after);
    for (let at = first; at >= this.#begin && at < this.#events.length; at += isNewest ? -1 : 1) {
      const event = this.#events[at];
      if (event === undefined || (isNewest ? event.seq <= after : event.seq >= before)) return;
      if (rooms.has(event.room) && event.seq < before && isWanted(event, query)) yield event;
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
    this.#bytes -= readBytes(first);
    this.#floor = first.seq;
  }

  /** Now and then at once, not with each event; what was dropped is held no longer than as much again is here. */
  #compact(): void {
    this.#events = this.#events.slice(this.#begin);
    this.#begin = 0;
  }
}

function withoutMentions({ mentions: _, ...event }: StoredEvent): StoredEvent {
  return event;
}

function isWanted({ seq, room, body }: StoredEvent, query: PageQuery): boolean {
  const hidden = query.hidden?.get(room) ?? 0;
  if (!isChange(body)) return seq > (query.floors?.get(room) ?? 0) && seq > hidden;
  const { changesAfter } = query;
  return changesAfter !== undefined && seq > changesAfter && body.target > hidden;
}

/** Nothing at or below is asked for. */
function lowest({ after, rooms, floors, changesAfter }: PageQuery): number {
  const all = after ?? 0;
  if (floors === undefined) return all;
  const lines = Math.max(all, Math.min(...rooms.map((room) => floors.get(room) ?? 0)));
  return changesAfter === undefined ? lines : Math.min(lines, Math.max(all, changesAfter));
}

function inOrder(events: StoredEvent[], { take }: PageQuery): StoredEvent[] {
  return take === 'oldest' ? events : events.reverse();
}
