// What is kept in memory of the newest events answers as the file does, or says that it cannot.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { afterChange } from '../../../src/store/changes.ts';
import {
  type EventBody,
  isChange,
  isTold,
  type PageQuery,
  type StoredEvent,
} from '../../../src/store/log.ts';
import { type PageSource, readPage } from '../../../src/store/sqlite/page.ts';
import { Recent } from '../../../src/store/sqlite/recent.ts';
import { randomFrom } from '../../faults/size.ts';
import { asMember, asRoom, asSeq, event } from '../events.ts';

const rooms = ['a', 'b', 'c'].map(asRoom);

/** What the file has of these events: messages as they read now, and no changes of deleted ones but the deletion. */
function asOfNow(appended: readonly StoredEvent[]): StoredEvent[] {
  const events = new Map(appended.map((one) => [one.seq, one]));
  for (const { seq, member, body } of appended) {
    if (!isChange(body)) continue;
    const message = events.get(body.target);
    if (message !== undefined) events.set(body.target, afterChange(message, { seq, member, body }));
  }
  const isGone = ({ body }: StoredEvent) =>
    isChange(body) && body.type !== 'deletion' && events.get(body.target)?.now?.isDeleted === true;
  return [...events.values()].filter((one) => !isGone(one));
}

/** The events with these seqs, as the file would give them. */
function source(all: readonly StoredEvent[]): PageSource {
  const seqsOf = (
    events: readonly StoredEvent[],
    [after, before, most]: readonly number[],
    take: PageQuery['take'],
  ) => {
    const seqs = events.map(({ seq }) => seq).filter((seq) => seq > (after ?? 0) && seq < (before ?? 0));
    return (take === 'oldest' ? seqs : seqs.reverse()).slice(0, most);
  };
  return {
    seqs: (room, after, before, take, most) => {
      const lines = all.filter((one) => one.room === room && isTold(one.body));
      return seqsOf(lines, [after, before, most], take);
    },
    changes: (room, after, before, take, most, hidden) => {
      const changes = all.filter(
        ({ body, ...one }) => one.room === room && isChange(body) && body.target > hidden,
      );
      return seqsOf(changes, [after, before, most], take);
    },
    events: (seqs) => all.filter(({ seq }) => seqs.includes(seq)),
  };
}

/** 400 events with odd seqs, a third of them changes of messages before them. */
function someEvents(random: () => number): StoredEvent[] {
  const below = (most: number) => Math.floor(random() * most);
  const events: StoredEvent[] = [];
  for (let n = 0; n < 400; n += 1) {
    const target = events[events.length - 1 - below(Math.min(60, events.length))];
    const isChanged = target?.body.type === 'message' && random() < 0.4;
    const body = isChanged
      ? someChange(target, random)
      : ({ type: 'message', text: 'x'.repeat(below(50)) } as const);
    const room = (isChanged ? target?.room : rooms[below(3)]) ?? asRoom('a');
    events.push({
      ...event(n, { room, body, member: asMember(1 + below(2)) }),
      seq: asSeq(2 * n + 1),
      at: n,
    });
  }
  return events;
}

function someChange({ seq: target }: StoredEvent, random: () => number): EventBody {
  const dice = random();
  if (dice < 0.1) return { type: 'deletion', target };
  if (dice < 0.5) return { type: 'edit', target, text: 'y'.repeat(Math.floor(random() * 50)) };
  const did = random() < 0.6 ? 'added' : 'removed';
  return { type: 'reaction', target, emoji: random() < 0.5 ? '👍' : '🎉', did };
}

it.each([
  ['read in when all is there', 400],
  ['told of half', 300],
  ['told of all', 200],
])('%s, it answers every page as the file does, or not at all', (_what, read) => {
  const random = randomFrom(4);
  const below = (most: number) => Math.floor(random() * most);
  const all = someEvents(random);
  const floor = all[199]?.seq ?? 0;
  const recent = new Recent(
    floor,
    asOfNow(all.slice(0, read)).filter(({ seq }) => seq > floor),
  );
  for (let at = read; at < 400; at += 7) recent.add(all.slice(at, Math.min(at + 7, 400)));
  const file = source(asOfNow(all));
  let answered = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const bound = () => asSeq(below(820));
    const before = bound();
    const query: PageQuery = {
      rooms: rooms.slice(0, 1 + below(3)),
      take: random() < 0.5 ? 'oldest' : 'newest',
      limit: 1 + below(60),
      bytesMax: 300 * (1 + below(60)),
      ...(random() < 0.5 ? { after: bound() } : {}),
      ...(random() < 0.5 ? { floors: new Map([[asRoom('a'), bound()]]) } : {}),
      ...(random() < 0.3 ? { hidden: new Map([[asRoom('b'), bound()]]) } : {}),
      ...(random() < 0.5 ? { changesAfter: bound() } : {}),
    };
    const page = recent.page(query, before);
    if (page !== undefined) expect(page).toEqual(readPage(file, query, before));
    answered += page === undefined ? 0 : 1;
  }
  expect(answered).toBeGreaterThan(400);
});

