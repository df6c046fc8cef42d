// Where what a member has seen and typed is kept on this machine: a file for each of its devices, below the data folder.
// Named by the key and not by the nick, so that a rename or a server's new key leaves it where it is. The chat opens it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LocalStore } from '../client/local-store.ts';
import type { DeviceKey } from '../net/identity.ts';

/** As many as leave no two keys the same file. */
const nameChars = 22;

export async function loadKept(data: string): Promise<(device: DeviceKey) => LocalStore> {
  const { openLocalStore } = await import('../client/local/open.ts');
  return (device) => openLocalStore({ path: keptPath(data, device) });
}

export function keptPath(data: string, { publicKey }: Pick<DeviceKey, 'publicKey'>): string {
  const name = createHash('sha256').update(publicKey, 'base64url').digest('base64url').slice(0, nameChars);
  return join(data, 'kept', `${name}.db`);
}
