// The reference log: as simple as the contract can be read, nothing survives it. Tests of the server run on it,
// and the contract suite holds every other store against the same facts.
import type { RoomName } from '../../protocol/names.ts';
import type { LogId, MemberId, Seq, Sha256 } from '../../protocol/packet.ts';
import {
  afterContinuations,
  appended,
  batchCount,
  eventBytes,
  logRefusal,
  quoted,
  readBytes,
  unreadWithin,
} from '../content.ts';
import { toSeq } from '../ids.ts';
import {
  type Appended,
  isChange,
  isTold,
  type Log,
  type LogPage,
  type NewEvent,
  type PageQuery,
  type Settled,
  type StoredEvent,
} from '../log.ts';
import { Messages } from './messages.ts';

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
  readonly #messages = new Messages();
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
    const rooms = new Set(query.rooms);
    const isWanted = (event: StoredEvent) =>
      rooms.has(event.room) &&
      isVisible(event, query) &&
      (isChange(event.body) ? isWantedChange(event, query) : isWantedLine(event, query));
    return this.#pageOf(isWanted, query);
  }

  async mentions(
    member: MemberId,
    query: Pick<PageQuery, 'rooms' | 'before' | 'hidden' | 'limit' | 'bytesMax'>,
  ): Promise<LogPage> {
    const isWanted = (event: StoredEvent) =>
      query.rooms.includes(event.room) && isVisible(event, query) && this.#speaksTo(event, member);
    return this.#pageOf(isWanted, { ...query, take: 'newest' });
  }

  async count(room: RoomName, after: Seq, most: number): Promise<number> {
    return Math.min(most, this.#lines(room, after).length);
  }

  async unread(room: RoomName, member: MemberId, after: Seq, most: number): Promise<number> {
    const isUnread = (event: StoredEvent) =>
      event.body.type === 'message' && event.member !== member && !event.now?.isDeleted;
    return Math.min(most, this.#lines(room, after).slice(-unreadWithin).filter(isUnread).length);
  }

  async mentionCount(member: MemberId, room: RoomName, after: Seq, most: number): Promise<number> {
    const speaking = this.#lines(room, after).filter((event) => this.#speaksTo(event, member));
    return Math.min(most, speaking.length);
  }

  async seqAt(at: number): Promise<Seq> {
    this.#assertOpen();
    const upToTail = this.#messages.all.slice(0, this.#tail);
    return upToTail.find((event) => event.at >= at)?.seq ?? toSeq(this.#tail + 1);
  }

  async at(seq: Seq): Promise<StoredEvent | undefined> {
    return this.announced().find((event) => event.seq === seq);
  }

  async events(seqs: readonly Seq[]): Promise<readonly StoredEvent[]> {
    const wanted = new Set(seqs);
    return this.announced().filter(({ seq }) => wanted.has(seq));
  }

  quote(seq: Seq): { readonly member: MemberId; readonly text: string } | undefined {
    const event = this.announced().find((one) => one.seq === seq);
    if (event?.body.type !== 'message' || event.now?.isDeleted) return undefined;
    const text = event.now?.text ?? event.body.text;
    return { member: event.member, text: quoted(text || (event.body.file?.name ?? '')) };
  }

  lastAt(room: RoomName): number | undefined {
    return this.#lines(room, toSeq(0)).at(-1)?.at;
  }

  async carries(member: MemberId, sha256: Sha256): Promise<boolean> {
    this.#assertOpen();
    return this.#messages.all.some(
      (event) =>
        event.member === member && event.body.type === 'message' && event.body.file?.sha256 === sha256,
    );
  }

  async file(prefix: string, rooms: readonly RoomName[] | 'all'): Promise<StoredEvent | undefined> {
    return this.announced().findLast(
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

  /** All that there is up to the tail as it reads now: what every reading is made of, and the search of this store. */
  announced(): readonly StoredEvent[] {
    return [...this.#there({ take: 'oldest' })];
  }

  /** The same between exclusive bounds, beginning at the end that is taken: the simulation reads a few of very many. */
  *#there({ after = toSeq(0), before, take }: Reach): Generator<StoredEvent> {
    this.#assertOpen();
    const [first, last] = [after + 1, Math.min((before ?? Infinity) - 1, this.#tail)];
    for (let seq = first; seq <= last; seq += 1) {
      // Seqs have no holes here: event n stands at n - 1.
      const event = this.#messages.all[(take === 'oldest' ? seq : first + last - seq) - 1];
      if (event !== undefined && !(isChange(event.body) && this.#messages.isGone(event.seq))) yield event;
    }
  }

  /** Of what is wanted, the page from the end it takes; at least one event. */
  #pageOf(isWanted: (event: StoredEvent) => boolean, query: Reach & Weight): LogPage {
    const taken: StoredEvent[] = [];
    let bytes = 0;
    for (const event of this.#there(query)) {
      if (!isWanted(event)) continue;
      bytes += readBytes(event);
      const isFull = taken.length >= query.limit || (taken.length > 0 && bytes > query.bytesMax);
      if (isFull) return { events: inOrder(taken, query), more: true };
      taken.push(event);
    }
    return { events: inOrder(taken, query), more: false };
  }

  #assertOpen(): void {
    if (this.#isClosed) throw logRefusal('log-failed', 'the log is closed');
  }

  #lines(room: RoomName, after: Seq): readonly StoredEvent[] {
    const isLine = (event: StoredEvent) => event.room === room && isTold(event.body);
    return this.#there({ after, take: 'oldest' }).filter(isLine).toArray();
  }

  #speaksTo({ seq }: StoredEvent, member: MemberId): boolean {
    return this.#messages.speaksTo(seq, member);
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
    const first = this.#messages.firstOf(event);
    if (first !== undefined && first !== 'id-reused') {
      settled({ seq: first.seq, at: first.at, isFirst: false });
      return [];
    }
    const refusal = first ?? this.#messages.refusal(event);
    if (refusal !== undefined) {
      settled(logRefusal(refusal));
      return [];
    }
    const at = Math.max(this.#now(), this.#messages.all.at(-1)?.at ?? 0);
    const stored = this.#messages.add(event, at);
    this.#project(stored);
    settled({ seq: stored.seq, at, isFirst: true });
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
}

type Reach = Pick<PageQuery, 'after' | 'before' | 'take'>;
type Weight = Pick<PageQuery, 'limit' | 'bytesMax'>;

function isVisible({ seq, room }: StoredEvent, { hidden }: Pick<PageQuery, 'hidden'>): boolean {
  return seq > (hidden?.get(room) ?? 0);
}

function isWantedLine({ seq, room, body }: StoredEvent, { floors }: PageQuery): boolean {
  return isTold(body) && seq > (floors?.get(room) ?? 0);
}

function isWantedChange({ seq, room, body }: StoredEvent, { changesAfter, hidden }: PageQuery): boolean {
  if (!isChange(body) || changesAfter === undefined || seq <= changesAfter) return false;
  return body.target > (hidden?.get(room) ?? 0);
}

function inOrder(taken: StoredEvent[], { take }: Reach): StoredEvent[] {
  return take === 'oldest' ? taken : taken.reverse();
}
