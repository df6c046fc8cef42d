// The endpoint file: how local clients find the server that holds a data folder. The server writes it when it
// listens and takes it away when it ends; clients read it anew at each dial. Mode 0600: it holds the local token.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerAddress } from '../../client/client.ts';

export type Endpoint = {
  /** Where this machine reaches it: a loopback address when it listens on all. */
  readonly host: string;
  readonly port: number;
  /** Absent on plain TCP. */
  readonly fingerprint?: string;
  /** Admits the clients of the user who can read this file. */
  readonly token: string;
  readonly pid: number;
  readonly version: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** `local` came by itself and makes room for a newer program; `serve` stands until its person ends it. */
  readonly kind: 'local' | 'serve';
};

export const endpointName = 'endpoint.json';

/** `undefined` when there is none, or none that can be read: either way a server has to write a new one. */
export async function readEndpoint(folder: string): Promise<Endpoint | undefined> {
  try {
    return parseEndpoint(JSON.parse(await readFile(join(folder, endpointName), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

function parseEndpoint(value: unknown): Endpoint | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { host, port, fingerprint, token, pid, version, startedAt, kind } = value as Partial<Endpoint>;
  const areTexts = [host, token, version].every((text) => typeof text === 'string' && text !== '');
  const areNumbers = [port, pid, startedAt].every((number) => Number.isSafeInteger(number));
  const isPinned = fingerprint === undefined || typeof fingerprint === 'string';
  const isKind = kind === 'local' || kind === 'serve';
  return areTexts && areNumbers && isPinned && isKind ? (value as Endpoint) : undefined;
}

/** Whole or not at all: a reader never sees half of it. */
export async function writeEndpoint(folder: string, endpoint: Endpoint): Promise<void> {
  const next = join(folder, `${endpointName}.${randomBytes(6).toString('hex')}`);
  await writeFile(next, `${JSON.stringify(endpoint)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(next, join(folder, endpointName));
}

export async function removeEndpoint(folder: string): Promise<void> {
  await rm(join(folder, endpointName), { force: true });
}

/**
 * Makes `folder` for this user alone, and what is missing above it. By single steps: where a parent is there and
 * takes no folders (/proc), Node's own `recursive` never ends.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makePrivateFolder(parent);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in the same moment.
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Signal 0 asks and sends nothing. EPERM: alive, and not ours. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** How a client of this user dials it. */
export function addressOf({ host, port, fingerprint, token }: Endpoint): ServerAddress {
  return { host, port, token, ...(fingerprint === undefined ? { isPlain: true } : { pin: fingerprint }) };
}
