// The local store by itself and under a real client: what is whole, what goes, and what stays whatever happens to the
// file.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { clientBounds } from '../../../src/client/bounds.ts';
import type { OutboxEntry, Welcome } from '../../../src/client/client.ts';
import { openLocalStore } from '../../../src/client/local/open.ts';
import type { LocalStore } from '../../../src/client/local-store.ts';
import { makeDeviceKey } from '../../../src/net/identity.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { AnyEvent, LogId, Seq } from '../../../src/protocol/packet.ts';
import { enter, general, type TestClient, testClient } from '../../helpers/chat-client.ts';
import { greeting, memberOf, message, noon, postId, room } from '../../helpers/events.ts';
import { testStore } from '../../helpers/local-store.ts';
import { testServer } from '../../helpers/test-server.ts';

const seqs = (events: readonly AnyEvent[] | undefined) => events?.map(({ seq }) => Number(seq));
const at = (seq: number) => seq as Seq;

const note = greeting.rooms[0] as Welcome['rooms'][number];
const other = 'other' as RoomName;
const welcome: Welcome = { ...greeting, rooms: [note, { ...note, room: other }] };

const take = (
  store: LocalStore,
  events: readonly AnyEvent[],
  more: Partial<Parameters<LocalStore['take']>[0]> = {},
) => store.take({ events, upTo: at(events.at(-1)?.seq ?? 0), gaps: [], from: 'live', ...more });

const said = (n: number, text = `m${n}`): OutboxEntry => ({
  id: postId(n),
  room,
  typedAt: noon,
  state: 'queued',
  saying: { kind: 'post', text },
});

const many = (from: number, to: number, more = {}) =>
  Array.from({ length: to - from + 1 }, (_, n) => message(from + n, `text ${from + n}`, more));

/** Every byte of the folder that the store is in. */
const bytesIn = (path: string) =>
  readdirSync(dirname(path))
    .map((name) => readFileSync(join(dirname(path), name), 'latin1'))
    .join('');

