// The tables of the log's file and how it is opened. `user_version` says which form a file has; a later form comes
// with a step that brings this one there. Called by open.ts, writer.ts and tests.
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { LogId, type Seq } from '../../protocol/packet.ts';
import { toSeq } from '../ids.ts';

const schemaVersion = 2;

/** For statements that read a room: as in the index, or SQLite does not take it. */
export const isTold = "style IS NOT 'quiet'";

// Every index of SQLite ends with the rowid, and that is seq. Quiet moves are left out: thousands of them in a row cost
// a page of the room nothing.
const byRoom = `CREATE INDEX events_by_room ON events (room) WHERE ${isTold};`;

// AUTOINCREMENT: without it SQLite gives the seq of a deleted newest row to the next one.
// The id comes first in its index: ids rise with time over all devices, so a commit writes one edge of it and not one for
// each device. A log that was made with (device, id) stays as it is: the constraint is the same, only slower.
// `until` is null for a nick that is held, else the end of its 90 days.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  room TEXT NOT NULL,
  member INTEGER NOT NULL,
  device INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  text TEXT,
  style TEXT,
  file_name TEXT,
  file_size INTEGER,
  sha256 TEXT,
  UNIQUE (id, device)
) STRICT;
${byRoom}
CREATE INDEX events_by_file ON events (sha256) WHERE sha256 IS NOT NULL;
CREATE TABLE members (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  nick TEXT NOT NULL,
  skeleton TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE devices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  member INTEGER NOT NULL REFERENCES members
) STRICT;
CREATE TABLE nicks (
  skeleton TEXT PRIMARY KEY,
  member INTEGER NOT NULL REFERENCES members,
  until INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE rooms (
  room TEXT PRIMARY KEY,
  topic TEXT NOT NULL DEFAULT '',
  members INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE memberships (
  member INTEGER NOT NULL,
  room TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (member, room)
) STRICT, WITHOUT ROWID;
`;

/** Somebody may look into the file with a tool of SQLite's while the server runs: wait for that, not for ever. */
const busyMs = 5_000;
/** About 32 MiB of WAL: checkpoints are rare enough not to show in the rate, and a restart reads little. */
const checkpointPages = 8_000;
/** The writer keeps the right-hand edges of the indexes in memory, in KiB. */
const writerCacheKiB = 4 * 1024;
/** What a new database has, and the unit of `logBytesMax`. */
const pageBytes = 4_096;

/** The connection that writes: what it committed is on disk, what it deleted is overwritten. */
export function openToWrite(path: string, logBytesMax?: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyMs });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA cache_size = -${writerCacheKiB};
  `);
  if (logBytesMax !== undefined) {
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(logBytesMax / pageBytes))}`);
  }
  return database;
}

export function openToRead(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: busyMs });
}

export type LogStart = {
  readonly logId: LogId;
  /** Highest seq ever given. */
  readonly tail: Seq;
  /** Time of the newest event, Unix milliseconds. */
  readonly at: number;
};

/** Makes the tables in a new file, and says where the log stands. `logId` is for a new one. */
export function prepareLog(path: string, logId: LogId): LogStart {
  const database = openToWrite(path);
  try {
    makeTables(database, path, logId);
    return readStart(database);
  } finally {
    database.close();
  }
}

function makeTables(database: DatabaseSync, path: string, logId: LogId): void {
  const version = v.parse(
    v.object({ user_version: v.number() }),
    database.prepare('PRAGMA user_version').get(),
  ).user_version;
  if (version === schemaVersion) return;
  if (version > schemaVersion) {
    throw new Error(
      `${path} was written by a newer chat-tui (form ${version}, this one knows ${schemaVersion}). Start that version.`,
    );
  }
  database.exec('BEGIN IMMEDIATE');
  if (version === 1) {
    // Its index had all moves in it.
    database.exec(`DROP INDEX events_by_room; ${byRoom}`);
  } else {
    database.exec(tables);
    database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)').run('logId', logId);
  }
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec('COMMIT');
}

const StartRow = v.object({ logId: LogId, tail: v.number(), at: v.number() });

function readStart(database: DatabaseSync): LogStart {
  const row = database
    .prepare(
      `SELECT
         (SELECT value FROM meta WHERE name = 'logId') AS logId,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS tail,
         coalesce((SELECT at FROM events ORDER BY seq DESC LIMIT 1), 0) AS at`,
    )
    .get();
  const { logId, tail, at } = v.parse(StartRow, row);
  return { logId, tail: toSeq(tail), at };
}
