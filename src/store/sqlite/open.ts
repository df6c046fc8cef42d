// Opens the log's file and puts its parts together. Loaded late by store/open.ts, so that nothing else pays for SQLite.
import { join } from 'node:path';
import { makeLogId } from '../ids.ts';
import { SqliteLog } from './log.ts';
import { SqlitePeople } from './people.ts';
import { makePrivateFile } from './private-file.ts';
import { openToRead, prepareLog } from './schema.ts';
import { SqliteSearch } from './search.ts';
import { cursorIn, searchFileName } from './search-tables.ts';
import { startWriter, WriterPort } from './writer-port.ts';

export type OpenSqliteOptions = {
  readonly folder: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly logBytesMax?: number;
};

/** Name of the log's file in a data folder; SQLite's -wal and -shm stand beside it while it is open. */
export const logFileName = 'log.db';

/** Throws when the file cannot be opened, is no log or is a newer version's. `log.close()` closes both. */
export async function openSqlite(
  options: OpenSqliteOptions,
): Promise<{ log: SqliteLog; people: SqlitePeople; search: SqliteSearch }> {
  const path = join(options.folder, logFileName);
  await makePrivateFile(path);
  const start = prepareLog(path, makeLogId(options.random));
  const bound = options.logBytesMax === undefined ? {} : { logBytesMax: options.logBytesMax };
  const writer = new WriterPort(startWriter({ path, ...bound }));
  const reader = openToRead(path);
  const people = new SqlitePeople(writer, reader);
  const onStored = people.forget.bind(people);
  const log = new SqliteLog({ start, now: options.now, writer, reader, onStored });
  writer.onCommitted(() => log.announce());
  const searchPath = join(options.folder, searchFileName);
  await makePrivateFile(searchPath);
  const search = new SqliteSearch({ log, logPath: path, path: searchPath, cursor: cursorIn(searchPath) });
  return { log, people, search };
}