it('a change of a message that it shows already is not made again', () => {
  const seqs = [1, 2, 3, 4].map(asSeq);
  const [target = asSeq(0), added = asSeq(0), removed = asSeq(0), again = asSeq(0)] = seqs;
  const reaction = (seq: number, member: number, did: 'added' | 'removed'): StoredEvent => {
    const body = { type: 'reaction', target, emoji: '👍', did } as const;
    return { ...event(seq, { member: asMember(member), body }), seq: asSeq(seq), at: 0 };
  };
  const message = { ...event(1), seq: target, at: 0 };
  const changes = [
    reaction(added, 1, 'added'),
    reaction(removed, 1, 'removed'),
    reaction(again, 1, 'added'),
    reaction(5, 2, 'added'),
  ];
  const [read = message] = asOfNow([message, ...changes]);
  const recent = new Recent(0, [read]);
  recent.add(changes);
  const page = recent.page({ rooms: [message.room], take: 'oldest', limit: 1, bytesMax: 1e6 }, 9);
  expect(page?.events[0]?.now?.reactions).toEqual([{ emoji: '👍', by: [1, 2] }]);
});

it('counts as the file does, or not at all', () => {
  const all = Array.from({ length: 30 }, (_, n): StoredEvent => {
    return { ...event(n, { room: asRoom(n % 2 ? 'a' : 'b') }), seq: asSeq(n + 1), at: n };
  });
  const recent = new Recent(10, all.slice(10));
  expect(recent.count(asRoom('a'), asSeq(10), 99)).toBe(10);
  expect(recent.count(asRoom('a'), asSeq(20), 3)).toBe(3);
  expect(recent.count(asRoom('a'), asSeq(5), 4)).toBe(4);
  expect(recent.count(asRoom('a'), asSeq(5), 99)).toBeUndefined();
  const unread = (member: number, after: number, most = 99) =>
    recent.unread(asRoom('a'), asMember(member), asSeq(after), most);
  expect([unread(2, 10), unread(1, 10), unread(2, 5, 4), unread(2, 5)]).toEqual([10, 0, 4, undefined]);
  const deletion = { type: 'deletion', target: asSeq(30) } as const;
  recent.add([{ ...event(99, { room: asRoom('a'), body: deletion }), seq: asSeq(31), at: 0 }]);
  expect([unread(2, 10), recent.count(asRoom('a'), asSeq(10), 99)]).toEqual([9, 10]);
});

it('keeps no more than its bounds, and knows what it dropped', () => {
  const recent = new Recent(0, []);
  for (let n = 1; n <= 5_000; n += 1) recent.add([{ ...event(n), seq: asSeq(n), at: n }]);
  const whole = { rooms: [asRoom('general')], take: 'newest', limit: 10_000, bytesMax: 1e9 } as const;
  expect(recent.page({ ...whole, after: asSeq(3_000) }, 5_001)?.events).toHaveLength(2_000);
  expect(recent.page({ ...whole, after: asSeq(2_999) }, 5_001)).toBeUndefined();
  recent.add(
    Array.from({ length: 100 }, (_, n) => ({
      ...event(n, { text: 'x'.repeat(16_000) }),
      seq: asSeq(6_000 + n),
      at: 0,
    })),
  );
  expect(recent.page({ ...whole, after: asSeq(5_999) }, 7_000)).toBeUndefined();
  expect(recent.page({ ...whole, limit: 20 }, 7_000)?.events).toHaveLength(20);
});

it('is idle when many came and nobody asked, and not again once somebody has', () => {
  const some = Array.from(
    { length: 2_000 },
    (_, n): StoredEvent => ({ ...event(n), seq: asSeq(n + 1), at: n }),
  );
  const recent = new Recent(0, []);
  for (let round = 0; round < 10; round += 1) recent.add(some);
  expect(recent.isIdle).toBe(false);
  recent.add(some.slice(0, 1));
  expect(recent.isIdle).toBe(true);
  recent.count(asRoom('general'), asSeq(0), 1);
  expect(recent.isIdle).toBe(false);
});

it('holds of what it dropped no more than as much again as is here', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const recent = new Recent(0, []);
  const all: WeakRef<StoredEvent>[] = [];
  const add = (n: number, text: string) => {
    const one = { ...event(n, { text }), seq: asSeq(n), at: n };
    all.push(new WeakRef(one));
    recent.add([one]);
  };
  const held = async () => {
    // What was made in a turn lives until its end.
    await nextTurn();
    collect();
    return all.filter((one) => one.deref() !== undefined).length;
  };
  for (let n = 1; n <= 20_000; n += 1) add(n, 'short');
  expect(await held()).toBeLessThanOrEqual(2 * 2_000 + 1);
  // A megabyte is 64 of these.
  for (let n = 20_001; n <= 21_000; n += 1) add(n, 'x'.repeat(16_000));
  expect(await held()).toBeLessThanOrEqual(2 * 64 + 1);
  // It is still in use, and has what it should have.
  expect(recent.count(asRoom('general'), asSeq(20_990), 99)).toBe(10);
});