describe('what is whole', () => {
  test('pages go as far as there is no hole, and say whether there is more', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    take(store, many(5, 9), { from: 'fresh', gaps: [{ room, after: at(0), before: at(5) }] });
    expect(store.past(room, { limit: 3 })).toMatchObject({ events: many(7, 9), more: true });
    expect(seqs(store.past(room, { limit: 9 })?.events)).toEqual([5, 6, 7, 8, 9]);
    expect(store.past(room, { limit: 9 })?.more).toBe(true);
    expect(store.past(room, { before: at(5), limit: 9 })).toBeUndefined();
    expect(store.past(room, { after: at(9), limit: 9 })).toMatchObject({ events: [], more: false });
    store.takePast(
      { before: at(5), limit: 2 },
      { kind: 'past', re: 1, room, events: many(3, 4), more: true },
    );
    expect(seqs(store.past(room, { before: at(6), limit: 9 })?.events)).toEqual([3, 4, 5]);
    store.takePast(
      { before: at(3), limit: 9 },
      { kind: 'past', re: 1, room, events: many(1, 2), more: false },
    );
    expect(store.past(room, { limit: 99 })).toMatchObject({ events: many(1, 9), more: false });
  });

  test('a room without a gap in a fresh sync is whole from its beginning', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    take(store, many(3, 6), { from: 'fresh' });
    expect(store.past(room, { limit: 9 })).toMatchObject({ more: false });
    expect(seqs(store.past(room, { around: at(5), limit: 2 })?.events)).toEqual([4, 5]);
    expect(store.past(room, { around: at(5), limit: 2 })).toMatchObject({ more: true, newer: true });
    expect(store.past(room, { around: at(4), limit: 2 })).toMatchObject({ more: false, newer: true });
    expect(store.past(room, { at: noon + 4_000, limit: 2 })).toMatchObject({
      events: many(4, 5),
      more: true,
      newer: true,
    });
  });

  test('a gap in what was missed is a hole, until history fills it', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    take(store, many(1, 4), { from: 'fresh' });
    take(store, many(8, 9), { from: 'resumed', gaps: [{ room, after: at(4), before: at(8) }] });
    expect(seqs(store.past(room, { limit: 9 })?.events)).toEqual([8, 9]);
    expect(seqs(store.past(room, { before: at(4), limit: 9 })?.events)).toEqual([1, 2, 3]);
    expect(store.past(room, { before: at(8), limit: 9 })).toBeUndefined();
    store.takePast(
      { before: at(8), limit: 9 },
      { kind: 'past', re: 1, room, events: many(5, 7), more: true },
    );
    expect(seqs(store.past(room, { limit: 99 })?.events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('what seemed the beginning of a room is none, once its past is opened', async () => {
    const { open } = await testStore();
    const store = open();
    store.welcomed(welcome, false);
    take(store, many(5, 6), { from: 'fresh' });
    expect(store.past(room, { limit: 9 })).toMatchObject({ more: false });
    const opened = { type: 'room', access: 'private', past: 'whole' } as const;
    const by = { seq: at(7), room, member: memberOf('bob'), nick: 'bob', at: noon };
    take(store, [{ ...by, ...opened }]);
    store.close();
    const later = open();
    expect(seqs(later.past(room, { limit: 9 })?.events)).toEqual([5, 6, 7]);
    expect(later.past(room, { limit: 9 })).toMatchObject({ more: true });
    expect(later.past(room, { before: at(5), limit: 9 })).toBeUndefined();
    const answer = { kind: 'past', re: 1, room, events: many(1, 4), more: false } as const;
    later.takePast({ before: at(5), limit: 9 }, answer);
    expect(seqs(later.past(room, { limit: 9 })?.events)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(later.past(room, { limit: 9 })).toMatchObject({ more: false });
  });

  test('a page before a place that the log has not reached says nothing of what will be there', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    store.takePast(
      { before: at(50), limit: 9 },
      { kind: 'past', re: 1, room, events: many(1, 3), more: false },
    );
    take(store, many(41, 42), { from: 'resumed', gaps: [{ room, after: at(3), before: at(41) }] });
    expect(seqs(store.past(room, { limit: 9 })?.events)).toEqual([41, 42]);
    expect(store.past(room, { before: at(41), limit: 9 })).toBeUndefined();
  });

  test('a process that begins while another is ahead of it takes nothing for whole that it did not bring', async () => {
    const { open } = await testStore();
    const [one, two] = [open(), open()];
    one.welcomed(welcome, false);
    take(one, many(1, 10), { from: 'fresh' });
    one.past(room, { limit: 1 });
    // It had no cursor when it began, so it is sent all rooms afresh; of this one the first ten are passed over.
    take(two, many(8, 14, { room: other }), {
      from: 'fresh',
      gaps: [{ room: other, after: at(0), before: at(8) }],
    });
    expect(two.past(other, { limit: 9 })).toMatchObject({
      events: many(11, 14, { room: other }),
      more: true,
    });
    expect(two.past(other, { before: at(11), limit: 9 })).toBeUndefined();
  });

  test('of a room that one left nothing stays, as nobody would tell what is deleted there', async () => {
    const { open, path } = await testStore();
    const store = open();
    store.welcomed(welcome, false);
    take(store, [message(1, 'a needle')], { from: 'fresh' });
    store.parted(room);
    expect(store.past(room, { limit: 9 })).toBeUndefined();
    store.close();
    expect(bytesIn(path)).not.toContain('needle');
  });
});

describe('what later events say', () => {
  const change = (seq: number, more: object) =>
    ({ seq: at(seq), room, member: memberOf('bob'), nick: 'bob', at: noon, ...more }) as AnyEvent;

  test('an edit, a reaction and a new nick are in what is read', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    take(store, [message(1, 'first'), message(2, 'an answer', { reply: at(1) })], { from: 'fresh' });
    take(store, [change(3, { type: 'edit', target: at(1), text: 'second' })]);
    take(store, [change(4, { type: 'reaction', target: at(1), emoji: '👍', did: 'added' })]);
    store.met([{ member: memberOf('bob'), nick: 'rob' }]);
    const [one, two] = store.past(room, { limit: 9 })?.events ?? [];
    expect(one).toMatchObject({
      text: 'second',
      edited: 3,
      changed: 4,
      nick: 'rob',
      reactions: [{ emoji: '👍' }],
    });
    expect(two).toMatchObject({ quote: { text: 'second', nick: 'rob' } });
  });

  test('a quote of a message that is not here follows its edits', async () => {
    const store = (await testStore()).open();
    store.welcomed(welcome, false);
    const quote = { member: memberOf('bob'), nick: 'bob', text: 'first' };
    take(store, [message(9, 'answer', { reply: at(1), quote })], {
      gaps: [{ room, after: at(0), before: at(9) }],
    });
    take(store, [change(10, { type: 'edit', target: at(1), text: 'second' })]);
    expect(store.past(room, { limit: 9 })?.events).toMatchObject([{ quote: { ...quote, text: 'second' } }]);
  });

  test('what is deleted is in no byte of the folder', async () => {
    const { open, path } = await testStore();
    const store = open();
    store.welcomed(welcome, false);
    const quote = { member: memberOf('bob'), nick: 'bob', text: 'the needle' };
    take(store, [message(1, 'the needle'), message(2, 'answer', { reply: at(1), quote })], { from: 'fresh' });
    take(store, [change(3, { type: 'edit', target: at(1), text: 'a needle still' })]);
    store.outbox.put(said(1, 'one more needle'));
    store.outbox.settle(postId(1));
    expect(bytesIn(path)).toContain('needle');
    take(store, [change(4, { type: 'deletion', target: at(1) })]);
    expect(store.past(room, { limit: 9 })?.events).toMatchObject([
      { deleted: true, text: '' },
      { text: 'answer' },
    ]);
    expect(bytesIn(path)).not.toContain('needle');
  });
});

