// The one suite that every store's search must pass: what store/search.ts promises, stated as facts. What a word is, is
// tokens.test.ts's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId, Seq } from '../../src/protocol/packet.ts';
import type { EventBody } from '../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../../src/store/open.ts';
import type { SearchQuery } from '../../src/store/search.ts';
import { makeDataFolder, opened, stores } from './opened.ts';
import { asMemberId, asRoom, asSeq, makeEvents } from './search-events.ts';

const [general, random] = [asRoom('general'), asRoom('random')];
const [ada, bob] = [asMemberId(1), asMemberId(2)];
const everywhere: ReadonlyMap<RoomName, Seq> = new Map([general, random].map((room) => [room, asSeq(0)]));

async function find(store: Store, query: Partial<SearchQuery>) {
  await store.search.caughtUp(store.log.tail);
  return store.search.find({ words: [], rooms: everywhere, limit: 50, ...query });
}

async function seqs(store: Store, query: Partial<SearchQuery>): Promise<readonly number[]> {
  return (await find(store, query)).seqs;
}

describe.each(stores)('search in %s', (_name, open) => {
  test('newest first, a page at a time, each once', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    for (let count = 1; count <= 7; count += 1) await say.text(ada, general, `tea number ${count}`);
    const first = await find(store, { words: ['tea'], limit: 3 });
    expect(first).toMatchObject({ seqs: [7, 6, 5], more: true, upTo: 7 });
    expect(await find(store, { words: ['tea'], limit: 3, before: asSeq(5) })).toMatchObject({
      seqs: [4, 3, 2],
      more: true,
    });
    expect(await find(store, { words: ['tea'], limit: 3, before: asSeq(2) })).toMatchObject({
      seqs: [1],
      more: false,
    });
    expect(await seqs(store, { words: ['tea'], after: asSeq(5) })).toEqual([7, 6]);
  });

  test('all words must be there, in any order, whole or begun', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    await say.text(ada, general, 'the release goes out on Friday');
    await say.text(bob, general, 'Friday? which release');
    await say.text(bob, general, 'Friday it is');
    expect(await seqs(store, { words: ['friday', 'rel'] })).toEqual([2, 1]);
    expect(await seqs(store, { words: ['rel', 'it', 'frid'] })).toEqual([]);
    expect(await seqs(store, { words: ['friday', 'rel'], from: ada })).toEqual([1]);
  });

  test('Chinese, Japanese and Korean are found by any piece, in its order', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    await say.text(ada, general, '今天天气很好');
    await say.text(ada, general, '天今气好');
    await say.text(ada, general, '東京タワーに行った');
    await say.text(ada, general, '친구들과 함께');
    expect(await seqs(store, { words: ['天气'] })).toEqual([1]);
    expect(await seqs(store, { words: ['天天气很'] })).toEqual([1]);
    expect(await seqs(store, { words: ['今'] })).toEqual([2, 1]);
    expect(await seqs(store, { words: ['京タワ'] })).toEqual([3]);
    expect(await seqs(store, { words: ['구들'] })).toEqual([4]);
    // All its pairs are in the first, though not in this order.
    expect(await seqs(store, { words: ['天气很好今天'] })).toEqual([]);
  });

  test('only what the reader may read, from where on it may', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    for (const room of [general, random, general, random]) await say.text(ada, room, 'secret');
    expect(await seqs(store, { words: ['secret'], rooms: new Map([[random, asSeq(0)]]) })).toEqual([4, 2]);
    expect(await seqs(store, { words: ['secret'], rooms: new Map([[random, asSeq(2)]]) })).toEqual([4]);
    expect(await seqs(store, { words: ['secret'], rooms: new Map() })).toEqual([]);
    const many = new Map(Array.from({ length: 40 }, (_, at) => [asRoom(`room-${at}`), asSeq(0)]));
    expect(await seqs(store, { words: ['secret'], rooms: many.set(general, asSeq(1)) })).toEqual([3]);
  });

  test('files by their names and by having one', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    await say.text(ada, general, 'the plan is coming');
    await say.file(ada, general, 'plan-of-action.pdf');
    expect(await seqs(store, { words: ['plan'] })).toEqual([2, 1]);
    expect(await seqs(store, { words: ['action', 'pdf'] })).toEqual([2]);
    expect(await seqs(store, { hasFile: true })).toEqual([2]);
    expect(await seqs(store, { hasFile: true, from: bob })).toEqual([]);
  });

  test('messages are found as they read now, and deleted ones are not', async () => {
    const store = await opened(open);
    const say = makeEvents(store);
    await say.text(ada, general, 'meet at noon');
    await say.text(ada, general, 'bring noodles');
    await say.change(ada, general, { type: 'edit', target: asSeq(1), text: 'meet at midnight' });
    expect(await seqs(store, { words: ['noon'] })).toEqual([]);
    expect(await seqs(store, { words: ['midn'] })).toEqual([1]);
    await say.change(ada, general, { type: 'deletion', target: asSeq(1) });
    await say.change(ada, general, { type: 'deletion', target: asSeq(2) });
    expect(await seqs(store, { words: ['meet'] })).toEqual([]);
    expect(await seqs(store, { from: ada })).toEqual([]);
  });

  test('a search for nothing is refused', async () => {
    const store = await opened(open);
    await expect(find(store, { words: ['…', '!'] })).rejects.toMatchObject({ code: 'search-invalid' });
  });

  test('whoever asks after it was closed is told', async () => {
    const store = await open({ folder: await makeDataFolder() });
    await store.close();
    await expect(store.search.find({ words: ['a'], rooms: everywhere, limit: 1 })).rejects.toMatchObject({
      code: 'log-failed',
    });
  });
});

