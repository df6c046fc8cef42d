// The keys of servers that were met or trusted, as ssh keeps known_hosts: one line each, address and fingerprint.
import { join } from 'node:path';
import { makePrivateFolder, readIfThere, writeWhole } from './files.ts';

const knownServersName = 'known-servers';

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
  await writeWhole(join(folder, knownServersName), lines.join(''));
}

/** Throws for an unreadable list: it must not pass for an empty one, or every changed key were a first meeting. */
async function readKnown(folder: string): Promise<Map<string, string>> {
  const text = (await readIfThere(join(folder, knownServersName))) ?? '';
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const [where, what] = line.trim().split(/\s+/);
    return where === undefined || what === undefined ? [] : [[where, what]];
  });
  return new Map(pairs);
}

/** `host:port`, in lower case, as names of hosts have none. */
export function hostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();
}
