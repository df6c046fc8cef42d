import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HistoryBounds, RoomCache } from '../../src/client/cache.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId, MessageEvent, PostId, Seq } from '../../src/protocol/packet.ts';

const seqOf = (n: number) => n as Seq;

function message(seq: number): MessageEvent {
  return {
    type: 'message',
    seq: seqOf(seq),
    room: 'general' as RoomName,
    member: 1 as MemberId,
    nick: 'ada',
    at: seq,
    id: `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}` as PostId,
    text: String(seq),
  };
}

const messages = (seqs: readonly number[]) => seqs.map(message);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqs = (events: Iterable<{ readonly seq: Seq }>) => Array.from(events, ({ seq }) => Number(seq));

/** A room as the server has it, and one reader's connection to it. */
class Room {
  readonly all: number[] = [];
  told = 0;
  tail = 0;

  grow(steps: readonly boolean[]): void {
    for (const isHere of steps) {
      this.tail += 1;
      if (isHere) this.all.push(this.tail);
    }
  }

  /** As the server answers `history`. */
  past(bounds: HistoryBounds, limit: number): { events: MessageEvent[]; more: boolean } {
    const inside = this.all.filter((seq) => seq > (bounds.after ?? 0) && seq < (bounds.before ?? Infinity));
    const isOldestFirst = bounds.after !== undefined && bounds.before === undefined;
    const taken = isOldestFirst ? inside.slice(0, limit) : inside.slice(-limit);
    return { events: messages(taken), more: taken.length < inside.length };
  }

  /** As `sync`: everything since, or the newest `most` and a gap. */
  sync(cache: RoomCache, most: number): void {
    const missed = this.all.filter((seq) => seq > this.told);
    const given = missed.slice(-most);
    const first = given[0];
    const gaps =
      missed.length > most && first !== undefined ? [{ after: seqOf(this.told), before: seqOf(first) }] : [];
    cache.addTail(messages(given), gaps);
    this.told = this.tail;
  }
}

function expectTrue(cache: RoomCache, room: Room): void {
  let before = -2;
  for (const { lo, hi, events } of cache.spans) {
    expect(lo).toBeGreaterThan(before + 1);
    before = hi;
    expect(seqs(events)).toEqual(room.all.filter((seq) => lo <= seq && seq <= hi && seq <= room.told));
  }
}

type Step = (room: Room, cache: RoomCache) => void;

const grow: fc.Arbitrary<Step> = fc
  .array(fc.boolean(), { maxLength: 12 })
  .map((steps) => (room) => room.grow(steps));
const sync: fc.Arbitrary<Step> = fc
  .integer({ min: 1, max: 8 })
  .map((most) => (room, cache) => room.sync(cache, most));
const history: fc.Arbitrary<Step> = fc
  .record({
    before: fc.option(fc.nat(80), { nil: undefined }),
    after: fc.option(fc.nat(80), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ before, after, limit }) => (room, cache) => {
    // The reader is attached: an answer is never older than what was told.
    room.sync(cache, 1_000);
    const bounds = {
      ...(before === undefined ? {} : { before: seqOf(before) }),
      ...(after === undefined ? {} : { after: seqOf(after) }),
    };
    cache.addPast(bounds, room.past(bounds, limit));
  });
const keep: fc.Arbitrary<Step> = fc.nat(80).map((seq) => (_, cache) => cache.keep(seqOf(seq)));
const keepTail: fc.Arbitrary<Step> = fc.constant((_, cache) => cache.keep('tail'));
const again: fc.Arbitrary<Step> = fc.nat(80).map((n) => (room, cache) => {
  const seq = room.all.filter((each) => each <= room.told)[n];
  if (seq !== undefined && cache.tail !== undefined) cache.addTail([message(seq)]);
});

