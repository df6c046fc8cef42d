// The log in SQLite: what is appended goes to the writer's thread, what is read is read here, on a connection that
// cannot write, and never past what was announced. Made by open.ts.
import type { DatabaseSync } from 'node:sqlite';
import type { Refusal } from '../../protocol/errors.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { LogId, MemberId, Seq, Sha256 } from '../../protocol/packet.ts';
import { afterContinuations, appended, eventBytes, logRefusal } from '../content.ts';
import { toSeq } from '../ids.ts';
import type { Appended, Log, LogPage, NewEvent, PageQuery, Settled, StoredEvent } from '../log.ts';
import { type Answer, appendOrder, type Order } from './batch.ts';
import { pageOfSeqs, readPage } from './page.ts';
import { prepareReadings, type Readings } from './readings.ts';
import { type Recent, recentOf } from './recent.ts';
import type { LogStart } from './schema.ts';
import type { Job, WriterPort } from './writer-port.ts';

export type SqliteLogParts = {
  readonly start: LogStart;
  readonly now: () => number;
  readonly writer: WriterPort;
  readonly reader: DatabaseSync;
  /** Called with each new event before its append resolves: what is remembered of rooms is out of date. */
  readonly onStored: (event: StoredEvent) => void;
};

export class SqliteLog implements Log {
  readonly logId: LogId;
  readonly #parts: SqliteLogParts;
  readonly #statements: Readings;
  /** Read in when it is asked for, let go when it is not. */
  #recent: Recent | undefined;
  readonly #subscribers = new Set<(events: readonly StoredEvent[]) => void>();
  /** On disk, not announced yet. */
  #stored: StoredEvent[] = [];
  #isAnnouncing = false;
  #tail: Seq;
  #lastAt: number;
  #waiting = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteLogParts) {
    this.#parts = parts;
    this.logId = parts.start.logId;
    this.#tail = parts.start.tail;
    this.#lastAt = parts.start.at;
    this.#statements = prepareReadings(parts.reader);
  }

  get tail(): Seq {
    return this.#tail;
  }

  get commits(): number {
    return this.#parts.writer.commits;
  }

  get waiting(): number {
    return this.#waiting;
  }

  append(event: NewEvent): Promise<Appended> {
    return appended(this, event);
  }

  submit(event: NewEvent, settled: Settled): void {
    if (this.#closing) {
      queueMicrotask(() => settled(logRefusal('closing')));
      return;
    }
    // Set here and not by the writer: appends are stored in the order in which they came, so this never falls.
    this.#lastAt = Math.max(this.#lastAt, this.#parts.now());
    const at = this.#lastAt;
    this.#waiting += 1;
    this.#parts.writer.submit(new Append(event, at, settled, this.#settle));
  }

  /**
   * Called after each batch of the writer, its appends answered: tells the subscribers, in this turn but after them, of
   * all batches that the turn brought at once. To deliver two as one halves the writes.
   */
  announce(): void {
    if (this.#stored.length === 0 || this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    afterContinuations(() => {
      const events = this.#stored;
      this.#stored = [];
      this.#isAnnouncing = false;
      this.#tail = events.at(-1)?.seq ?? this.#tail;
      if (this.#recent?.isIdle) this.#recent = undefined;
      this.#recent?.add(events);
      for (const tell of [...this.#subscribers]) tell(events);
    });
  }

  async page(query: PageQuery): Promise<LogPage> {
    const before = Math.min(query.before ?? Infinity, this.#tail + 1);
    return this.#read(() => this.#newest().page(query, before) ?? readPage(this.#statements, query, before));
  }

  async count(room: RoomName, after: Seq, most: number): Promise<number> {
    return this.#read(
      () => this.#newest().count(room, after, most) ?? this.#statements.count(room, after, this.#tail, most),
    );
  }

  async unread(room: RoomName, member: MemberId, after: Seq, most: number): Promise<number> {
    return this.#read(
      () =>
        this.#newest().unread(room, member, after, most) ??
        this.#statements.unread(room, member, after, this.#tail, most),
    );
  }

  async mentionCount(member: MemberId, room: RoomName, after: Seq, most: number): Promise<number> {
    return this.#read(() => this.#statements.mentionCount(member, room, after, this.#tail, most));
  }

  async mentions(
    member: MemberId,
    query: Pick<PageQuery, 'rooms' | 'before' | 'hidden' | 'limit' | 'bytesMax'>,
  ): Promise<LogPage> {
    const before = Math.min(query.before ?? Infinity, this.#tail + 1);
    const cursors = [...new Set(query.rooms)].map((room) => ({
      read: (after: number, to: number, most: number) =>
        this.#statements.mentions(member, room, after, to, most),
      after: query.hidden?.get(room) ?? 0,
      before,
    }));
    return this.#read(() => pageOfSeqs(this.#statements, cursors, { ...query, take: 'newest' }));
  }

  async seqAt(at: number): Promise<Seq> {
    return this.#read(() => this.#statements.seqAt(at, this.#tail));
  }

  async at(seq: Seq): Promise<StoredEvent | undefined> {
    return this.#read(() => (seq > this.#tail ? undefined : this.#statements.find(seq)));
  }

  async events(seqs: readonly Seq[]): Promise<readonly StoredEvent[]> {
    return this.#read(() => this.#statements.events(seqs.filter((seq) => seq <= this.#tail)));
  }

  quote(seq: Seq): ReturnType<Log['quote']> {
    return this.#read(() => (seq > this.#tail ? undefined : this.#statements.quote(seq)));
  }

  lastAt(room: RoomName): number | undefined {
    return this.#read(() => this.#statements.lastAt(room, this.#tail));
  }

  async carries(member: MemberId, sha256: Sha256): Promise<boolean> {
    return this.#read(() => this.#statements.carries(member, sha256));
  }

  async file(prefix: string, rooms: readonly RoomName[] | 'all'): Promise<StoredEvent | undefined> {
    return this.#read(() => this.#statements.file(prefix, rooms, this.#tail));
  }

  subscribe(tell: (events: readonly StoredEvent[]) => void): () => void {
    // A wrapper, so that the same function may subscribe twice.
    const subscriber = (events: readonly StoredEvent[]) => tell(events);
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#parts.writer.drained();
    // First the reader: only the last connection removes the WAL, and a reader cannot.
    this.#parts.reader.close();
    await this.#parts.writer.close();
  }

  #newest(): Recent {
    this.#recent ??= recentOf(this.#statements.upTo(this.#tail), this.#tail);
    return this.#recent;
  }

  #read<Result>(read: () => Result): Result {
    if (!this.#parts.reader.isOpen) throw logRefusal('log-failed', 'the log is closed');
    try {
      return read();
    } catch (error) {
      throw logRefusal('log-failed', error);
    }
  }

  readonly #settle = ({ event, at, settled }: Append, answer: Answer): void => {
    this.#waiting -= 1;
    settled(this.#answer(event, at, answer));
  };

  #answer(event: NewEvent, at: number, answer: Answer): Appended | Refusal {
    if (typeof answer === 'number') {
      const { room, member, device, id, body, mentions } = event;
      const placed = { room, member, device, id, body, seq: toSeq(answer), at };
      const stored = mentions === undefined ? placed : { ...placed, mentions };
      this.#stored.push(stored);
      this.#parts.onStored(stored);
      return { seq: stored.seq, at, isFirst: true };
    }
    if (answer[0] === 'again') return { seq: toSeq(answer[1]), at: answer[2], isFirst: false };
    if (answer[0] === 'refused') return logRefusal(answer[1], answer[2]);
    return logRefusal('log-failed', `an append was answered with ${answer[0]}`);
  }
}

/** An event on its way to the disk: one object, for ten thousand may wait and each outlives some collections. */
class Append implements Job {
  readonly event: NewEvent;
  readonly at: number;
  readonly settled: Settled;
  readonly bytes: number;
  readonly #settle: (append: Append, answer: Answer) => void;

  constructor(
    event: NewEvent,
    at: number,
    settled: Settled,
    settle: (append: Append, answer: Answer) => void,
  ) {
    this.event = event;
    this.at = at;
    this.settled = settled;
    this.bytes = eventBytes(event.body);
    this.#settle = settle;
  }

  order(before: Order | undefined): Order | undefined {
    return appendOrder(this.event, this.at, before);
  }

  settle(answer: Answer): void {
    this.#settle(this, answer);
  }
}
