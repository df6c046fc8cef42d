// The tables of the file that a client keeps what it has seen in, and how it is opened. Another form than this one is
// not brought up to date but begun anew: everything in it can be had from the server again, but for the outbox, and
// open.ts takes that along.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { clientBounds } from '../bounds.ts';

export const schemaVersion = 1;

// `rooms` are those the member is in. `spans` are stretches of a room without holes: everything from `low` to `high`
// is in `events`; of one that `follows`, `high` is wherever the cursor is. Events lie room by room, so that the oldest
// of one give whole pages back.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  room TEXT NOT NULL UNIQUE,
  note TEXT NOT NULL,
  mark TEXT,
  read_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE spans (
  room INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL,
  follows INTEGER NOT NULL,
  PRIMARY KEY (room, low)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  room INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  member INTEGER NOT NULL,
  type TEXT NOT NULL,
  text TEXT NOT NULL,
  folded TEXT,
  reply INTEGER,
  more TEXT,
  PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_reply ON events (room, reply) WHERE reply IS NOT NULL;
CREATE TABLE nicks (member INTEGER PRIMARY KEY, nick TEXT NOT NULL) STRICT;
CREATE TABLE outbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  room TEXT NOT NULL,
  typed_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  error TEXT,
  saying TEXT NOT NULL
) STRICT;
CREATE TABLE drafts (room TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ignored (member INTEGER PRIMARY KEY, nick TEXT NOT NULL) STRICT;
CREATE TABLE highlights (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** Another process of the same member writes for a few milliseconds at a time. */
const busyMs = 2_000;

/** The file has another form than ours. */
export class OtherForm extends Error {
  override readonly name = 'OtherForm';
}

/** Makes the file where there is none. Throws `OtherForm`, or what SQLite says of a damaged one. */
export function openTables(path: string): DatabaseSync {
  makePrivate(path);
  const database = new DatabaseSync(path, { timeout: busyMs });
  try {
    // What was deleted is overwritten, and what a power cut undoes comes from the server again; the outbox asks for more.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA secure_delete = ON;
      PRAGMA journal_size_limit = ${clientBounds.localWalBytes};
      PRAGMA cache_size = -${clientBounds.localCacheKiB};
    `);
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync): void {
  if (versionOf(database) === schemaVersion) return;
  database.exec('BEGIN IMMEDIATE');
  // Another process may have made them while this one waited.
  const version = versionOf(database);
  if (version === 0) database.exec(`${tables} PRAGMA user_version = ${schemaVersion};`);
  database.exec('COMMIT');
  if (version !== 0 && version !== schemaVersion) throw new OtherForm(`The form is ${version}.`);
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.user_version;
}

/** SQLite makes its files readable for everybody and gives -wal and -shm the mode of the first: so that is made here. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  // A file whose name a power cut takes away keeps nothing.
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