test('the file stays within its bound: the oldest of the rooms that are read least go, and pages say so', async () => {
  // As of the real bound, only sooner.
  const bytesMax = clientBounds.localBytes / 160;
  let now = noon;
  const { open, path, trouble } = await testStore({ bytesMax, now: () => now });
  const store = open();
  store.welcomed(welcome, false);
  const long = (n: number) => 'x'.repeat(400) + n;
  now += 1;
  store.kept(room);
  const rooms = [room, other];
  for (let n = 1; n <= 2_000; n += 1) {
    take(store, [message(n, long(n), { room: rooms[n % 2] as RoomName })], { from: 'fresh' });
    if (n % 50 === 0) store.kept(room);
  }
  expect(seqs(store.past(room, { limit: 1 })?.events)).toEqual([2_000]);
  const kept = (one: RoomName) => {
    let count = 0;
    for (let before: Seq | undefined; ; ) {
      const page = store.past(one, { limit: 200, ...(before === undefined ? {} : { before }) });
      if (page === undefined) return { count, isWhole: false };
      count += page.events.length;
      if (!page.more) return { count, isWhole: true };
      before = page.events[0]?.seq;
    }
  };
  // Of the room that nobody looks at a screen is left, and what came since; of the other as much as there is room for.
  expect(kept(other).isWhole).toBe(false);
  expect(kept(other).count).toBeGreaterThanOrEqual(clientBounds.localRoomEvents);
  expect(kept(room).count).toBeGreaterThan(kept(other).count);
  store.close();
  expect(statSync(path).size).toBeLessThan(1.2 * bytesMax);
  expect(trouble).toEqual([]);
});

describe('the outbox', () => {
  test('comes back in order, refused ones with their reason, retried ones at the end', async () => {
    const { open } = await testStore();
    const store = open();
    for (const n of [1, 2, 3, 4]) store.outbox.put(said(n));
    store.outbox.settle(postId(1));
    const error = new Refusal('not-allowed', 'no');
    store.outbox.refuse({ ...said(2), state: 'failed', error });
    store.outbox.refuse({ ...said(3), state: 'failed', error });
    store.outbox.retry(said(3));
    store.close();
    expect(open().outbox.load()).toEqual([{ ...said(2), state: 'failed', error }, said(4), said(3)]);
  });

  test('what one process dropped is sent by no other', async () => {
    const { open, trouble } = await testStore();
    const [one, two] = [open(), open()];
    one.outbox.put(said(1));
    expect(two.outbox.load()).toEqual([said(1)]);
    one.outbox.drop(postId(1));
    expect([...two.outbox.dropped()]).toEqual([postId(1)]);
    expect(two.outbox.load()).toEqual([]);
    expect(trouble).toEqual([]);
  });

  test('forgets what was dropped when nobody can have it any more', async () => {
    let now = noon;
    const { open } = await testStore({ now: () => now });
    const store = open();
    store.outbox.put(said(1));
    store.outbox.drop(postId(1));
    now += clientBounds.localDropsMs;
    expect(open().outbox.dropped().size).toBe(1);
    now += 1;
    expect(open().outbox.dropped().size).toBe(0);
  });

  test('stays when the log is another, and what was seen goes', async () => {
    const { open, path } = await testStore();
    const store = open();
    store.welcomed(welcome, false);
    take(store, [message(1, 'a needle')], { from: 'fresh' });
    store.outbox.put(said(1));
    store.drafts.set(room, 'half a thought');
    store.ignored.add(memberOf('eve'), 'eve');
    for (const word of ['deploy', 'Ada L.', 'gone']) store.highlights.add(word);
    store.highlights.remove('gone');
    store.welcomed({ ...welcome, logId: 'b'.repeat(22) as LogId }, true);
    expect(store.past(room, { limit: 9 })).toBeUndefined();
    expect(store.cursor).toBeUndefined();
    store.close();
    expect(bytesIn(path)).not.toContain('needle');
    const again = open();
    expect(again.outbox.load()).toEqual([said(1)]);
    expect(again.drafts.get(room)).toBe('half a thought');
    expect(again.ignored.list).toEqual([{ member: memberOf('eve'), nick: 'eve' }]);
    expect(again.highlights.list.toSorted()).toEqual(['Ada L.', 'deploy']);
  });
});

