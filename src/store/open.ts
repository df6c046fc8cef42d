// Which store a server runs on: one function here for each. Called by cli (serve, the local server) and by tests.
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { LogId } from '../protocol/packet.ts';
import type { Blobs } from './blobs.ts';
import { openBlobs } from './files/blobs.ts';
import type { Log } from './log.ts';
import { MemoryLog } from './memory/log.ts';
import { MemoryPeople } from './memory/people.ts';
import type { People } from './people.ts';

/** Everything a server keeps. `close` ends blobs, then the log, last. */
export type Store = {
  readonly log: Log;
  readonly people: People;
  readonly blobs: Blobs;
  close(): Promise<void>;
};

export type StoreOptions = {
  /** The data folder, made when it is not there. The memory store keeps only blobs in it. */
  readonly folder: string;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly random?: (bytes: number) => Uint8Array;
};

/** Nothing but blobs outlives it. For tests and as the reference of the contract. */
export async function openMemoryStore(options: StoreOptions): Promise<Store> {
  const { folder, now = Date.now, random = randomBytes } = options;
  const blobs = await openBlobs(folder);
  const people = new MemoryPeople();
  const logId = makeLogId(random);
  return closing({
    log: new MemoryLog({ logId, now, project: (event) => people.project(event) }),
    people,
    blobs,
  });
}

/** 128 random bits: no two logs have the same. */
export function makeLogId(random: (bytes: number) => Uint8Array): LogId {
  return v.parse(LogId, Buffer.from(random(16)).toString('base64url'));
}

function closing(parts: Omit<Store, 'close'>): Store {
  const close = async () => {
    await parts.blobs.close();
    await parts.log.close();
  };
  return { ...parts, close };
}
