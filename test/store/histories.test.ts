// Random histories of several members and devices, with resends and wrong targets: every store gives the same answers
// and the same readings, and a reader who follows in whatever pieces ends with what a fresh one is given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/protocol/errors.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId, Seq } from '../../src/protocol/packet.ts';
import type { EventBody, StoredEvent } from '../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../../src/store/open.ts';
import { asDevice, asMember, asRoom, asSeq, event } from './events.ts';
import { endOfTurn, makeDataFolder, roomy, stores, wholeRoom } from './opened.ts';
import { Reader } from './reader.ts';

const rooms = ['a', 'b', '@1.2'].map(asRoom);
const members = [1, 2, 3].map(asMember);
const anything = fc.nat({ max: 1_000 });

/** One thing said; `about` and `what` pick among what there is then. */
type Step = {
  readonly kind: (typeof kinds)[number];
  readonly member: MemberId;
  readonly device: number;
  readonly room: RoomName;
  readonly about: number;
  readonly what: number;
  /** Said together with the one before it, without waiting for its answer. */
  readonly isAtOnce: boolean;
};
const kinds = [
  ...Array<'post'>(4).fill('post'),
  ...Array<'edit'>(3).fill('edit'),
  ...Array<'react'>(5).fill('react'),
  ...['reply', 'delete', 'again', 'join', 'part', 'topic', 'room', 'invite', 'read', 'level'],
] as const satisfies readonly string[];

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  member: fc.constantFrom(...members),
  device: fc.nat({ max: 1 }),
  room: fc.constantFrom(...rooms, asRoom('a')),
  about: anything,
  what: anything,
  isAtOnce: fc.nat({ max: 7 }).map((dice) => dice > 0),
});
/** Changes of few messages, and few new ones: most of what can go wrong is there. */
const busy = step.map((one): Step => ({ ...one, room: asRoom('a'), about: one.about % 6 }));

/** Reactions with one emoji to the newest two messages: it is their order that is hard to keep. */
const eager = step.map((one): Step => {
  const kind = one.what % 10 === 0 ? 'post' : 'react';
  return { ...one, kind, room: asRoom('a'), about: one.about % 8, what: 3 * one.what };
});

function bodyOf({ kind, about, what }: Step, target: Seq): EventBody | undefined {
  switch (kind) {
    case 'post':
      return { type: 'message', text: `words ${what}`, ...(what % 5 === 0 ? { style: 'action' } : {}) };
    case 'reply':
      return { type: 'message', text: `answer ${what}`, reply: target };
    case 'edit':
      return { type: 'edit', target, text: `other words ${what}` };
    case 'delete':
      return { type: 'deletion', target };
    case 'react':
      return {
        type: 'reaction',
        target,
        emoji: ['👍', '🎉', '🐈'][what % 3] ?? '',
        did: what % 4 < 3 ? 'added' : 'removed',
      };
    case 'join':
    case 'part':
      return what % 3 === 0 ? { type: kind, isQuiet: true } : { type: kind };
    case 'topic':
      return { type: 'topic', text: `topic ${what}` };
    case 'room':
      return {
        type: 'room',
        access: what % 2 ? 'private' : 'public',
        past: what % 3 ? 'invited' : 'whole',
      };
    case 'invite':
      return { type: 'invite', guest: members[about % 3] ?? asMember(1) };
    default:
      return undefined;
  }
}

/** A store with what was said to it. Seqs may have gaps, another in each store: places are counted from 0. */
class Told {
  readonly store: Store;
  readonly places = new Map<Seq, number>();
  readonly #seqs: Seq[] = [];
  readonly #said: Parameters<Store['log']['append']>[0][] = [];
  readonly answers: unknown[] = [];
  #waiting: Promise<void>[] = [];

  constructor(store: Store) {
    this.store = store;
    store.log.subscribe((events) => {
      for (const { seq } of events) {
        this.places.set(seq, this.#seqs.length);
        this.#seqs.push(seq);
      }
    });
  }

  async tell(step: Step): Promise<void> {
    const { kind, member, room, about, what } = step;
    // State is no event: between the two nothing says which is first.
    if (!step.isAtOnce || kind === 'read' || kind === 'level') await this.settled();
    const { people } = this.store;
    const target = this.#seqs[Math.max(0, this.#seqs.length - 1 - (about % 30))] ?? asSeq(999_999);
    if (kind === 'read') return this.#wait(people.setRead(member, room, target));
    if (kind === 'level') {
      return this.#wait(
        people.setLevel(member, room, (['all', 'mentions', 'none'] as const)[what % 3] ?? 'all'),
      );
    }
    const again = this.#said[about % Math.max(1, this.#said.length)];
    const body = kind === 'again' ? again?.body : bodyOf(step, target);
    if (body === undefined) return;
    const mentions =
      body.type === 'message' && what % 4 === 0 ? [members[what % 3] ?? asMember(1)] : undefined;
    const device = asDevice(2 * member - step.device);
    const fresh = { member, device, room, body, ...(mentions ? { mentions } : {}) };
    const said = kind === 'again' && again ? again : event(this.#said.length + 1, fresh);
    if (kind !== 'again') this.#said.push(said);
    // Now and then the same id with other words.
    const odd = kind === 'again' && what % 5 === 0 && body.type === 'message';
    this.#append(odd ? { ...said, body: { ...body, text: `odd ${what}` } } : said);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#waiting.splice(0));
    await endOfTurn();
  }

  #append(said: Parameters<Store['log']['append']>[0]): void {
    const at = this.answers.push(undefined) - 1;
    const answered = this.store.log.append(said).then(
      ({ seq, isFirst }) => {
        this.answers[at] = [seq, isFirst];
      },
      (refusal: unknown) => {
        this.answers[at] = refusal instanceof Refusal ? refusal.code : refusal;
      },
    );
    this.#wait(answered);
  }

