// Logs of any length for the rows, written past the product's append, which would take minutes: its own tables, filled
// by SQL. Several rooms and devices take turns, ids are rising UUIDv7, one message in a thousand is a file.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeLogId } from '../../src/store/ids.ts';
import { logFileName } from '../../src/store/sqlite/open.ts';
import { prepareLog } from '../../src/store/sqlite/schema.ts';

export const rooms = ['general', 'dev', 'ops', 'tea', 'news'] as const;
export const devices = 20;
const statementRows = 500_000;

/** Milliseconds before now at which the log began: one message each. */
export function writeLog(folder: string, messages: number): void {
  const path = join(folder, logFileName);
  prepareLog(
    path,
    makeLogId((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
  );
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;');
  database.exec('BEGIN');
  writePeople(database);
  const insert = database.prepare(`
    WITH RECURSIVE n(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
    INSERT INTO events (room, member, device, id, at, type, text, file_name, file_size, sha256)
    SELECT
      CASE (n / 7) % 5 ${rooms.map((room, index) => `WHEN ${index} THEN '${room}'`).join(' ')} END,
      1 + n % ${devices}, 1 + n % ${devices}, unhex(printf('%012x70008000%012x', ?3 + n, n)), ?3 + n, 'message',
      printf('message %d with a hundred bytes of text, as people write them: some more, some less, all in all so ', n),
      iif(n % 1000 = 0, 'plan.pdf', NULL), iif(n % 1000 = 0, 1000, NULL),
      iif(n % 1000 = 0, lower(hex(randomblob(32))), NULL)
    FROM n`);
  const begin = Date.now() - messages;
  for (let first = 1; first <= messages; first += statementRows) {
    insert.run(first, Math.min(messages, first + statementRows - 1), begin);
  }
  database.exec('COMMIT');
  database.close();
}

function writePeople(database: DatabaseSync): void {
  const people = Array.from({ length: devices }, (_, index) => index + 1);
  for (const member of people) {
    const values = [`writer${member}`, `writer${member}`, 1] as const;
    database.prepare('INSERT INTO members (nick, skeleton, since) VALUES (?, ?, ?)').run(...values);
    database.prepare('INSERT INTO devices (key, member) VALUES (?, ?)').run(`key${member}`, member);
    database.prepare('INSERT INTO nicks (skeleton, member) VALUES (?, ?)').run(`writer${member}`, member);
  }
  for (const room of rooms) {
    database.prepare('INSERT INTO rooms (room, members) VALUES (?, ?)').run(room, devices);
  }
}
