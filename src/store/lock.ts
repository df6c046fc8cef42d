// One server at a time holds a data folder. Called by cli before a store is opened there.
import type { FolderLock } from './sqlite/lock.ts';

export type { FolderLock };

/** The lock on the folder, or at once `undefined` when another process or this one holds it. */
export async function lockFolder(folder: string): Promise<FolderLock | undefined> {
  const { lockWithSqlite } = await import('./sqlite/lock.ts');
  return await lockWithSqlite(folder);
}
