// The reference log: as simple as the contract can be read, nothing survives it. Tests of the server run on it,
// and the contract suite holds every other store against the same facts.
import type { RoomName } from '../../protocol/names.ts';
import type { LogId, Seq } from '../../protocol/packet.ts';
import {
  afterContinuations,
  appended,
  batchCount,
  eventBytes,
  isSameContent,
  logRefusal,
} from '../content.ts';
import { toSeq } from '../ids.ts';
import {
  type Appended,
  isQuiet,
  type Log,
  type LogPage,
  type NewEvent,
  type PageQuery,
  type Settled,
  type StoredEvent,
} from '../log.ts';

type Waiting = { readonly event: NewEvent; readonly settled: Settled };

export type MemoryLogOptions = {
  readonly logId: LogId;
  readonly now: () => number;
  /** Told of each event before its append resolves: the projection of rooms. */
  readonly project: (event: StoredEvent) => void;
};

export class MemoryLog implements Log {
  readonly logId: LogId;
  readonly #now: () => number;
  readonly #project: (event: StoredEvent) => void;
  /** Event n stands at n - 1: this log has no gaps. */
  readonly #events: StoredEvent[] = [];
  readonly #byId = new Map<string, StoredEvent>();
  readonly #subscribers = new Set<(events: readonly StoredEvent[]) => void>();
  #waiting: Waiting[] = [];
  #tail: Seq = toSeq(0);
  #commits = 0;
  #isClosing = false;
  #isClosed = false;
  #drained = Promise.withResolvers<void>();

  constructor(options: MemoryLogOptions) {
    this.logId = options.logId;
    this.#now = options.now;
    this.#project = options.project;
    this.#drained.resolve();
  }

  get tail(): Seq {
    return this.#tail;
  }

  get commits(): number {
    return this.#commits;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  append(event: NewEvent): Promise<Appended> {
    return appended(this, event);
  }

  submit(event: NewEvent, settled: Settled): void {
    if (this.#isClosing) {
      queueMicrotask(() => settled(logRefusal('closing')));
      return;
    }
    if (this.#waiting.length === 0) {
      this.#drained = Promise.withResolvers<void>();
      // A turn later, as a disk would: what one turn brings must not be announced within it, whatever its size.
      setImmediate(() => this.#commit());
    }
    this.#waiting.push({ event, settled });
  }

  async page(query: PageQuery): Promise<LogPage> {
    this.#assertOpen();
    const taken: StoredEvent[] = [];
    let bytes = 0;
    for (const event of this.#wanted(query)) {
      bytes += eventBytes(event.body);
      const isFull = taken.length >= query.limit || (taken.length > 0 && bytes > query.bytesMax);
      if (isFull) return { events: inOrder(taken, query), more: true };
      taken.push(event);
    }
    return { events: inOrder(taken, query), more: false };
  }

  async count(room: RoomName, after: Seq, most: number): Promise<number> {
    this.#assertOpen();
    let count = 0;
    for (let seq = after + 1; seq <= this.#tail && count < most; seq += 1) {
      const event = this.#events[seq - 1];
      if (event?.room === room && !isQuiet(event.body)) count += 1;
    }
    return count;
  }

  async at(seq: Seq): Promise<StoredEvent | undefined> {
    this.#assertOpen();
    return this.#announced()[seq - 1];
  }

  async file(prefix: string, rooms: readonly RoomName[] | 'all'): Promise<StoredEvent | undefined> {
    this.#assertOpen();
    return this.#announced().findLast(
      ({ room, body }) =>
        (rooms === 'all' || rooms.includes(room)) &&
        body.type === 'message' &&
        body.file?.sha256.startsWith(prefix),
    );
  }

  subscribe(tell: (events: readonly StoredEvent[]) => void): () => void {
    // A wrapper, so that the same function may subscribe twice.
    const subscriber = (events: readonly StoredEvent[]) => tell(events);
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#drained.promise;
    this.#isClosed = true;
  }

  /** What the query asks for, beginning at the end that it takes. Seqs have no holes here: event n stands at n - 1. */
  *#wanted({ rooms, after = toSeq(0), before, floors, take }: PageQuery): Generator<StoredEvent> {
    const wanted = new Set(rooms);
    const [first, last] = [after + 1, Math.min((before ?? Infinity) - 1, this.#tail)];
    for (let seq = first; seq <= last; seq += 1) {
      const event = this.#events[(take === 'oldest' ? seq : first + last - seq) - 1];
      if (event === undefined || !wanted.has(event.room) || isQuiet(event.body)) continue;
      if (event.seq > (floors?.get(event.room) ?? 0)) yield event;
    }
  }

  #announced(): readonly StoredEvent[] {
    return this.#events.slice(0, this.#tail);
  }

  #commit(): void {
    const count = batchCount(this.#waiting, ({ event }) => eventBytes(event.body));
    const batch = this.#waiting.splice(0, count);
    this.#commits += 1;
    if (this.#waiting.length > 0) setImmediate(() => this.#commit());
    const events = batch.flatMap((waiting) => this.#store(waiting));
    afterContinuations(() => this.#announce(events));
  }

  /** Answers one append; gives the event if it is a new one. */
  #store({ event, settled }: Waiting): StoredEvent[] {
    const key = `${event.device} ${event.id}`;
    const first = this.#byId.get(key);
    if (first && !isSameContent(first, event)) {
      settled(logRefusal('id-reused'));
      return [];
    }
    if (first) {
      settled({ seq: first.seq, at: first.at, isFirst: false });
      return [];
    }
    const seq = toSeq(this.#events.length + 1);
    const at = Math.max(this.#now(), this.#events.at(-1)?.at ?? 0);
    const stored = { ...event, seq, at };
    this.#events.push(stored);
    this.#byId.set(key, stored);
    this.#project(stored);
    settled({ seq, at, isFirst: true });
    return [stored];
  }

  #announce(events: readonly StoredEvent[]): void {
    const last = events.at(-1);
    if (last) {
      this.#tail = last.seq;
      for (const tell of [...this.#subscribers]) tell(events);
    }
    if (this.#waiting.length === 0) this.#drained.resolve();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw logRefusal('log-failed', 'the log is closed');
  }
}

function inOrder(taken: StoredEvent[], { take }: PageQuery): StoredEvent[] {
  return take === 'oldest' ? taken : taken.reverse();
}
