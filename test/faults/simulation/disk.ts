// The store of a simulation: the real in-memory log and people, behind a disk whose every commit is a choice of the
// scheduler. Until then what was written waits; a crash may keep some of it and loses the rest; a commit may fail.
// It outlives the servers that open it, as a disk does.
import { Refusal } from '../../../src/protocol/errors.ts';
import type { Blobs } from '../../../src/store/blobs.ts';
import { logRefusal } from '../../../src/store/content.ts';
import { makeLogId } from '../../../src/store/ids.ts';
import type { Log, NewEvent, Settled, StoredEvent } from '../../../src/store/log.ts';
import { MemoryLog } from '../../../src/store/memory/log.ts';
import { MemoryPeople } from '../../../src/store/memory/people.ts';
import { MemorySearch } from '../../../src/store/memory/search.ts';
import type { Store } from '../../../src/store/open.ts';
import type { People } from '../../../src/store/people.ts';
import { type Clock, Program } from './clock.ts';
import { History } from './history.ts';
import { bytesFrom } from './stand-ins.ts';

/** One write that waits for its commit. */
type Write = {
  /** With a reason the asker is refused although it was done. */
  readonly make: (unknown?: Error) => Promise<unknown>;
  readonly refuse: (error: Error) => void;
  /** Of a post: by which the history knows it. */
  readonly name: string | undefined;
};

export type DiskOptions = {
  readonly clock: Clock;
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly wrong: (what: string) => void;
};

export class Disk {
  readonly history: History;
  readonly #options: DiskOptions;
  readonly #people = new MemoryPeople();
  readonly #log: MemoryLog;
  readonly #search: MemorySearch;
  /** Commits go on when the server that asked for them is gone. */
  readonly #controller = new Program('disk', '');
  #writes: Write[] = [];
  #reads: (() => void)[] = [];
  #opened = 0;

  constructor(options: DiskOptions) {
    const logId = makeLogId((count) => bytesFrom(options.random, count));
    this.#options = options;
    this.history = new History(logId, options.wrong);
    const project = (event: StoredEvent) => {
      this.history.store(event);
      this.#people.project(event);
    };
    this.#log = new MemoryLog({ logId, now: options.now, project });
    this.#search = new MemorySearch(this.#log);
  }

  get writesWaiting(): number {
    return this.#writes.length;
  }

  get readsWaiting(): number {
    return this.#reads.length;
  }

  /** A commit that was begun is not over: nobody may open the store yet. */
  get isBusy(): boolean {
    return this.#controller.immediates.length > 0;
  }

