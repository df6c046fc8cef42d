// A client that replays what it was sent, pages and live events in any chopping, with cuts in between, sees exactly what
// a fresh one is sent. Random histories of posts, replies, edits, deletions and reactions, by two who write.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/protocol/errors.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type {
  AnyEvent,
  ChangeEvent,
  MessageEvent,
  Reaction,
  Seq,
  ServerPackets,
} from '../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { WireClient } from '../helpers/wire-client.ts';

const emoji = ['👍', '🎉', '❤️'] as const;
type Deed =
  | { readonly does: 'post' | 'reply' | 'edit' | 'delete'; readonly who: number; readonly which: number }
  | {
      readonly does: 'react';
      readonly who: number;
      readonly which: number;
      readonly emoji: number;
      readonly isOn: boolean;
    }
  /** The reader is cut, comes back by its cursor, or scrolls. */
  | { readonly does: 'cut' | 'back' | 'scroll' };

const who = fc.nat({ max: 1 });
const which = fc.nat({ max: 1_000 });
const saying = fc.record({ does: fc.constantFrom('post', 'post', 'reply', 'edit', 'delete'), who, which });
const reacting = fc.record({
  does: fc.constant('react'),
  who,
  which,
  emoji: fc.nat({ max: 2 }),
  isOn: fc.boolean(),
});
const reading = fc.record({ does: fc.constantFrom('cut', 'back', 'scroll') });
const deed = fc.oneof(
  { weight: 4, arbitrary: saying },
  { weight: 4, arbitrary: reacting },
  { weight: 2, arbitrary: reading },
) as fc.Arbitrary<Deed>;
const histories = fc.array(deed, { minLength: 10, maxLength: 60 });

/** What a client makes of events: the rules of docs/protocol.md, Changes. */
class View {
  readonly #messages = new Map<Seq, MessageEvent>();

  /** From a page of whatever kind, or live. */
  take(event: AnyEvent): void {
    if (event.type === 'message') this.#messages.set(event.seq, unquoted(event));
    if (event.type === 'edit' || event.type === 'deletion' || event.type === 'reaction') this.#change(event);
  }

  /** Of these messages, so that a reader who has fewer can be held against one who has more. */
  at(seqs: ReadonlySet<Seq>): MessageEvent[] {
    return [...this.#messages.values()].filter(({ seq }) => seqs.has(seq)).sort((a, b) => a.seq - b.seq);
  }

  get seqs(): ReadonlySet<Seq> {
    return new Set(this.#messages.keys());
  }

  #change(change: ChangeEvent): void {
    const message = this.#messages.get(change.target);
    if (message === undefined || message.deleted || change.seq <= (message.changed ?? 0)) return;
    this.#messages.set(change.target, { ...changed(message, change), changed: change.seq });
  }
}

function changed(message: MessageEvent, change: ChangeEvent): MessageEvent {
  if (change.type === 'edit') return { ...message, text: change.text, edited: change.seq };
  if (change.type === 'deletion') {
    const { file: _, edited: __, reactions: ___, ...left } = message;
    return { ...left, text: '', deleted: true };
  }
  const { reactions = [], ...rest } = message;
  const after = reacted(reactions, change);
  return after.length === 0 ? rest : { ...rest, reactions: after };
}

function reacted(reactions: readonly Reaction[], { emoji, member, did }: ChangeEvent & { type: 'reaction' }) {
  const known = reactions.find((one) => one.emoji === emoji);
  if (did === 'added') {
    if (known === undefined) return [...reactions, { emoji, by: [member] }];
    if (known.by.includes(member)) return [...reactions];
    return reactions.map((one) => (one === known ? { emoji, by: [...one.by, member] } : one));
  }
  return reactions
    .map((one) => (one === known ? { emoji, by: one.by.filter((other) => other !== member) } : one))
    .filter(({ by }) => by.length > 0);
}

/** A quote is of the moment: a reader drops it with the first change of its message, and asks no further. */
function unquoted({ quote: _, ...message }: MessageEvent): MessageEvent {
  return message;
}

/** The reader: a device of somebody who says nothing, cut at any time. */
class Reader {
  readonly view = new View();
  readonly #server: TestServer;
  readonly #device: WireClient['device'];
  readonly #room: RoomName;
  #client: WireClient | undefined;
  #read = 0;
  #cursor: Seq | undefined;

  constructor(server: TestServer, device: WireClient['device'], room: RoomName) {
    this.#server = server;
    this.#device = device;
    this.#room = room;
  }

