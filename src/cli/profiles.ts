// Who this user is on each server: one file per nick with the device's key, in a folder per server. Files of their
// own, because two terminals may make two profiles in the same moment and neither key may be lost.
import { link, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeviceKey, makeDeviceKey } from '../net/identity.ts';
import { hasCode, makePrivateFolder, readIfThere, writeDraft, writeWhole } from './files.ts';

const lastName = 'last';

export type Profile = { readonly device: DeviceKey; readonly isNew: boolean };

/** The profiles on one server. `serverId`: its fingerprint, so that a key is never used with two servers. */
export class Profiles {
  readonly #folder: string;

  constructor(data: string, serverId: string) {
    this.#folder = join(data, 'profiles', encodeURIComponent(serverId));
  }

  /** The nick used last here. */
  async last(): Promise<string | undefined> {
    const nick = (await readIfThere(join(this.#folder, lastName)))?.trim();
    return nick === '' ? undefined : nick;
  }

  async find(nick: string): Promise<DeviceKey | undefined> {
    const path = this.#path(nick);
    const text = await readIfThere(path);
    return text === undefined ? undefined : parseDevice(text, path);
  }

  /** The profile whose nick is this, or a new one. Two processes that make it at once get the same. */
  async use(nick: string): Promise<Profile> {
    const found = await this.find(nick);
    if (found !== undefined) return { device: found, isNew: false };
    const device = makeDeviceKey();
    if (await this.put(nick, device)) return { device, isNew: true };
    return { device: (await this.find(nick)) ?? device, isNew: false };
  }

  /** False where the nick has a key already: it stays. */
  async put(nick: string, device: DeviceKey): Promise<boolean> {
    await makePrivateFolder(this.#folder);
    // Written whole under another name first: a reader never sees half a key, and link() never replaces one.
    const draft = await writeDraft(this.#folder, `${JSON.stringify({ nick, ...device })}\n`);
    try {
      await link(draft, this.#path(nick));
      return true;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      return false;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** A key that was made the member's by a one-time code. One that was there under the nick is set aside, not lost. */
  async add(nick: string, device: DeviceKey): Promise<void> {
    await makePrivateFolder(this.#folder);
    const path = this.#path(nick);
    const before = await readIfThere(path);
    if (before !== undefined && parseDevice(before, path).publicKey === device.publicKey) return;
    if (before !== undefined) await rename(path, `${path}.before`);
    await writeWhole(path, `${JSON.stringify({ nick, ...device })}\n`);
  }

  /** The server admitted this nick. */
  async used(nick: string): Promise<void> {
    if ((await this.last()) === nick) return;
    await writeWhole(join(this.#folder, lastName), `${nick}\n`);
  }

  /** The member goes by another nick now, and so does its profile. */
  async renamed(from: string, to: string): Promise<void> {
    const text = await readIfThere(this.#path(from));
    if (from === to || text === undefined) return;
    const device = parseDevice(text, this.#path(from));
    await writeWhole(this.#path(to), `${JSON.stringify({ nick: to, ...device })}\n`);
    if (this.#path(from) !== this.#path(to)) await rm(this.#path(from), { force: true });
  }

  /** The server refused the nick, so nobody is known there by this key. */
  async forget(nick: string): Promise<void> {
    await rm(this.#path(nick), { force: true });
  }

  #path(nick: string): string {
    return join(this.#folder, `nick-${encodeURIComponent(nick.normalize('NFKC').toLowerCase())}.json`);
  }
}

export type KeptKey = { readonly server: string; readonly nick: string; readonly device: DeviceKey };

/** All keys of this data folder, by server and nick. */
export async function allKeys(data: string): Promise<KeptKey[]> {
  const keys: KeptKey[] = [];
  for (const folder of await namesIn(join(data, 'profiles'))) {
    for (const name of await namesIn(join(data, 'profiles', folder))) {
      if (!/^nick-.*\.json$/.test(name)) continue;
      const path = join(data, 'profiles', folder, name);
      const text = (await readIfThere(path)) ?? '';
      const device = parseDevice(text, path);
      keys.push({ server: decodeURIComponent(folder), nick: nickIn(text), device });
    }
  }
  return keys;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function nickIn(text: string): string {
  const { nick } = JSON.parse(text) as { readonly nick?: unknown };
  return String(nick);
}

/** What became of a key that is taken back: one that is there is never overwritten. */
export type Restored = 'restored' | 'there already' | 'another is there';

export async function restoreKey(data: string, { server, nick, device }: KeptKey): Promise<Restored> {
  const profiles = new Profiles(data, server);
  if (await profiles.put(nick, device)) {
    if ((await profiles.last()) === undefined) await profiles.used(nick);
    return 'restored';
  }
  const found = await profiles.find(nick);
  return found?.publicKey === device.publicKey ? 'there already' : 'another is there';
}

/** A server's key was accepted in place of another: who one is there goes along, unless one is somebody there already. */
export async function moveProfiles(data: string, from: string, to: string): Promise<void> {
  const folder = (id: string) => join(data, 'profiles', encodeURIComponent(id));
  try {
    await rename(folder(from), folder(to));
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

function parseDevice(text: string, path: string): DeviceKey {
  const damaged = `The key in ${path} is damaged. Restore the file from a backup, or move it away to be somebody new.`;
  try {
    const value: unknown = JSON.parse(text);
    const { publicKey, privateKey } = value as Partial<DeviceKey>;
    if (typeof publicKey === 'string' && typeof privateKey === 'string') return { publicKey, privateKey };
  } catch (cause) {
    throw new Error(damaged, { cause });
  }
  throw new Error(damaged);
}