describe('a file that is no use', () => {
  const broken = async (breakIt: (path: string) => void) => {
    const { open, path, trouble } = await testStore();
    const store = open();
    store.welcomed(welcome, false);
    take(store, many(1, 3), { from: 'fresh' });
    store.outbox.put(said(1));
    store.close();
    breakIt(path);
    return { store: open(), path, trouble };
  };
  const names = (path: string) => readdirSync(dirname(path)).filter((name) => !/-(wal|shm)$/.test(name));

  test('of another form is moved aside with one sentence, and its outbox goes along', async () => {
    const { store, path, trouble } = await broken((file) => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 99');
      database.close();
    });
    expect(trouble).toEqual([expect.stringMatching(/begins anew; the old file is .*\.aside\.$/)]);
    expect(names(path)).toEqual(['ada.db', 'ada.db.aside']);
    expect(store.cursor).toBeUndefined();
    expect(store.outbox.load()).toEqual([said(1)]);
    store.welcomed(welcome, false);
    take(store, many(1, 2), { from: 'fresh' });
    expect(seqs(store.past(room, { limit: 9 })?.events)).toEqual([1, 2]);
  });

  test('is gone a day later', async () => {
    const { path, store } = await broken((file) => writeFileSync(file, 'no database '.repeat(1_000)));
    store.close();
    const then = Date.now() + clientBounds.localAsideMs;
    openLocalStore({ path, now: () => then - 60_000 }).close();
    expect(names(path)).toEqual(['ada.db', 'ada.db.aside']);
    openLocalStore({ path, now: () => then + 60_000 }).close();
    expect(names(path)).toEqual(['ada.db']);
  });

  test('that is none of SQLite is moved aside, and it is said that words may be in it', async () => {
    const { store, path, trouble } = await broken((file) =>
      writeFileSync(file, 'no database '.repeat(1_000)),
    );
    expect(trouble).toEqual([expect.stringContaining('Words that had not reached the server may be in it.')]);
    expect(names(path)).toEqual(['ada.db', 'ada.db.aside']);
    expect(store.outbox.load()).toEqual([]);
  });

  test('whose pages are spoilt while it is open begins anew, and what waits is put in again', async () => {
    const { open, path, trouble } = await testStore();
    const store = open();
    store.onAnew = () => store.outbox.put(said(7));
    store.welcomed(welcome, false);
    take(store, many(1, 300), { from: 'fresh' });
    store.close();
    const spoilt = readFileSync(path);
    spoilt.fill(0xff, spoilt.length - 4_096 * 3);
    writeFileSync(path, spoilt);
    const again = open();
    again.onAnew = () => again.outbox.put(said(7));
    again.past(room, { limit: 9 });
    again.search('text', { limit: 9 });
    expect(trouble).toHaveLength(1);
    expect(again.outbox.load()).toEqual([said(7)]);
  });

  test('on a folder that takes none nothing is kept, which is said once', async () => {
    const { path, open, trouble } = await testStore();
    writeFileSync(dirname(path), 'a file is in the way');
    const store = open();
    store.welcomed(welcome, false);
    take(store, many(1, 2), { from: 'fresh' });
    store.outbox.put(said(1));
    expect(trouble).toEqual([expect.stringContaining('is not kept on this machine from now on')]);
    expect(store.outbox.load()).toEqual([]);
    expect(() => store.search('x', { limit: 1 })).toThrow('nothing is kept on this machine');
  });
});

