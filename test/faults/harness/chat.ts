// A real client under fault, and what is recorded of it: each post with its place, what it was told in which order,
// and what it shows, kept as any consumer of the client keeps it.

import { createHash, randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Client, ClientEvent, ServerAddress } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/session.ts';
import { type DeviceKey, makeDeviceKey } from '../../../src/net/identity.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { AnyEvent, PostId, Seq } from '../../../src/protocol/packet.ts';
import { makePostId } from '../../../src/protocol/post-id.ts';
import type { Posted, Reading, Seen } from './check.ts';

export type ChatOptions = {
  readonly nick: string;
  readonly address: () => ServerAddress;
  readonly device?: DeviceKey;
  /** For the pauses between dials; 0: none. */
  readonly random?: () => number;
};

type Gap = Extract<ClientEvent, { type: 'events' }>['gaps'][number];
type Entry = { -readonly [Name in keyof Posted]: Posted[Name] };

const pageEvents = 500;

export class Chat {
  readonly nick: string;
  readonly device: DeviceKey;
  readonly client: Client;
  readonly posts: Posted[] = [];
  /** Logins so far. */
  logins = 0;
  /** Seqs of the joins and parts that it was told of. */
  readonly moves = new Set<number>();
  /** Messages in the order in which they were told, own ones apart: their acks may overtake what others say. */
  #told: Seen[] = [];
  #own: Seen[] = [];
  #gaps: Gap[] = [];
  #unanswered = 0;
  readonly #waiting = new Set<() => void>();

  constructor({ nick, address, device = makeDeviceKey(), random = () => 0.003 }: ChatOptions) {
    this.nick = nick;
    this.device = device;
    this.client = createClient({
      resolve: async () => address(),
      role: 'chat',
      device,
      nick,
      agent: 'faults',
      random,
      // A server that is down when the first dial comes is no reason to give up.
      patienceMs: 60_000,
    });
    this.client.listen((event) => this.#take(event));
    onTestFinished(() => this.client.close('done'));
  }

  /** Online and in these rooms. */
  static async enter(options: ChatOptions, rooms: readonly RoomName[]): Promise<Chat> {
    const chat = new Chat(options);
    await chat.client.ready();
    for (const room of rooms) await chat.client.join(room);
    return chat;
  }

  /** Posts and records. Resolves when it is acknowledged, or the client was closed. */
  async post(room: RoomName, text: string, id: PostId = makePostId(Date.now(), randomBytes)): Promise<void> {
    const entry: Entry = { device: this.device.publicKey, id, room, text };
    this.posts.push(entry);
    this.#unanswered += 1;
    await this.#settle(entry, this.client.post(room, text, { id }));
  }

  /** Uploads and records. */
  async upload(room: RoomName, path: string, sha256: string): Promise<void> {
    const id = makePostId(Date.now(), randomBytes);
    const entry: Entry = { device: this.device.publicKey, id, room, text: '', sha256 };
    await this.client.upload(room, path, { id }).then(({ seq }) => {
      entry.seq = seq;
    });
    this.posts.push(entry);
  }

  async #settle(entry: Entry, posted: Promise<{ readonly seq: Seq }>): Promise<void> {
    try {
      entry.seq = (await posted).seq;
    } catch (error) {
      // A client that was closed leaves the post without an ack, and that is what is recorded. A refusal is none of
      // the faults that are played here.
      if (error instanceof Refusal) throw error;
    }
    this.#unanswered -= 1;
    this.#look();
  }

  /** Posts without an answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Posts that are on their way to the server or in it, and have no ack. */
  get inFlight(): number {
    const isOnline = this.client.status.is === 'online';
    return isOnline ? this.client.outbox.filter(({ state }) => state === 'sending').length : 0;
  }

  /** Resolves when the fact holds; looked at after everything that is told and each answer. */
  until(fact: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fact()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  get newest(): number {
    return Math.max(this.#told.at(-1)?.seq ?? 0, this.#own.at(-1)?.seq ?? 0);
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Fetches what was left out, as one does who scrolls through a gap. */
  async fillGaps(): Promise<void> {
    for (const { room, after, before } of this.#gaps.splice(0)) await this.#fetch(room, after, before);
  }

  /** Fetches what is before the oldest that it shows of the room, as one does who scrolls to its beginning. */
  async readBack(room: RoomName): Promise<void> {
    const first = this.#told.find((one) => one.room === room)?.seq;
    await this.#fetch(room, 0 as Seq, first as Seq | undefined);
  }

  async #fetch(room: RoomName, after: Seq, before: Seq | undefined): Promise<void> {
    for (let [end, isMore] = [before, true]; isMore; ) {
      const bounds = { after, limit: pageEvents, ...(end === undefined ? {} : { before: end }) };
      // With `after` alone the oldest come first; here the newest are wanted.
      const asked = end === undefined ? { limit: pageEvents } : bounds;
      const past = await this.client.history(room, asked);
      this.#insert(past.events.flatMap(seenOf));
      end = past.events[0]?.seq ?? end;
      isMore = past.more;
    }
  }

  /** What it shows of these rooms. Its own posts stand where the log has them: their acks may overtake others' events. */
  reading(rooms: readonly RoomName[]): Reading {
    const isOurs = ({ room }: Seen) => (rooms as readonly string[]).includes(room);
    const told = this.#told.filter(isOurs);
    const merged = merge(told, this.#own.filter(isOurs));
    return { who: this.nick, rooms, seen: merged };
  }

  #take(event: ClientEvent): void {
    if (event.type === 'welcome') {
      this.logins += 1;
      if (event.isNewLog) [this.#told, this.#own, this.#gaps] = [[], [], []];
    }
    if (event.type === 'events') {
      this.#gaps.push(...event.gaps);
      this.#told.push(...event.events.flatMap(seenOf));
      for (const { type, seq } of event.events) if (type !== 'message') this.moves.add(seq);
    }
    if (event.type === 'acked') this.#own.push(...seenOf(event.event));
    this.#look();
  }

  /** What was told as the ack of an own post stands there already. */
  #insert(past: readonly Seen[]): void {
    const own = new Set(this.#own.map(({ seq }) => seq));
    this.#told = merge(
      this.#told,
      past.filter(({ seq }) => !own.has(seq)),
    );
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

function seenOf(event: AnyEvent): Seen[] {
  if (event.type !== 'message') return [];
  const { seq, room, id, text, file } = event;
  return [{ seq, room, id, text, sha256: file?.sha256 ?? null }];
}

/** Each of these put where its seq belongs, without mending the order of what was told. */
function merge(told: readonly Seen[], these: readonly Seen[]): Seen[] {
  const waiting = these.toSorted((a, b) => b.seq - a.seq);
  const merged: Seen[] = [];
  for (const one of told) {
    for (let next = waiting.at(-1); next !== undefined && next.seq < one.seq; next = waiting.at(-1)) {
      merged.push(next);
      waiting.pop();
    }
    merged.push(one);
  }
  return [...merged, ...waiting.toReversed()];
}

/** Equal for two who have read the same in the same order. */
export function fingerprint({ seen }: Reading): string {
  const hash = createHash('sha256');
  for (const { seq, room, id, text } of seen) hash.update(`${seq} ${room} ${id} ${text}\n`);
  return hash.digest('hex');
}