  async cut(): Promise<void> {
    if (this.#client === undefined) return;
    // What was on its way is lost to it, or not; the cursor says how far it came.
    this.#drain();
    await this.#client.close();
    this.#client = undefined;
  }

  async back(): Promise<void> {
    if (this.#client !== undefined) return;
    const client = await WireClient.login(this.#server, {}, this.#device);
    const { logId } = this.#server.store.log;
    const { events, upTo } = await client.sync(
      this.#cursor === undefined ? {} : { after: this.#cursor, logId },
    );
    for (const event of events) this.view.take(event);
    this.#cursor = upTo;
    this.#client = client;
    this.#read = 0;
    // Live events that came ahead of this line are of this connection, and are read in their order.
    this.#drain();
  }

  /** A page of the past while live events come: the newest, or from the first on. */
  async scroll(): Promise<void> {
    if (this.#client === undefined) return;
    const past = await this.#client.askFor('past', { kind: 'history', room: this.#room, limit: 8 });
    this.#drain();
    for (const event of past.events) this.view.take(event);
  }

  async settle(): Promise<void> {
    await this.back();
    await this.#client?.settled();
    this.#drain();
  }

  #drain(): void {
    const events = this.#client?.events ?? [];
    for (const event of events.slice(this.#read)) {
      this.view.take(event);
      if (event.seq > (this.#cursor ?? 0)) this.#cursor = event.seq;
    }
    this.#read = events.length;
  }
}

async function play(deeds: readonly Deed[], writers: readonly WireClient[], reader: Reader, room: RoomName) {
  const said: { readonly seq: Seq; readonly by: WireClient }[] = [];
  for (const one of deeds) {
    if (!('who' in one)) {
      await reader[one.does]();
      continue;
    }
    const by = writers[one.who] as WireClient;
    const target = said.length === 0 ? undefined : said[one.which % said.length];
    try {
      await speak(one, by, target, room, said);
    } catch (error) {
      // The message was deleted meanwhile.
      if (!(error instanceof Refusal) || error.code !== 'no-such-event') throw error;
    }
  }
}

type Said = { readonly seq: Seq; readonly by: WireClient };

async function speak(one: Deed, by: WireClient, target: Said | undefined, room: RoomName, said: Said[]) {
  if (one.does === 'post' || target === undefined) {
    said.push({ seq: (await by.post(`line ${said.length}`, { room })).seq, by });
  } else if (one.does === 'reply') {
    said.push({ seq: (await by.post(`reply ${said.length}`, { room, reply: target.seq })).seq, by });
  } else if (one.does === 'edit') {
    await target.by.say({ kind: 'edit', room, target: target.seq, text: `${said.length} mended` });
  } else if (one.does === 'delete') {
    await target.by.say({ kind: 'delete', room, target: target.seq });
  } else if (one.does === 'react') {
    const did = one.isOn ? 'added' : 'removed';
    await by.say({ kind: 'react', room, target: target.seq, emoji: emoji[one.emoji] ?? '👍', did });
  }
}

async function wholePast(client: WireClient, room: RoomName): Promise<View> {
  const view = new View();
  for (let before = Number.MAX_SAFE_INTEGER as Seq, more = true; more; ) {
    const past: ServerPackets['past'] = await client.askFor('past', {
      kind: 'history',
      room,
      limit: 500,
      before,
    });
    for (const event of past.events) view.take(event);
    before = past.events[0]?.seq ?? before;
    more = past.more;
  }
  return view;
}

const sizes = [
  { name: 'pages of many', limits: {} },
  {
    name: 'pages of three, gaps behind four',
    limits: { pageEvents: 3, resumeEventsPerRoom: 4, freshEventsPerRoom: 2 },
  },
] as const;

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test.each(sizes)('replaying is as good as being new: $name', { timeout: 120_000 }, async ({ limits }) => {
    const server = await testServer({
      kind,
      noLimits: true,
      limits: { ...limits, rooms: 10_000, roomsPerMember: 1_000 },
    });
    const writers = [await server.enter('ada'), await server.enter('bob')];
    let rooms = 0;
    const history = fc.asyncProperty(histories, async (deeds) => {
      rooms += 1;
      const room = `room${rooms}` as RoomName;
      const cleo = await WireClient.login(server, { nick: `cleo${rooms}x` });
      for (const one of [...writers, cleo]) await one.ask({ kind: 'join', room });
      await cleo.close();
      const reader = new Reader(server, cleo.device, room);
      await play(deeds, writers, reader, room);
      await reader.settle();
      const fresh = await WireClient.login(server, {}, cleo.device);
      const all = await wholePast(fresh, room);
      const whole = limits === sizes[0].limits ? all.seqs : reader.view.seqs;
      expect(reader.view.at(whole)).toEqual(all.at(whole));
      const { events } = await fresh.sync();
      const newest = new View();
      for (const event of events) if (event.room === room) newest.take(event);
      expect(newest.at(newest.seqs)).toEqual(all.at(newest.seqs));
      await fresh.close();
      await reader.cut();
    });
    await fc.assert(history, { numRuns: 30 });
  });

  test('a private room joined late is replayed as the late one may see it', async () => {
    const server = await testServer({ kind, noLimits: true });
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const den = await ada.privateRoom('den');
    const before = await ada.post('before', { room: den });
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    await bob.ask({ kind: 'join', room: den });
    const behind = await ada.post('behind', { room: den, reply: before.seq });
    await ada.say({ kind: 'edit', room: den, target: before.seq, text: 'before, mended' });
    await ada.say({ kind: 'edit', room: den, target: behind.seq, text: 'behind, mended' });
    const live = new View();
    await bob.settled();
    for (const event of bob.events) if (event.room === den) live.take(event);
    const all = await wholePast(bob, den);
    expect(live.at(live.seqs)).toEqual(all.at(all.seqs));
    const resumed = await bob.sync({ after: before.seq });
    expect(JSON.stringify([resumed.events, bob.came])).not.toContain('before');
  });
});
