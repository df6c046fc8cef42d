// Opens a member's local store. Loaded late, so that nobody else pays for SQLite. Called by cli/kept.ts.
import { renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { clientBounds } from '../bounds.ts';
import type { OutboxEntry } from '../client.ts';
import type { LocalStore } from '../local-store.ts';
import { type Aside, Keeping } from './keeping.ts';
import { OutboxTable } from './outbox.ts';

export type LocalStoreOptions = {
  readonly path: string;
  readonly now?: () => number;
  readonly bytesMax?: number;
};

/** Never throws: a store whose disk gives trouble says so and keeps nothing. */
export function openLocalStore(options: LocalStoreOptions): LocalStore {
  const { path, now = Date.now, bytesMax = clientBounds.localBytes } = options;
  removeOld(path, now());
  return new Keeping({ path, setAside, now, bytesMax });
}

const asideName = (path: string): string => `${path}.aside`;
/** SQLite's files beside the first. */
const tails = ['', '-wal', '-shm'];

/** The words that wait for the server are taken along where they can be read; the rest the server has. */
function setAside(path: string): Aside {
  const entries = outboxIn(path);
  for (const tail of tails) {
    rmSync(`${asideName(path)}${tail}`, { force: true });
    if (isThere(`${path}${tail}`)) renameSync(`${path}${tail}`, `${asideName(path)}${tail}`);
  }
  const lost = entries === undefined ? ' Words that had not reached the server may be in it.' : '';
  const what = `What was kept on this machine cannot be read. It begins anew; the old file is ${asideName(path)}.`;
  return { sentence: `${what}${lost}`, entries: entries ?? [] };
}

function outboxIn(path: string): readonly OutboxEntry[] | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    return new OutboxTable(database).load();
  } catch {
    // Damaged there too, or of another form: the sentence says so.
    return undefined;
  } finally {
    database?.close();
  }
}

/** What was moved aside holds what may be deleted since: it does not stay. */
function removeOld(path: string, now: number): void {
  for (const tail of tails) {
    const old = `${asideName(path)}${tail}`;
    const since = statSync(old, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && now - since > clientBounds.localAsideMs) rmSync(old, { force: true });
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
