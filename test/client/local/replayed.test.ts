// What is kept on this machine, held against what a server tells somebody who comes fresh: after random histories, cuts,
// runs without the server and two processes at once, page for page the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeDeviceKey } from '../../../src/net/identity.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { AnyEvent, Seq } from '../../../src/protocol/packet.ts';
import { enter, general, type TestClient, testClient } from '../../helpers/chat-client.ts';
import { type TestStore, testStore } from '../../helpers/local-store.ts';
import { startProxy } from '../../helpers/proxy.ts';
import { type TestServer, testServer } from '../../helpers/test-server.ts';

const rooms = [general, 'deep' as RoomName];

/** So few that what is missed leaves gaps. */
const gappy = { resumeEventsPerRoom: 6, freshEventsPerRoom: 4 };

type Step =
  | { readonly do: 'post'; readonly by: number; readonly room: number; readonly answers: number | undefined }
  | { readonly do: 'edit' | 'delete'; readonly by: number; readonly which: number }
  | {
      readonly do: 'react';
      readonly by: number;
      readonly which: number;
      readonly emoji: string;
      readonly added: boolean;
    }
  | { readonly do: 'rename'; readonly by: number }
  | { readonly do: 'topic'; readonly room: number }
  | { readonly do: 'part' | 'join'; readonly room: number }
  | { readonly do: 'page'; readonly room: number; readonly before: number; readonly limit: number }
  /** So much is said while she is away that it leaves a gap. */
  | { readonly do: 'miss'; readonly by: number; readonly room: number; readonly posts: number }
  | { readonly do: 'cut' | 'leave' | 'other' };

const by = fc.integer({ min: 0, max: 1 });
const room = fc.integer({ min: 0, max: 1 });
const which = fc.nat(40);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      by,
      room,
      answers: fc.option(which, { nil: undefined }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'delete' as const), by, which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('react' as const),
      by,
      which,
      emoji: fc.constantFrom('👍', '🎉'),
      added: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), by }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('topic' as const), room }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('part' as const, 'join' as const), room: fc.constant(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('page' as const),
      room,
      before: which,
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('miss' as const),
      by,
      room,
      posts: fc.integer({ min: 7, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'leave' as const, 'other' as const) }),
  },
);

const authorOf = 'ada';
/** Of who says the most and is not watched. */
const others = ['bob', 'eve'] as const;

/** A server, two who talk, and ada, who keeps what she sees: over a line that can be cut, in one process or two. */
class World {
  readonly server: TestServer;
  readonly #proxy: Awaited<ReturnType<typeof startProxy>>;
  readonly #store: TestStore;
  readonly #device = makeDeviceKey();
  readonly #talkers: readonly TestClient[];
  readonly #said: { readonly by: number; readonly room: RoomName; readonly seq: Seq }[] = [];
  #ada: TestClient | undefined;
  #other: TestClient | undefined;
  #names = 0;

  constructor(parts: {
    readonly server: TestServer;
    readonly proxy: Awaited<ReturnType<typeof startProxy>>;
    readonly store: TestStore;
    readonly talkers: readonly TestClient[];
  }) {
    this.server = parts.server;
    this.#proxy = parts.proxy;
    this.#store = parts.store;
    this.#talkers = parts.talkers;
  }

  static async start(): Promise<World> {
    const server = await testServer({ noLimits: true, limits: gappy });
    const proxy = await startProxy(server.port);
    const talkers: TestClient[] = [];
    for (const nick of others) {
      const talker = await enter({ port: server.port, nick });
      await talker.client.join(rooms[1] as RoomName);
      talkers.push(talker);
    }
    const world = new World({ server, proxy, store: await testStore(), talkers });
    const { client } = await world.ada();
    for (const room of rooms) await client.join(room);
    return world;
  }

  /** She comes back when she is needed. */
  async ada(): Promise<TestClient> {
    this.#ada ??= this.#client();
    await this.#ada.client.ready();
    return this.#ada;
  }