  /** Begins to commit the first `count` writes. */
  commit(count: number): void {
    const { clock } = this.#options;
    const { running } = clock;
    clock.running = this.#controller;
    for (const { make } of this.#writes.splice(0, count)) void make();
    clock.running = running;
  }

  /** What was begun is on the disk now; `server` hears of it. */
  finish(server: Program | undefined): void {
    this.#options.clock.running = server ?? this.#controller;
    this.#controller.immediates.shift()?.run();
  }

  /** The next `count` writes are refused. After `log-failed` nobody knows what the disk has of them. */
  fail(count: number, why: 'disk-full' | 'log-failed'): void {
    const { clock, random } = this.#options;
    const { running } = clock;
    for (const { make, refuse, name } of this.#writes.splice(0, count)) {
      if (name !== undefined) this.history.refused.add(name);
      const isStored = why === 'log-failed' && random() < 0.5;
      clock.running = isStored ? this.#controller : running;
      if (isStored) void make(logRefusal(why));
      else refuse(logRefusal(why));
    }
    clock.running = running;
  }

  read(): void {
    this.#reads.shift()?.();
  }

  /** The server is gone; the disk had begun to write some of what waited. */
  crash(): void {
    this.#opened += 1;
    this.commit(Math.floor(this.#options.random() * (this.#writes.length + 1)));
    this.#writes = [];
    this.#reads = [];
  }

  stored(seq: number): StoredEvent | undefined {
    return this.history.at(seq);
  }

  open(): Store {
    this.#opened += 1;
    const log = new DiskLog(this, this.#log, this.#opened);
    const people = this.#peopleOf(this.#opened);
    return { log, people, blobs: noBlobs, search: this.#search, close: () => log.close() };
  }

  isOpenedBy(life: number): boolean {
    return this.#opened === life;
  }

  /** Resolves when a commit has taken it; never when the server crashes before that. */
  write<Result>(life: number, make: () => Promise<Result>, name?: string): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const answer = (tell: () => void) => this.isOpenedBy(life) && tell();
    const made = (unknown?: Error) =>
      make().then(
        (result) => answer(() => (unknown === undefined ? resolve(result) : reject(unknown))),
        (error: Error) => {
          if (name !== undefined) this.history.refused.add(name);
          answer(() => reject(error));
        },
      );
    this.#writes.push({ make: made, refuse: reject, name });
    return promise;
  }

  /** Some readings wait for the disk, most are in its cache. */
  async fetched(): Promise<void> {
    if (this.#options.random() < 0.7) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reads.push(resolve);
    await promise;
  }

  #peopleOf(life: number): People {
    const people = this.#people;
    return {
      device: (key) => people.device(key),
      member: (id) => people.member(id),
      holder: (skeleton, at) => people.holder(skeleton, at),
      enrol: (key, claim) => this.write(life, () => people.enrol(key, claim)),
      rename: (member, claim) => this.write(life, () => people.rename(member, claim)),
      members: (after, limit) => people.members(after, limit),
      roomsOf: (member) => people.roomsOf(member),
      room: (name) => people.room(name),
      roomCount: () => people.roomCount(),
      publicRooms: (after, limit) => people.publicRooms(after, limit),
      readableFrom: (member, room) => people.readableFrom(member, room),
      invitation: (member, room) => people.invitation(member, room),
      invitations: (member) => people.invitations(member),
      place: (member, room) => people.place(member, room),
      setRead: (member, room, seq) => this.write(life, () => people.setRead(member, room, seq)),
      setLevel: (member, room, level) => this.write(life, () => people.setLevel(member, room, level)),
      devicesOf: (member) => people.devicesOf(member),
      addDevice: (key, member, at) => this.write(life, () => people.addDevice(key, member, at)),
      revoke: (device) => this.write(life, () => people.revoke(device)),
      // May be written late, and nobody waits for it: its own write would only be one more that waits for a commit.
      seen: (device, at) => people.seen(device, at),
    };
  }
}

/** One server's hold on the log. */
class DiskLog implements Log {
  readonly #disk: Disk;
  readonly #log: MemoryLog;
  readonly #life: number;
  #waiting = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #drained: (() => void) | undefined;

  constructor(disk: Disk, log: MemoryLog, life: number) {
    this.#disk = disk;
    this.#log = log;
    this.#life = life;
  }

  get logId(): Log['logId'] {
    return this.#log.logId;
  }

  get tail(): Log['tail'] {
    return this.#log.tail;
  }

  get commits(): number {
    return this.#log.commits;
  }

  get waiting(): number {
    return this.#waiting;
  }

  append(event: NewEvent): ReturnType<Log['append']> {
    if (this.#state !== 'open') return Promise.reject(logRefusal('closing'));
    const name = event.body.type === 'message' ? nameOf(event.body.text) : undefined;
    this.#waiting += 1;
    const appended = this.#disk.write(this.#life, () => this.#log.append(event), name);
    const over = () => this.#answered();
    appended.then(over, over);
    return appended;
  }

  submit(event: NewEvent, settled: Settled): void {
    this.append(event).then(settled, settled);
  }

  async page(query: Parameters<Log['page']>[0]): ReturnType<Log['page']> {
    await this.#fetched();
    return this.#log.page(query);
  }

  async count(...asked: Parameters<Log['count']>): ReturnType<Log['count']> {
    await this.#fetched();
    return this.#log.count(...asked);
  }

  async unread(...asked: Parameters<Log['unread']>): ReturnType<Log['unread']> {
    await this.#fetched();
    return this.#log.unread(...asked);
  }

  async mentionCount(...asked: Parameters<Log['mentionCount']>): ReturnType<Log['mentionCount']> {
    await this.#fetched();
    return this.#log.mentionCount(...asked);
  }

  async mentions(...asked: Parameters<Log['mentions']>): ReturnType<Log['mentions']> {
    await this.#fetched();
    return this.#log.mentions(...asked);
  }

  async seqAt(at: number): ReturnType<Log['seqAt']> {
    await this.#fetched();
    return this.#log.seqAt(at);
  }

  async at(seq: Parameters<Log['at']>[0]): ReturnType<Log['at']> {
    await this.#fetched();
    return this.#log.at(seq);
  }

  async events(seqs: Parameters<Log['events']>[0]): ReturnType<Log['events']> {
    await this.#fetched();
    return this.#log.events(seqs);
  }

  quote(seq: Parameters<Log['quote']>[0]): ReturnType<Log['quote']> {
    this.#assertOpen();
    return this.#log.quote(seq);
  }

  lastAt(room: Parameters<Log['lastAt']>[0]): ReturnType<Log['lastAt']> {
    this.#assertOpen();
    return this.#log.lastAt(room);
  }

  async carries(...asked: Parameters<Log['carries']>): ReturnType<Log['carries']> {
    await this.#fetched();
    return this.#log.carries(...asked);
  }

  async file(...asked: Parameters<Log['file']>): ReturnType<Log['file']> {
    await this.#fetched();
    return this.#log.file(...asked);
  }

  subscribe(tell: (events: readonly StoredEvent[]) => void): () => void {
    return this.#log.subscribe((events) => {
      if (this.#disk.isOpenedBy(this.#life)) tell(events);
    });
  }

  async close(): Promise<void> {
    this.#state = 'closing';
    const drained = Promise.withResolvers<void>();
    this.#drained = drained.resolve;
    if (this.#waiting === 0) drained.resolve();
    await drained.promise;
    this.#state = 'closed';
  }

  #answered(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#drained?.();
  }

  async #fetched(): Promise<void> {
    await this.#disk.fetched();
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw logRefusal('log-failed', 'the log is closed');
  }
}

/** Author and number, with which a post of the simulation begins. */
export function nameOf(text: string): string {
  return text.split(' ', 2).join(' ');
}

function without(): never {
  throw new Refusal('no-such-file', 'There are no files here.');
}

/** Files have fault runs of their own; here nobody sends any. */
const noBlobs: Blobs = {
  held: async () => 0,
  isHeld: async () => false,
  usage: async () => 0,
  receive: without,
  open: async () => undefined,
  forget: async () => undefined,
  sweep: async () => undefined,
  close: async () => undefined,
};