describe('the cache of a room', () => {
  test('whatever comes in whatever order, a span holds exactly what the room has between its ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(grow, sync, history, keep, keepTail, again), { maxLength: 40 }),
        (steps) => {
          const room = new Room();
          const cache = new RoomCache({ eventsMost: 12, tailKept: 4 });
          for (const step of steps) {
            step(room, cache);
            expectTrue(cache, room);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('asking for what is missing, page by page, ends at the first event and at the newest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(60),
        (steps, limit, from) => {
          const room = new Room();
          room.grow(steps);
          const cache = new RoomCache();
          room.told = room.tail;
          const bounds = { before: seqOf(from + 1) };
          cache.addPast(bounds, room.past(bounds, limit));
          const start = seqOf(from);
          for (const direction of ['older', 'newer'] as const) {
            for (
              let ask = cache.missing(start, direction);
              ask !== undefined;
              ask = cache.missing(start, direction)
            ) {
              cache.addPast(ask, room.past(ask, limit));
            }
          }
          expect(seqs(cache.spans.flatMap(({ events }) => events))).toEqual(room.all);
          expect(cache.spans).toHaveLength(1);
        },
      ),
    );
  });

  test('before anything is known, the newest page is asked for, and an empty room is known whole', () => {
    const cache = new RoomCache();
    expect(cache.missing('tail', 'older')).toEqual({});
    cache.addPast({}, { events: [], more: false });
    expect(cache.edge('tail', 'older')).toBe('end');
    expect(cache.missing('tail', 'older')).toBeUndefined();
  });

  test('a gap parts the tail from what was there, and filling it joins them', () => {
    const cache = new RoomCache();
    cache.addTail(messages(range(1, 5)));
    cache.addTail(messages(range(50, 60)), [{ after: seqOf(5), before: seqOf(50) }]);
    expect(cache.edge(seqOf(5), 'newer')).toBe('missing');
    expect(cache.missing('tail', 'older')).toEqual({ before: 50, after: 5 });
    cache.addPast({ before: seqOf(50), after: seqOf(5) }, { events: messages([20, 30]), more: false });
    expect(seqs(cache.eventsFrom('tail', 'older'))).toEqual([
      ...range(50, 60).reverse(),
      30,
      20,
      5,
      4,
      3,
      2,
      1,
    ]);
  });

  test('an own post that got its place ahead of others is put in order when they come', () => {
    const cache = new RoomCache();
    cache.addTail(messages([1, 2]));
    cache.addTail(messages([5]));
    cache.addTail(messages([3, 4]));
    expect(seqs(cache.eventsFrom(seqOf(1), 'newer'))).toEqual([1, 2, 3, 4, 5]);
  });

  test('an own post whose place fell into a gap waits for history', () => {
    const cache = new RoomCache();
    cache.addTail(messages([1, 7]));
    cache.addTail(messages([90]), [{ after: seqOf(1), before: seqOf(90) }]);
    expect(cache.get(seqOf(7))).toBeUndefined();
    expect(seqs(cache.eventsFrom('tail', 'older'))).toEqual([90]);
  });

  test('a room that was left and joined again has a hole in between', () => {
    const cache = new RoomCache();
    cache.addTail(messages([1, 2]));
    cache.closeTail();
    cache.addTail(messages([9]));
    expect(cache.missing(seqOf(9), 'older')).toEqual({ before: 9, after: 2 });
  });

  test('a flood of 10,000 leaves the bound, the newest and what is looked at', () => {
    const cache = new RoomCache();
    for (const seq of range(1, 10_000)) {
      cache.addTail([message(seq)]);
      cache.keep(seqOf(500));
    }
    expect(cache.size).toBeLessThanOrEqual(2_500);
    expect(cache.newest?.seq).toBe(10_000);
    expect(cache.get(seqOf(500))).toBeDefined();
    expect(cache.edge(seqOf(500), 'newer')).toBe('missing');
    expect(cache.edge('tail', 'newer')).toBe('end');
  });

  test('a neighbour is found over a gap', () => {
    const cache = new RoomCache();
    cache.addTail(messages([1, 2]));
    cache.addTail(messages([90]), [{ after: seqOf(2), before: seqOf(90) }]);
    expect(cache.neighbour(seqOf(2), 'newer')?.seq).toBe(90);
    expect(cache.neighbour(seqOf(90), 'older')?.seq).toBe(2);
    expect(cache.neighbour(seqOf(90), 'newer')).toBeUndefined();
  });
});