  #client(): TestClient {
    return testClient({
      port: this.#proxy.port,
      nick: authorOf,
      device: this.#device,
      local: this.#store.open(),
    });
  }

  async take(step: Step): Promise<void> {
    const talker = 'by' in step ? this.#talkers[step.by]?.client : undefined;
    const target = 'which' in step ? this.#said[step.which % Math.max(1, this.#said.length)] : undefined;
    switch (step.do) {
      case 'post':
        return this.#post(step);
      case 'edit':
      case 'delete': {
        if (target === undefined) return;
        const author = this.#talkers[target.by]?.client;
        const saying =
          step.do === 'edit'
            ? ({ kind: 'edit', target: target.seq, text: `edited ${step.which}` } as const)
            : ({ kind: 'delete', target: target.seq } as const);
        // Who edits what is gone hears so; that is no news here.
        return void (await author?.say(target.room, saying).catch(() => undefined));
      }
      case 'react': {
        if (target === undefined) return;
        const did = step.added ? 'added' : 'removed';
        const saying = { kind: 'react', target: target.seq, emoji: step.emoji, did } as const;
        return void (await talker?.say(target.room, saying).catch(() => undefined));
      }
      case 'rename':
        this.#names += 1;
        return talker?.rename(`${others[step.by]}${this.#names}`);
      case 'topic':
        return void (await this.#talkers[0]?.client.say(rooms[step.room] as RoomName, {
          kind: 'topic',
          text: 'new',
        }));
      case 'part':
        return (await this.ada()).client.part(rooms[step.room] as RoomName);
      case 'join':
        return void (await (await this.ada()).client.join(rooms[step.room] as RoomName));
      case 'page':
        return void (await (
          await this.ada()
        ).client
          .history(rooms[step.room] as RoomName, { before: (step.before + 1) as Seq, limit: step.limit })
          .catch(() => undefined));
      case 'cut':
        return this.#proxy.cutAll();
      case 'leave':
        return this.#leave();
      case 'miss':
        await this.#leave();
        for (let n = 0; n < step.posts; n += 1) {
          await this.#post({ do: 'post', by: step.by, room: step.room, answers: n % 3 ? undefined : n });
        }
        return;
      case 'other':
        this.#other ??= this.#client();
        return void (await this.#other.client.ready());
    }
  }

  async #leave(): Promise<void> {
    await this.#ada?.client.close('done');
    this.#ada = undefined;
  }

  async #post({ by, room, answers }: Extract<Step, { do: 'post' }>): Promise<void> {
    const where = rooms[room] as RoomName;
    const answered = answers === undefined ? undefined : this.#said[answers % Math.max(1, this.#said.length)];
    const reply = answered?.room === where ? { reply: answered.seq } : {};
    const said = await this.#talkers[by]?.client
      .post(where, `said ${this.#said.length}`, reply)
      .catch(() => undefined);
    if (said !== undefined) this.#said.push({ by, room: where, seq: said.seq });
  }

  /** Ada has heard everything that was said. */
  async settled(): Promise<void> {
    const ada = await this.ada();
    await ada.client.join(general);
    for (const { client } of this.#talkers) await client.post(general, 'the last');
    const isLast = () => ada.texts().filter((text) => text === 'the last').length >= this.#talkers.length;
    await ada.until(isLast);
  }

  /** Page by page from the end, as far as it goes. */
  async walk(
    history: (bounds: { readonly before?: Seq; readonly limit: number }) => Promise<Page | undefined>,
  ) {
    const events: AnyEvent[] = [];
    for (;;) {
      const before = events[0]?.seq;
      const page = await history({ limit: 7, ...(before === undefined ? {} : { before }) });
      if (page === undefined) return { events, isWhole: false };
      events.unshift(...page.events);
      if (!page.more) return { events, isWhole: true };
    }
  }

  /** Resolves with the number of events that were the same. */
  async compare(): Promise<number> {
    let compared = 0;
    await this.#ada?.client.close('done');
    await this.#other?.client.close('done');
    const store = this.#store.open();
    const fresh = await enter({ port: this.server.port, nick: 'new' });
    const known = (await fresh.client.who({ all: true })).people;
    store.met(known);
    for (const room of rooms) {
      const there = await this.walk((bounds) => fresh.client.history(room, bounds));
      const here = await this.walk(async (bounds) => store.past(room, bounds));
      const first = here.events[0]?.seq ?? Number.POSITIVE_INFINITY;
      const wanted =
        here.isWhole && here.events.length > 0
          ? there.events
          : there.events.filter(({ seq }) => seq >= first);
      expect(here.events).toEqual(wanted.filter(({ nick }) => nick !== 'new'));
      compared += here.events.length;
      for (const { seq } of here.events) {
        const around = store.past(room, { around: seq, limit: 5 })?.events;
        expect(around?.length).toBeGreaterThan(0);
        expect(wanted).toEqual(expect.arrayContaining(around ?? []));
      }
    }
    store.close();
    expect(this.#store.trouble).toEqual([]);
    return compared;
  }
}

type Page = { readonly events: readonly AnyEvent[]; readonly more: boolean };

const runs = 40;

describe('what is kept', () => {
  test('is what a server tells who comes fresh, whatever happened and however it came', async () => {
    const run = async (history: readonly Step[]) => {
      const world = await World.start();
      for (const step of history) await world.take(step);
      await world.settled();
      compared += await world.compare();
    };
    let compared = 0;
    const histories = fc.array(steps, { minLength: 25, maxLength: 60 });
    await fc.assert(fc.asyncProperty(histories, run), { numRuns: runs, endOnFailure: true });
    expect(compared).toBeGreaterThan(5 * runs);
  }, 60_000);
});
