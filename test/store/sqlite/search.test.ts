// What only the search in SQLite has: blocks in a file, a worker that comes and goes, and a file that can be another's.
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { openSqliteStore, type Store } from '../../../src/store/open.ts';
import { blockSeqs } from '../../../src/store/sqlite/search-bits.ts';
import { SearchIndex } from '../../../src/store/sqlite/search-index.ts';
import { prepareMatching, TookTooLong } from '../../../src/store/sqlite/search-match.ts';
import { openSource } from '../../../src/store/sqlite/search-source.ts';
import { openSearchFile } from '../../../src/store/sqlite/search-tables.ts';
import { makeDataFolder } from '../opened.ts';
import { asMemberId, asRoom, asSeq, makeEvents } from '../search-events.ts';

const room = asRoom('general');
const ada = asMemberId(1);
const rooms = new Map([[room, asSeq(0)]]);

async function seqs(store: Store, word: string, page: { before?: Seq; limit?: number } = {}) {
  await store.search.caughtUp(store.log.tail);
  return (await store.search.find({ words: [word], rooms, limit: 5, ...page })).seqs;
}

/** More than one block: `count` messages, all with "all", each hundredth with "hundredth", each with its number. */
async function fill(store: Store, count: number): Promise<void> {
  const say = makeEvents(store);
  const some = Array.from({ length: count }, (_, at) => at + 1);
  await Promise.all(
    some.map((at) => say.text(ada, room, `all n${at}x${at % 100 === 0 ? ' hundredth canaryword' : ''}`)),
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-tui-search-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await openSqliteStore({ folder });
  onTestFinished(() => store.close());
  return store;
}

const inFile = async (word: string): Promise<boolean> => {
  const parts = await Promise.all(
    ['search.db', 'search.db-wal'].map((name) => readFile(join(folder, name)).catch(() => Buffer.of())),
  );
  return Buffer.concat(parts).includes(word);
};

const count = 2 * blockSeqs + 100;

test('what stands in blocks of the file and in the newest one is found as one, from either side', async () => {
  const store = await open();
  await fill(store, count);
  expect(await seqs(store, 'all')).toEqual([count, count - 1, count - 2, count - 3, count - 4]);
  expect(await seqs(store, 'n1x')).toEqual([1]);
  expect(await seqs(store, 'hundredth', { before: asSeq(450) })).toEqual([400, 300, 200, 100]);
  const border = [blockSeqs + 1, blockSeqs, blockSeqs - 1].map((at) => at);
  expect(await seqs(store, 'all', { before: asSeq(blockSeqs + 2), limit: 3 })).toEqual(border);
});

test('after a restart the newest block is there again', async () => {
  const store = await open();
  expect(await seqs(store, `n${count}x`)).toEqual([count]);
  expect(await seqs(store, 'hundredth', { limit: 1 })).toEqual([Math.floor(count / 100) * 100]);
});

test('changes reach into old blocks, and of what is deleted no word stays in the file', async () => {
  const store = await open();
  const say = makeEvents(store);
  await say.change(ada, room, { type: 'edit', target: asSeq(7), text: 'rewritten' });
  expect(await seqs(store, 'n7x')).toEqual([]);
  expect(await seqs(store, 'rewritten')).toEqual([7]);
  await store.search.caughtUp(store.log.tail);
  expect(await inFile('n300x')).toBe(true);
  await say.change(ada, room, { type: 'deletion', target: asSeq(300) });
  await store.close();
  expect(await inFile('n300x')).toBe(false);
  expect(await inFile('n7x')).toBe(false);
  expect(await inFile('n400x')).toBe(true);
});

test.each([
  ['damaged', () => writeFile(join(folder, 'search.db'), 'no database')],
  ['gone', () => rm(join(folder, 'search.db'))],
])('a file that is %s is made anew from the log', async (_how, harm) => {
  await harm();
  const store = await open();
  expect(await seqs(store, 'hundredth', { before: asSeq(350) })).toEqual([200, 100]);
  expect(await seqs(store, 'rewritten')).toEqual([7]);
  for (const name of ['search.db', 'search.db-wal', 'search.db-shm']) {
    expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  }
  await store.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('search.db'))).toEqual(['search.db']);
});

test('the file of another log is not searched', async () => {
  const other = await makeDataFolder();
  const store = await openSqliteStore({ folder: other });
  onTestFinished(() => store.close());
  const say = makeEvents(store);
  await say.text(ada, room, 'elsewhere');
  await store.close();
  await writeFile(join(other, 'search.db'), await readFile(join(folder, 'search.db')));
  const again = await openSqliteStore({ folder: other });
  onTestFinished(() => again.close());
  expect(await seqs(again, 'all')).toEqual([]);
  expect(await seqs(again, 'elsewhere')).toEqual([1]);
});

test('a search that took longer than searchMs is given up', () => {
  const search = openSearchFile(join(folder, 'late.db'), 'log', 0);
  onTestFinished(() => search.close());
  const log = new DatabaseSync(join(folder, 'log.db'), { readOnly: true });
  onTestFinished(() => log.close());
  const source = openSource(log);
  const find = prepareMatching(search, new SearchIndex(source, search), source);
  const asked = { words: ['all'], rooms: new Map([['general', 0]]), after: 0, before: 9, limit: 1 };
  const now = performance.now();
  expect(find(asked, now + limits.searchMs)).toEqual({ seqs: [], more: false });
  expect(() => find(asked, now - 1)).toThrow(TookTooLong);
});
