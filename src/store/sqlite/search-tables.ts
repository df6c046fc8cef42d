// The file that searching works on, beside the log's: in which messages each token is, a block of the log at a time, and
// how far the log is looked through. It holds nothing that the log does not: when it does not fit the log, it is made
// anew. Used by search-worker.ts, and by search.ts, which asks how far it is.
import { closeSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { fileMode } from './private-file.ts';

/** Name of the file in a data folder. */
export const searchFileName = 'search.db';

/** A file of another form is made anew. */
const form = 2;

// `as_of`: the log's tail when the block's first messages were read. Changes up to there are in it already. `tokens` says in
// which blocks a token is, two bytes each: what is rare is looked for where it is, however long the log.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE blocks (block INTEGER PRIMARY KEY, as_of INTEGER NOT NULL) STRICT;
CREATE TABLE postings (
  block INTEGER NOT NULL,
  token TEXT NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (block, token)
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (token TEXT PRIMARY KEY, blocks BLOB NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${form};
`;

/** A search looks into many places of the file once: mapped, that is no call each. What is beyond it is read as usual. */
const mappedBytes = 1024 * 1024 * 1024;

// Larger pages than SQLite's own, so that a whole set of 1 KiB lies in its row and not on a page for itself.
const pragmas = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA mmap_size = ${mappedBytes};
`;

const FormRow = v.object({ user_version: v.number() });
const ValueRow = v.object({ value: v.string() });

/** The file at `path`, fit for the log `logId` whose newest event is `tail`; made anew where it is not. */
export function openSearchFile(path: string, logId: string, tail: number): DatabaseSync {
  const found = openIfFit(path, logId, tail);
  if (found !== undefined) return found;
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  // SQLite would make it readable for everybody, and -wal and -shm have the mode of the first.
  closeSync(openSync(path, 'a', fileMode));
  const database = new DatabaseSync(path);
  database.exec(pragmas);
  database.exec(tables);
  database.prepare("INSERT INTO meta (name, value) VALUES ('logId', ?), ('cursor', '0')").run(logId);
  return database;
}

function openIfFit(path: string, logId: string, tail: number): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec(pragmas);
    const { user_version } = v.parse(FormRow, database.prepare('PRAGMA user_version').get());
    // A cursor beyond the log: an older copy of the log was put back.
    if (user_version === form && metaOf(database, 'logId') === logId && cursorOf(database) <= tail) {
      return database;
    }
  } catch {
    // Damaged, or none of ours: nothing is in it that the log has not.
  }
  database?.close();
  return undefined;
}

function metaOf(database: DatabaseSync, name: string): string {
  return v.parse(ValueRow, database.prepare('SELECT value FROM meta WHERE name = ?').get(name)).value;
}

/** What is in the blocks of the file: everything of the log up to this seq. */
export function cursorOf(database: DatabaseSync): number {
  return Number(metaOf(database, 'cursor'));
}

/** The same of a file that may not be there, or fit. */
export function cursorIn(path: string): number {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return cursorOf(database);
    } finally {
      database.close();
    }
  } catch {
    return 0;
  }
}
