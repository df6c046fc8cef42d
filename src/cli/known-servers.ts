// The keys of servers that were met or trusted, as ssh keeps known_hosts: one line each, address and fingerprint.
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, makePrivateFolder } from './local/endpoint.ts';

export const knownServersName = 'known-servers';

export type HostPort = { readonly host: string; readonly port: number };

/** The fingerprint that is remembered for this address. */
export async function knownFingerprint(folder: string, address: HostPort): Promise<string | undefined> {
  return (await readKnown(folder)).get(hostPort(address));
}

/** Replaces what was remembered for the address. */
export async function rememberServer(folder: string, address: HostPort, fingerprint: string): Promise<void> {
  const known = await readKnown(folder);
  if (known.get(hostPort(address)) === fingerprint) return;
  known.set(hostPort(address), fingerprint);
  await makePrivateFolder(folder);
  const lines = [...known].map(([where, what]) => `${where} ${what}\n`);
  const next = join(folder, `${knownServersName}.${randomBytes(6).toString('hex')}`);
  await writeFile(next, lines.join(''), { mode: 0o600, flag: 'wx' });
  await rename(next, join(folder, knownServersName));
}

async function readKnown(folder: string): Promise<Map<string, string>> {
  try {
    const lines = (await readFile(join(folder, knownServersName), 'utf8')).split('\n');
    const pairs = lines.flatMap((line): [string, string][] => {
      const [where, what] = line.trim().split(/\s+/);
      return where === undefined || what === undefined ? [] : [[where, what]];
    });
    return new Map(pairs);
  } catch (error) {
    if (isMissing(error)) return new Map();
    // An unreadable list must not pass for an empty one: every changed key would be taken for a first meeting.
    throw new Error(`Cannot read the list of known servers, ${join(folder, knownServersName)}.`, {
      cause: error,
    });
  }
}

/** `host:port`, in lower case, as names of hosts have none. */
export function hostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();
}
