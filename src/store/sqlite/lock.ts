// The lock on a data folder: SQLite's exclusive lock on an empty file of its own. The system drops it when the
// process dies, which a file with a process id in it cannot promise; Node has no file locks of its own.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';
import { makePrivateFile } from './private-file.ts';

export type FolderLock = {
  /** Gives the folder to the next one. The lock also goes with its process, however that ends. */
  release(): Promise<void>;
};

/** At once `undefined` when another process or this one holds the folder. */
export async function lockWithSqlite(folder: string): Promise<FolderLock | undefined> {
  const path = join(folder, 'lock');
  await makePrivateFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Held for as long as the transaction is open; nothing is ever written.
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return {
    release: async () => {
      if (database.isOpen) database.close();
    },
  };
}
