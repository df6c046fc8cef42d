// What is kept in memory of the newest events answers as the file does, or says that it cannot.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { PageQuery, StoredEvent } from '../../../src/store/log.ts';
import { readPage } from '../../../src/store/sqlite/page.ts';
import { Recent } from '../../../src/store/sqlite/recent.ts';
import { randomFrom } from '../../faults/size.ts';
import { asRoom, asSeq, event } from '../events.ts';

const rooms = ['a', 'b', 'c'].map(asRoom);

/** The events with these seqs, as the file would give them. */
function source(all: readonly StoredEvent[]) {
  return {
    seqs: (
      room: (typeof rooms)[number],
      after: number,
      before: number,
      take: PageQuery['take'],
      most: number,
    ) => {
      const seqs = all
        .filter((one) => one.room === room && one.seq > after && one.seq < before)
        .map(({ seq }) => seq);
      return (take === 'oldest' ? seqs : seqs.reverse()).slice(0, most);
    },
    events: (seqs: readonly number[]) => all.filter(({ seq }) => seqs.includes(seq)),
  };
}

it('answers every page as the file does, or not at all', () => {
  const random = randomFrom(4);
  const below = (most: number) => Math.floor(random() * most);
  const all = Array.from({ length: 400 }, (_, n): StoredEvent => {
    const wish = { room: rooms[below(3)] ?? asRoom('a'), text: 'x'.repeat(below(50)) };
    return { ...event(n, wish), seq: asSeq(2 * n + 1), at: n };
  });
  const floor = all[199]?.seq ?? 0;
  const recent = new Recent(floor, all.slice(200));
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
    };
    const page = recent.page(query, before);
    if (page !== undefined) expect(page).toEqual(readPage(source(all), query, before));
    answered += page === undefined ? 0 : 1;
  }
  expect(answered).toBeGreaterThan(400);
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
