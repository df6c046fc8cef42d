// A local store in a folder of its own, and a client that has one. Closed when the test is over.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openLocalStore } from '../../src/client/local/open.ts';
import type { LocalStore } from '../../src/client/local-store.ts';
import { testFolder } from './test-server.ts';

export type TestStore = { readonly path: string; readonly trouble: string[]; open(): LocalStore };

export type StoreOptions = { readonly bytesMax?: number; readonly now?: () => number };

/** `open` may be called again and again: by the next run, or by another process beside. */
export async function testStore(options: StoreOptions = {}): Promise<TestStore> {
  const path = join(await testFolder(), 'local', 'ada.db');
  const trouble: string[] = [];
  const open = () => {
    const store = openLocalStore({ path, ...options });
    store.hear((sentence) => trouble.push(sentence));
    onTestFinished(() => store.close());
    return store;
  };
  return { path, trouble, open };
}
