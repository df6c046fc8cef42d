// Who has a chat open, by member: several devices are one person, a lost connection waits for its return, and what
// changed is told in batches. Sessions enter and leave; the hub carries what is told. Kept in memory only: after a
// restart nobody is online until they are back, and nobody is told to have left.
import { encode } from '../protocol/codec.ts';
import type { Limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, Person, ServerPackets } from '../protocol/packet.ts';
import { Bucket } from './rates.ts';

type Change = ServerPackets['presence']['changes'][number];

/** Told by name in one signal at the most. Beyond it only the count: a part of the names is no roster. */
const namesMax = 200;
/** Names times those who hear them: n people who come tell n people n names, which is cubic. */
const namesHeardMax = 20_000;
/**
 * Copies of signals, and how many a second: each is a write to a socket, 5–14 µs. So 250 people hear of a change
 * within `presenceBatchMs`, 5,000 within five seconds, and a crowd that comes or goes costs a hundredth of a core.
 */
const copiesBurst = 1_000;
const copiesPerSecond = 1_000;

type Stay = {
  sessions: number;
  since: number;
  /** When the member last said or read something. */
  actedAt: number;
  /** Said with /away, on whichever device. */
  away?: { readonly note: string };
  /** Runs while the last connection was lost and may come back. */
  leaving?: NodeJS.Timeout;
};

export type PresenceOptions = {
  readonly limits: Limits;
  readonly now: () => number;
  readonly nickOf: (member: MemberId) => string;
  /** Rooms of the member that the reader may know of; without a reader those that everybody may. */
  readonly roomsOf: (member: MemberId, reader?: MemberId) => readonly RoomName[];
  readonly signal: (frame: Buffer) => void;
};

export class Presence {
  readonly #options: PresenceOptions;
  readonly #startedAt: number;
  readonly #online = new Map<MemberId, Stay>();
  /** Unix milliseconds when a member left since the start. */
  readonly #leftAt = new Map<MemberId, number>();
  /** What is to be told, and whether the member was online when it was last told of. */
  readonly #changes = new Map<MemberId, { readonly wasOnline: boolean; change: Change }>();
  #batch: NodeJS.Timeout | undefined;
  readonly #copies: Bucket;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#startedAt = options.now();
    this.#copies = new Bucket(copiesBurst, copiesPerSecond, this.#startedAt);
  }

  get online(): number {
    return this.#online.size;
  }

  members(): readonly MemberId[] {
    return [...this.#online.keys()].sort((a, b) => a - b);
  }

  /** As `reader` is answered. */
  person(member: MemberId, reader: MemberId): Person {
    const { limits, now, roomsOf } = this.#options;
    const person = this.#person(member, roomsOf(member, reader));
    const { actedAt } = this.#online.get(member) ?? {};
    const isIdle = actedAt !== undefined && now() - actedAt >= limits.idleMs;
    return isIdle ? { ...person, active: actedAt } : person;
  }

  /** The member said or read something. */
  acted(member: MemberId): void {
    const stay = this.#online.get(member);
    if (stay !== undefined) stay.actedAt = this.#options.now();
  }

  /** Away with a note, perhaps an empty one, or back: `undefined`. Holds on all devices until the last chat is closed. */
  setAway(member: MemberId, note: string | undefined): void {
    const stay = this.#online.get(member);
    if (stay === undefined || stay.away?.note === note) return;
    const wasAway = stay.away !== undefined;
    if (note === undefined) delete stay.away;
    else stay.away = { note };
    if (wasAway !== (note !== undefined)) stay.since = this.#options.now();
    this.#note(member, 'was online', this.#told(member));
  }

  /** A chat was opened. */
  enter(member: MemberId): void {
    const known = this.#online.get(member);
    if (known !== undefined) {
      clearTimeout(known.leaving);
      delete known.leaving;
      known.sessions += 1;
      return;
    }
    const now = this.#options.now();
    this.#online.set(member, { sessions: 1, since: now, actedAt: now });
    this.#note(member, 'was offline', this.#told(member));
  }

  /** A chat was closed: `quit` by the person's will, which is told at once, or `lost`, which waits for a return. */
  leave(member: MemberId, why: 'quit' | 'lost'): void {
    const presence = this.#online.get(member);
    if (presence === undefined) return;
    presence.sessions -= 1;
    if (presence.sessions > 0) return;
    if (why === 'lost') {
      presence.leaving = setTimeout(() => this.#gone(member, 'lost'), this.#options.limits.leaveDelayMs);
      return;
    }
    this.#gone(member, 'quit');
    this.flush();
  }

  renamed(member: MemberId, was: string): void {
    if (!this.#online.has(member)) return;
    const before = this.#changes.get(member)?.change.was ?? was;
    this.#note(member, 'was online', { ...this.#told(member), was: before });
  }

  /**
   * Tells what changed, or puts it off until a signal may be sent again. Also called by its own timer,
   * `presenceBatchMs` after the first change.
   */
  flush(): void {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    if (this.#changes.size === 0) return;
    const { limits, now, signal } = this.#options;
    const waitMs = this.#copies.waitMs(1, now());
    if (waitMs > 0) {
      this.#batch = setTimeout(() => this.flush(), waitMs);
      return;
    }
    this.#copies.take(this.online, now());
    const changes = [...this.#changes.values()].map(({ change }) => change);
    this.#changes.clear();
    const mayName = changes.length <= Math.min(namesMax, namesHeardMax / this.online);
    // Who bears another name is always told: nothing else says so to a chat that is open, its own included.
    const named = mayName ? changes : changes.filter(({ was }) => was !== undefined);
    const told = bounded(named, limits.pageBytes);
    signal(encode({ kind: 'presence', online: this.online, changes: told }));
  }

  /** The server ends: nobody is told that anybody left. */
  stop(): void {
    clearTimeout(this.#batch);
    for (const { leaving } of this.#online.values()) clearTimeout(leaving);
    this.#changes.clear();
  }

  /** As everybody is told. */
  #told(member: MemberId): Person {
    return this.#person(member, this.#options.roomsOf(member));
  }

  #person(member: MemberId, rooms: readonly RoomName[]): Person {
    const stay = this.#online.get(member);
    const since = stay?.since ?? this.#leftAt.get(member) ?? this.#startedAt;
    const state = stay === undefined ? 'offline' : stay.away === undefined ? 'online' : 'away';
    const note = stay?.away?.note ? { note: stay.away.note } : {};
    return { member, nick: this.#options.nickOf(member), state, since, rooms: [...rooms], ...note };
  }

  #gone(member: MemberId, why: 'quit' | 'lost'): void {
    this.#online.delete(member);
    this.#leftAt.set(member, this.#options.now());
    this.#note(member, 'was online', { ...this.#told(member), why });
  }

  #note(member: MemberId, before: 'was online' | 'was offline', change: Change): void {
    const wasOnline = this.#changes.get(member)?.wasOnline ?? before === 'was online';
    const isOnline = change.state !== 'offline';
    // There and away again between two batches: nobody needs to hear of it.
    if (!wasOnline && !isOnline) this.#changes.delete(member);
    else this.#changes.set(member, { wasOnline, change });
    this.#batch ??= setTimeout(() => this.flush(), this.#options.limits.presenceBatchMs);
  }
}

function bounded(changes: readonly Change[], bytesMax: number): Change[] {
  let bytes = 0;
  const told: Change[] = [];
  for (const change of changes) {
    bytes += Buffer.byteLength(JSON.stringify(change)) + 1;
    if (bytes > bytesMax) break;
    told.push(change);
  }
  return told;
}