  #wait(done: Promise<void>): void {
    this.#waiting.push(done);
  }

  /** The same in terms of places. */
  placed(value: unknown): unknown {
    const seqs = new Set(['seq', 'target', 'reply', 'edited', 'changed', 'read', 'readable', 'invitation']);
    const text = JSON.stringify(value, (key, one) =>
      seqs.has(key) && typeof one === 'number'
        ? (this.places.get(one as Seq) ?? (one === 0 ? -1 : 'none'))
        : one,
    );
    return text === undefined ? undefined : JSON.parse(text);
  }
}

/** Everything that can be asked of it, in terms of places. */
async function readingsOf(told: Told): Promise<unknown> {
  const { log, people } = told.store;
  const seqs = [...told.places.keys()];
  const some = [asSeq(0), ...seqs.filter((_, n) => n % 11 === 3)];
  const perRoom = [];
  for (const room of rooms) {
    const pages = [];
    for (const bound of some) {
      const ask = { rooms: [room], limit: 5, bytesMax: 4_000 } as const;
      const hidden = new Map([[room, bound]]);
      pages.push(
        await log.page({ ...ask, take: 'oldest', after: bound }),
        await log.page({ ...ask, take: 'newest', before: bound }),
        await log.page({
          ...ask,
          rooms,
          take: 'oldest',
          changesAfter: bound,
          floors: new Map([[room, bound]]),
        }),
        await log.page({ ...ask, rooms, take: 'newest', changesAfter: asSeq(0), hidden }),
      );
    }
    const counts = [];
    for (const member of members) {
      for (const after of some) {
        counts.push(
          await log.unread(room, member, after, 20),
          await log.mentionCount(member, room, after, 20),
        );
        counts.push(await log.count(room, after, 20));
      }
      pages.push(await log.mentions(member, { rooms, limit: 3, bytesMax: 10_000 }));
      pages.push({
        place: people.place(member, room),
        readable: people.readableFrom(member, room),
        invitation: people.invitation(member, room),
        rooms: people.roomsOf(member),
        invitations: people.invitations(member),
      });
    }
    perRoom.push({ room: people.room(room), last: log.lastAt(room) !== undefined, pages, counts });
  }
  const quotes = seqs.map((seq) => log.quote(seq) ?? null);
  const events = await log.events(seqs);
  const list = people.publicRooms('', 10);
  return told.placed({ perRoom, quotes, events, answers: told.answers.map(asPlaces), list });
}

function asPlaces(answer: unknown): unknown {
  return Array.isArray(answer) ? { seq: answer[0], isFirst: answer[1] } : answer;
}

const histories = fc.oneof(
  fc.array(step, { minLength: 5, maxLength: 60 }),
  fc.array(busy, { minLength: 5, maxLength: 60 }),
  fc.array(eager, { minLength: 5, maxLength: 60 }),
);

/** To make a failed history smaller takes hundreds of runs, on a disk longer than a test may. */
const unshrunk = { endOnFailure: true };
/** Every few steps wait for the disk, which others may be waiting for too. */
const timeout = 120_000;

it('the stores answer the same and read the same, whatever is said to them', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const now = () => 1_000;
      const both = [
        new Told(await openMemoryStore({ folder: await makeDataFolder(), now })),
        new Told(await openSqliteStore({ folder: await makeDataFolder(), now })),
      ];
      const readings = [];
      for (const told of both) {
        for (const one of steps) await told.tell(one);
        await told.settled();
        readings.push(await readingsOf(told));
        await told.store.close();
      }
      expect(readings[1]).toEqual(readings[0]);
    }),
    { numRuns: 10, seed: 11, ...unshrunk },
  );
});

/** The memory store takes a millisecond for a history, a disk fifty. */
const runs = { memory: 1_000, sqlite: 10 };

describe.each(stores)('whoever follows the %s store', (name, open) => {
  it('in whatever pieces, over cuts and gaps, ends with what a fresh reader is given', {
    timeout,
  }, async () => {
    const readerStep = fc.record({
      before: anything,
      does: fc.constantFrom('sync', 'sync', 'cut', 'fill'),
      limit: fc.integer({ min: 1, max: 8 }),
      skips: fc.nat({ max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(histories, fc.array(readerStep, { maxLength: 25 }), async (steps, reading) => {
        const told = new Told(await open({ folder: await makeDataFolder() }));
        const reader = new Reader(told.store.log, rooms);
        for (const [n, one] of steps.entries()) {
          await told.tell(one);
          for (const { before, does, limit, skips } of reading) {
            if (before % steps.length === n) await reader.take(does, limit, skips);
          }
        }
        await told.settled();
        await reader.catchUp();
        const fresh: StoredEvent[] = [];
        for (const room of rooms) fresh.push(...(await wholeRoom(told.store, room)));
        expect(reader.seen()).toEqual(fresh.toSorted((a, b) => a.seq - b.seq));
        const hidden = new Map(rooms.map((room) => [room, told.store.log.tail]));
        const none = await told.store.log.page({
          rooms,
          hidden,
          changesAfter: asSeq(0),
          take: 'oldest',
          ...roomy,
        });
        expect(none.events).toEqual([]);
        await told.store.close();
      }),
      { numRuns: runs[name], seed: 12, ...(name === 'sqlite' ? unshrunk : {}) },
    );
  });
});