/** A vocabulary so small that words meet often. */
const text = fc
  .array(fc.constantFrom('tea', 'teapot', 'cup', 'Cup', 'kettle', '茶', '茶壺', '壺茶', 'été'), {
    maxLength: 4,
  })
  .map((words) => words.join(' '));
type Step =
  | { readonly is: 'say'; readonly by: MemberId; readonly room: RoomName; readonly text: string }
  | { readonly is: 'edit' | 'deletion'; readonly at: number; readonly text: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('say' as const),
      by: fc.constantFrom(ada, bob),
      room: fc.constantFrom(general, random),
      text,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constantFrom('edit' as const, 'deletion' as const), at: fc.nat(30), text }),
  },
);
const query = fc.record({
  words: fc.array(fc.constantFrom('te', 'tea', 'cup', 'k', '茶', '茶壺', 'ete'), {
    minLength: 1,
    maxLength: 2,
  }),
  after: fc.nat(20).map(asSeq),
  limit: fc.integer({ min: 1, max: 5 }),
});

test('after whatever was said, changed and deleted, SQLite finds what the reference finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.array(query, { minLength: 1, maxLength: 5 }),
      async (steps, queries) => {
        const both = [
          await openMemoryStore({ folder: await makeDataFolder() }),
          await openSqliteStore({ folder: await makeDataFolder() }),
        ];
        try {
          for (const store of both) await live(store, steps);
          for (const asked of queries) {
            const [wanted, found] = await Promise.all(both.map((store) => find(store, asked)));
            expect(found).toEqual(wanted);
          }
        } finally {
          for (const store of both) await store.close();
        }
      },
    ),
    { numRuns: 10 },
  );
});

async function live(store: Store, steps: readonly Step[]): Promise<void> {
  const say = makeEvents(store);
  const said: { seq: Seq; by: MemberId; room: RoomName }[] = [];
  for (const one of steps) {
    if (one.is === 'say') {
      said.push({ seq: await say.text(one.by, one.room, `${one.text}.`), by: one.by, room: one.room });
      continue;
    }
    const target = said[one.at % Math.max(1, said.length)];
    if (target === undefined) continue;
    const body: EventBody =
      one.is === 'edit'
        ? { type: 'edit', target: target.seq, text: one.text }
        : { type: 'deletion', target: target.seq };
    // What is deleted already cannot be changed: both refuse it.
    await say.change(target.by, target.room, body).catch(() => undefined);
  }
}
