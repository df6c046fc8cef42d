// What only the log on disk can do: come back as it was, refuse when the disk does, and outlive its writer.
import { statSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { makeLogId } from '../../../src/store/ids.ts';
import { openSqliteStore, type SqliteOptions, type Store } from '../../../src/store/open.ts';
import { SqliteLog } from '../../../src/store/sqlite/log.ts';
import { logFileName } from '../../../src/store/sqlite/open.ts';
import { openToRead, openToWrite, prepareLog } from '../../../src/store/sqlite/schema.ts';
import { startWriter, WriterPort } from '../../../src/store/sqlite/writer-port.ts';
import { asMember, asRoom, asSeq, event, general } from '../events.ts';
import { listen, makeDataFolder, opened, roomy, wholeRoom } from '../opened.ts';

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

async function reopened(store: Store, folder: string, options: Partial<SqliteOptions> = {}): Promise<Store> {
  await store.close();
  return await opened(openSqliteStore, { folder, ...options });
}

it('a restart keeps log id, events, tail, members, nicks and rooms', async () => {
  const folder = await makeDataFolder();
  const first = await opened(openSqliteStore, { folder });
  await first.people.enrol('key', { nick: 'Ada', skeleton: 'ada', at: 5 });
  await first.people.rename(asMember(1), { nick: 'Eve', skeleton: 'eve', at: 6 });
  await first.log.append(event(1, { body: { type: 'join' } }));
  await first.log.append(event(2));
  await endOfTurn();
  const before = await wholeRoom(first, general);
  const second = await reopened(first, folder);
  expect(second.log.logId).toBe(first.log.logId);
  expect(second.log.tail).toBe(first.log.tail);
  expect(await wholeRoom(second, general)).toEqual(before);
  expect(second.people.device('key')).toEqual({ device: 1, member: 1 });
  expect(second.people.member(asMember(1))?.nick).toBe('Eve');
  expect(second.people.holder('ada', 7)).toBe(1);
  expect(second.people.roomsOf(asMember(1))).toEqual(['general']);
  expect(second.people.room(general)?.members).toBe(1);
});

it('a resend after a restart answers the first place', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder });
  const first = await store.log.append(event(1));
  const again = await (await reopened(store, folder)).log.append(event(1));
  expect(again).toEqual({ ...first, isFirst: false });
});

it('time does not fall across a restart with the clock set back', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder, now: () => 9_000 });
  await store.log.append(event(1));
  const later = await reopened(store, folder, { now: () => 1_000 });
  expect((await later.log.append(event(2))).at).toBe(9_000);
});

it('the seq of a deleted newest event is not given again', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder });
  for (const n of [1, 2, 3]) await store.log.append(event(n));
  await store.close();
  const database = new DatabaseSync(join(folder, logFileName));
  database.exec('DELETE FROM events WHERE seq >= 2');
  database.close();
  const again = await opened(openSqliteStore, { folder });
  expect(again.log.tail).toBe(3);
  expect((await again.log.append(event(4))).seq).toBe(4);
});

it('what is acknowledged has been synced, and what is deleted is overwritten', async () => {
  const path = join(await makeDataFolder(), logFileName);
  const database = openToWrite(path);
  const read = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(['journal_mode', 'synchronous', 'secure_delete', 'wal_autocheckpoint'].map(read)).toEqual([
    'wal',
    2,
    1,
    8_000,
  ]);
  database.close();
});

it('a closed log is one file that only its owner may read', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder });
  await store.log.append(event(1));
  const modes = [logFileName, `${logFileName}-wal`, `${logFileName}-shm`].map(
    (name) => statSync(join(folder, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o600, 0o600]);
  await store.close();
  expect((await readdir(folder)).filter((name) => name.startsWith(logFileName))).toEqual([logFileName]);
  expect((await readFile(join(folder, logFileName))).includes('text 1')).toBe(true);
});

it('a log of a newer version is refused with what to do', async () => {
  const folder = await makeDataFolder();
  await (await openSqliteStore({ folder })).close();
  const database = new DatabaseSync(join(folder, logFileName));
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openSqliteStore({ folder })).rejects.toThrow('newer chat-tui');
});

it('a file that is no log is refused', async () => {
  const folder = await makeDataFolder();
  await writeFile(
    join(folder, logFileName),
    'something else entirely, and long enough for a header'.repeat(100),
  );
  await expect(openSqliteStore({ folder })).rejects.toThrow('not a database');
});

it('a damaged row is an error of the reading, and the log goes on', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder });
  await store.log.append(event(1));
  await store.log.append(event(2, { room: asRoom('other') }));
  await endOfTurn();
  const database = new DatabaseSync(join(folder, logFileName));
  database.exec("UPDATE events SET type = 'nonsense' WHERE seq = 1");
  database.close();
  await expect(store.log.at(asSeq(1))).rejects.toMatchObject({ code: 'log-failed' });
  expect(await wholeRoom(store, asRoom('other'))).toHaveLength(1);
  expect((await store.log.append(event(3))).seq).toBe(3);
});