test('drafts, ignored people and highlight words are bounded', async () => {
  const { drafts, ignored, highlights } = (await testStore()).open();
  drafts.set(room, 'x'.repeat(clientBounds.draftChars + 1));
  expect(drafts.get(room)).toHaveLength(clientBounds.draftChars);
  for (let n = 0; n <= clientBounds.ignoredMax; n += 1) ignored.add(n as never, `n${n}`);
  expect(ignored.list).toHaveLength(clientBounds.ignoredMax);
  for (let n = 0; n < clientBounds.highlightsMax; n += 1) expect(highlights.add(`word ${n}`)).toBe(true);
  expect(highlights.add('one more')).toBe(false);
  expect(highlights.remove('word 0')).toBe(true);
  expect(highlights.add('x'.repeat(clientBounds.highlightChars + 1))).toBe(false);
});

test('the file is for its user alone', async () => {
  const { open, path } = await testStore();
  const store = open();
  store.outbox.put(said(1));
  for (const name of readdirSync(dirname(path))) {
    expect(`${name} ${(statSync(join(dirname(path), name)).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
  }
  expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe('700');
});

describe('a client with a local store', () => {
  test('goes on where its last run was, and is sent only what it missed', async () => {
    const server = await testServer();
    const store = await testStore();
    const device = makeDeviceKey();
    const ada = await enter({ port: server.port, nick: 'ada', device, local: store.open() });
    const bob = await enter({ port: server.port, nick: 'bob' });
    await bob.client.post(general, 'before');
    await ada.until(() => ada.texts().includes('before'));
    await ada.client.close('done');
    await bob.client.post(general, 'meanwhile');
    const again = testClient({ port: server.port, nick: 'ada', device, local: store.open() });
    expect(again.client.kept(general)).toMatchObject({ nick: 'ada', rooms: [{ room: general }] });
    const texts = again.client
      .kept(general)
      ?.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
    expect(texts).toEqual(['before']);
    await again.until(() => again.texts().includes('meanwhile'));
    expect(again.texts()).toEqual(['meanwhile']);
    expect(store.trouble).toEqual([]);
  });

  test('reads and searches while the server is away, says what it has not, and tells later what was read', async () => {
    const server = await testServer();
    const store = await testStore();
    const device = makeDeviceKey();
    const ada = await enter({ port: server.port, nick: 'ada', device, local: store.open() });
    const bob = await enter({ port: server.port, nick: 'bob' });
    for (const text of ['Grüße aus Köln', '明日は雨です', '@ada look', 'last'])
      await bob.client.post(general, text);
    await ada.until(() => ada.texts().includes('last'));
    await ada.client.close('done');
    const refused = async () => ({ host: '127.0.0.1', port: 1, isPlain: true });
    const away = testClient({ nick: 'ada', device, local: store.open(), resolve: refused });
    await away.until(() => away.client.status.is === 'waiting');
    const found = async (query: string) => {
      const { events, isLocal } = await away.client.search(query, { limit: 9 });
      return { isLocal, texts: events.map((event) => (event.type === 'message' ? event.text : '')) };
    };
    expect(await found('koln gru')).toEqual({ isLocal: true, texts: ['Grüße aus Köln'] });
    expect(await found('は雨')).toEqual({ isLocal: true, texts: ['明日は雨です'] });
    expect(await found('from:bob las')).toEqual({ isLocal: true, texts: ['last'] });
    expect(await found('ast')).toEqual({ isLocal: true, texts: [] });
    await expect(away.client.search('from:nobody x', { limit: 9 })).rejects.toMatchObject({
      code: 'no-such-member',
    });
    await expect(away.client.search('before:yesterday x', { limit: 9 })).rejects.toMatchObject({
      code: 'search-invalid',
    });
    expect(await away.client.mentions({ limit: 9 })).toMatchObject({
      isLocal: true,
      events: [{ text: '@ada look' }],
    });
    const past = await away.client.history(general, { limit: 2 });
    expect(past).toMatchObject({ events: [{ text: '@ada look' }, { text: 'last' }], more: true });
    await expect(away.client.history('elsewhere' as RoomName, { limit: 2 })).rejects.toThrow(
      'not kept on this machine',
    );
    const last = past.events.at(-1)?.seq as Seq;
    away.client.markRead(general, last);
    await away.client.close('done');
    const back = testClient({ port: server.port, nick: 'ada', device, local: store.open() });
    const isRead = ({ told }: TestClient) =>
      told.some((event) => event.type === 'marks' && event.marks[0]?.read === last);
    await back.until(() => isRead(back));
    const beside = testClient({ port: server.port, nick: 'ada', device });
    await beside.until(() => isRead(beside));
  });
});
