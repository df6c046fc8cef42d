// What the store tests build on: temporary data folders, and the two ways to open a store.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { StoredEvent } from '../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type SqliteOptions, type Store } from '../../src/store/open.ts';
import { asSeq } from './events.ts';

export type OpenStore = (options: SqliteOptions) => Promise<Store>;

export const stores: readonly (readonly [name: 'memory' | 'sqlite', open: OpenStore])[] = [
  ['memory', openMemoryStore],
  ['sqlite', openSqliteStore],
];

export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-tui-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a folder of its own, closed and removed when the test ends. */
export async function opened(open: OpenStore, options: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await open({ folder: await makeDataFolder(), ...options });
  onTestFinished(() => store.close());
  return store;
}

/** What was answered until now is announced then. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Everything the store announces from now on. */
export function listen(store: Store): StoredEvent[] {
  const told: StoredEvent[] = [];
  store.log.subscribe((events) => told.push(...events));
  return told;
}

export const roomy = { limit: 1_000, bytesMax: 10_000_000 } as const;

/** The whole room, page by page. */
export async function wholeRoom(store: Store, room: RoomName): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  while (true) {
    const after = events.at(-1)?.seq ?? asSeq(0);
    const page = await store.log.page({ rooms: [room], after, take: 'oldest', ...roomy });
    events.push(...page.events);
    if (!page.more) return events;
  }
}