it('a full disk refuses exactly what is not stored, and the log works again when there is space', async () => {
  const folder = await makeDataFolder();
  const logBytesMax = 100 * 4_096;
  const store = await opened(openSqliteStore, { folder, logBytesMax });
  const told = listen(store);
  const text = 'x'.repeat(8_000);
  const answers = [];
  for (let batch = 0; batch < 12; batch++) {
    const events = Array.from({ length: 10 }, (_, n) => event(batch * 10 + n, { text }));
    answers.push(...(await Promise.allSettled(events.map((each) => store.log.append(each)))));
  }
  await endOfTurn();
  const acked = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.seq] : []));
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
  expect(acked.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(new Set(['disk-full']));
  const logged = await wholeRoom(store, general);
  expect(logged.map(({ seq }) => seq)).toEqual(acked);
  expect(told.map(({ seq }) => seq)).toEqual(acked);
  expect(store.log.waiting).toBe(0);

  const resent = await Promise.allSettled([
    store.log.append(event(0, { text })),
    store.log.append(event(0, { text: 'other' })),
    store.log.append(event(500, { text: text.repeat(30) })),
  ]);
  expect(resent).toMatchObject([
    { status: 'fulfilled', value: { isFirst: false, seq: acked[0] } },
    { status: 'rejected', reason: { code: 'id-reused' } },
    { status: 'rejected', reason: { code: 'disk-full' } },
  ]);

  const database = new DatabaseSync(join(folder, logFileName));
  database.exec('DELETE FROM events WHERE seq < 30');
  database.close();
  const again = await store.log.append(event(1_000, { text }));
  expect(again.isFirst).toBe(true);
  expect(again.seq).toBeGreaterThan(acked.at(-1) ?? 0);
});

it('a full disk refuses an enrolment, and nobody is half enrolled', async () => {
  const folder = await makeDataFolder();
  await (await openSqliteStore({ folder })).close();
  const { people } = await opened(openSqliteStore, { folder, logBytesMax: 1 });
  const enrolments = Array.from({ length: 300 }, (_, n) =>
    people.enrol(`key ${n}`.padEnd(300, '.'), { nick: `nick ${n}`, skeleton: `nick ${n}`, at: 1 }),
  );
  const answers = await Promise.allSettled(enrolments);
  expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'disk-full' } });
  expect(people.members(0, 1_000)).toHaveLength(
    answers.filter(({ status }) => status === 'fulfilled').length,
  );
});

it('another process that holds the write lock is waited for', async () => {
  const folder = await makeDataFolder();
  const store = await opened(openSqliteStore, { folder });
  const database = new DatabaseSync(join(folder, logFileName));
  database.exec('BEGIN IMMEDIATE');
  const appended = store.log.append(event(1));
  await endOfTurn();
  expect(store.log.waiting).toBe(1);
  database.exec('COMMIT');
  database.close();
  expect((await appended).isFirst).toBe(true);
});

it('when the writer dies, what waits and what comes is refused as log-failed, and reading goes on', async () => {
  const folder = await makeDataFolder();
  const path = join(folder, logFileName);
  const start = prepareLog(
    path,
    makeLogId(() => new Uint8Array(16)),
  );
  const worker = startWriter({ path });
  const writer = new WriterPort(worker);
  const reader = openToRead(path);
  const log = new SqliteLog({ start, now: Date.now, writer, reader, onStored: () => {} });
  writer.onCommitted(() => log.announce());
  onTestFinished(() => log.close());
  await log.append(event(1));
  const waiting = Array.from({ length: 3_000 }, (_, n) => log.append(event(n + 2)));
  const settled = Promise.allSettled(waiting);
  await worker.terminate();
  const answers = await settled;
  expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'log-failed' } });
  await expect(log.append(event(9_000))).rejects.toMatchObject({ code: 'log-failed' });
  expect(log.waiting).toBe(0);
  const { events } = await log.page({ rooms: [general], take: 'oldest', limit: 1, bytesMax: roomy.bytesMax });
  expect(events).toHaveLength(1);
});

it('the newest events are answered as before after so many came that nobody asked for', async () => {
  const store = await opened(openSqliteStore);
  const query = { rooms: [general], take: 'newest', limit: 3, bytesMax: 10_000 } as const;
  const newest = async () => (await store.log.page(query)).events.map(({ id }) => id);
  await store.log.append(event(0));
  await endOfTurn();
  expect(await newest()).toEqual([event(0).id]);
  for (let n = 1; n <= 22_000; n += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => store.log.append(event(n + i))));
  }
  await endOfTurn();
  expect(await newest()).toEqual([21_998, 21_999, 22_000].map((n) => event(n).id));
  await store.log.append(event(22_001));
  await endOfTurn();
  expect(await newest()).toEqual([21_999, 22_000, 22_001].map((n) => event(n).id));
});
