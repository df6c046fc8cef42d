// Which store a server runs on: one function here for each. Called by cli (serve, the local server) and by tests.
import { randomBytes } from 'node:crypto';
import type { Blobs } from './blobs.ts';
import { openBlobs } from './files/blobs.ts';
import { makeLogId } from './ids.ts';
import type { Log } from './log.ts';
import { MemoryLog } from './memory/log.ts';
import { MemoryPeople } from './memory/people.ts';
import { MemorySearch } from './memory/search.ts';
import type { People } from './people.ts';
import type { Search } from './search.ts';

/** Everything a server keeps. `close` ends search, then blobs, then the log, last. */
export type Store = {
  readonly log: Log;
  readonly people: People;
  readonly blobs: Blobs;
  readonly search: Search;
  close(): Promise<void>;
};

export type StoreOptions = {
  /** The data folder, made when it is not there. The memory store keeps only blobs in it. */
  readonly folder: string;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly random?: (bytes: number) => Uint8Array;
};

export type SqliteOptions = StoreOptions & {
  /** The log's file grows no further than this: posts are refused as on a full disk. Absent: the disk is the bound. */
  readonly logBytesMax?: number;
};

/** Nothing but blobs outlives it. For tests and as the reference of the contract. */
export async function openMemoryStore(options: StoreOptions): Promise<Store> {
  const { folder, now = Date.now, random = randomBytes } = options;
  const blobs = await openBlobs(folder);
  const people = new MemoryPeople();
  const logId = makeLogId(random);
  const log = new MemoryLog({ logId, now, project: (event) => people.project(event) });
  return closing({ log, people, blobs, search: new MemorySearch(log) });
}

/** The store of a real server: one SQLite file beside the blobs. SQLite is loaded only here. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { folder, now = Date.now, random = randomBytes, logBytesMax } = options;
  const blobs = await openBlobs(folder);
  const { openSqlite } = await import('./sqlite/open.ts');
  const bound = logBytesMax === undefined ? {} : { logBytesMax };
  return closing({ ...(await openSqlite({ folder, now, random, ...bound })), blobs });
}

function closing(parts: Omit<Store, 'close'>): Store {
  const close = async () => {
    await parts.search.close();
    await parts.blobs.close();
    await parts.log.close();
  };
  return { ...parts, close };
}
