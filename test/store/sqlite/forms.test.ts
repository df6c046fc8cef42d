// A log that an older version wrote goes on as it was, and can do what it could not. The file is made by the statements
// of that version (fixtures/form-two.sql), not by ours.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSqliteStore, type Store } from '../../../src/store/open.ts';
import { logFileName } from '../../../src/store/sqlite/open.ts';
import { openToRead } from '../../../src/store/sqlite/schema.ts';
import { asDevice, asMember, asSeq, event, general, postId } from '../events.ts';
import { endOfTurn, makeDataFolder, opened, roomy, wholeRoom } from '../opened.ts';

const formTwo = fileURLToPath(new URL('../fixtures/form-two.sql', import.meta.url));
/** What form 1 had otherwise. */
const backToOne = `DROP INDEX events_by_room; CREATE INDEX events_by_room ON events (room); PRAGMA user_version = 1`;
const ada = asMember(1);
const bob = asMember(2);

async function olderLog(form: 1 | 2): Promise<{ folder: string; store: Store }> {
  const folder = await makeDataFolder();
  const database = new DatabaseSync(join(folder, logFileName));
  database.exec(await readFile(formTwo, 'utf8'));
  if (form === 1) database.exec(backToOne);
  database.close();
  return { folder, store: await opened(openSqliteStore, { folder, now: () => 2_000 }) };
}

/** Tables, columns and indexes as SQLite has them, in one order. */
function shapeOf(folder: string): unknown[] {
  const database = openToRead(join(folder, logFileName));
  const columns = database
    .prepare(
      `SELECT m.name AS of, c.name, c.type, c."notnull", c.dflt_value, c.pk
       FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY 1, 2`,
    )
    .all();
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name")
    .all();
  database.close();
  return [columns, indexes];
}

it.each([1, 2] as const)('of form %i comes to the shape of a new one', async (form) => {
  const { folder } = await olderLog(form);
  const fresh = await makeDataFolder();
  await opened(openSqliteStore, { folder: fresh });
  expect(shapeOf(folder)).toEqual(shapeOf(fresh));
});

it.each([1, 2] as const)('of form %i reads as it did', async (form) => {
  const { store } = await olderLog(form);
  const { log, people } = store;
  expect([log.logId, log.tail]).toEqual(['abcdefghijklmnopqrstuv', 5]);
  const file = { name: 'plan.pdf', size: 7, sha256: 'a'.repeat(64) };
  expect((await wholeRoom(store, general)).map(({ seq, at, body }) => [seq, at, body])).toEqual([
    [1, 1_000, { type: 'join' }],
    [3, 1_002, { type: 'message', text: 'text 3' }],
    [4, 1_003, { type: 'message', text: 'waves', style: 'action' }],
    [5, 1_004, { type: 'message', text: '', file }],
  ]);
  expect((await log.file('aaaaaa', [general]))?.seq).toBe(5);
  expect(await log.append(event(3))).toEqual({ seq: 3, at: 1_002, isFirst: false });
  expect(people.device('key-b')).toEqual({ device: 2, member: 2 });
  expect(people.devicesOf(bob)).toEqual([{ device: 2, member: 2, key: 'key-b', since: 800 }]);
  expect(people.roomsOf(bob)).toEqual(['general']);
});

it('its rooms are public and nobody owns them', async () => {
  const { people } = (await olderLog(2)).store;
  const room = { room: 'general', topic: '', members: 2, access: 'public', past: 'whole' };
  expect(people.room(general)).toEqual(room);
  expect(people.publicRooms('', 9)).toEqual([room]);
  expect(people.readableFrom(asMember(9), general)).toBe(0);
  expect(people.place(bob, general)).toEqual({ read: 2, level: 'all' });
});

it('its messages can be changed, and who was in keeps the past of a room that is closed now', async () => {
  const { folder, store } = await olderLog(2);
  const by = { member: ada, device: asDevice(1) };
  const bodies = [
    { type: 'edit', target: asSeq(3), text: 'new words' },
    { type: 'reaction', target: asSeq(4), emoji: '👍', did: 'added' },
    { type: 'deletion', target: asSeq(5) },
    { type: 'room', access: 'private', past: 'invited' },
  ] as const;
  for (const [n, body] of bodies.entries()) await store.log.append(event(20 + n, { ...by, body }));
  await endOfTurn();
  const page = await store.log.page({ rooms: [general], take: 'oldest', ...roomy });
  expect(page.events.map(({ now }) => now)).toEqual([
    undefined,
    { text: 'new words', edited: 6, changed: 6 },
    { text: 'waves', reactions: [{ emoji: '👍', by: [1] }], changed: 7 },
    { text: '', isDeleted: true, changed: 8 },
    undefined,
  ]);
  expect(await store.log.unread(general, bob, asSeq(0), 9)).toBe(1);
  expect(store.people.readableFrom(bob, general)).toBe(0);
  expect(store.people.readableFrom(asMember(9), general)).toBeUndefined();
  await store.close();
  const again = await opened(openSqliteStore, { folder });
  expect(await wholeRoom(again, general)).toEqual(page.events);
  expect(await again.log.append(event(21, { ...by, body: bodies[1] }))).toMatchObject({ isFirst: false });
  expect(event(21).id).toBe(postId(21));
});

it('reads rooms, changes and counts by their indexes', async () => {
  const { folder } = await olderLog(2);
  const database = openToRead(join(folder, logFileName));
  const plan = (sql: string) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  const told = "style IS NOT 'quiet' AND target IS NULL";
  const changes = "target IS NOT NULL AND (text IS NOT NULL OR type = 'deletion')";
  const plans = [
    plan(`SELECT seq FROM events WHERE room = 'general' AND seq > 1 AND ${told} ORDER BY seq`),
    plan(
      `SELECT seq FROM events WHERE room = 'general' AND seq > 1 AND target > 0 AND ${changes} ORDER BY seq`,
    ),
    plan('SELECT seq FROM events WHERE target = 3'),
    plan("SELECT 1 FROM events WHERE sha256 = 'a' AND member = 1"),
  ];
  database.close();
  const indexes = ['events_by_room', 'events_by_change', 'events_by_target', 'events_by_file'];
  for (const [n, index] of indexes.entries()) expect(plans[n]).toMatch(new RegExp(`INDEX ${index} `));
  for (const one of plans) expect(one).not.toContain('TEMP B-TREE');
});
