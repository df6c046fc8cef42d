// How the log's file is opened, and where a log stands. Its tables are in tables.ts. Called by open.ts, writer.ts and
// tests.
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { LogId, type Seq } from '../../protocol/packet.ts';
import { toSeq } from '../ids.ts';
import { bringToForm } from './tables.ts';

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
    bringToForm(database, path, logId);
    return readStart(database);
  } finally {
    database.close();
  }
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
