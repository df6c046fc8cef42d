// The endpoint file: how local clients find the server that holds a data folder. The server writes it when it
// listens and takes it away when it ends; clients read it anew at each dial. Mode 0600: it holds the local token.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAddress } from '../../client/client.ts';
import { hasCode, readIfThere, writeWhole } from '../files.ts';

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

const endpointName = 'endpoint.json';

/** `undefined` when there is none, or none that can be read: either way a server has to write a new one. */
export async function readEndpoint(folder: string): Promise<Endpoint | undefined> {
  const text = await readIfThere(join(folder, endpointName));
  if (text === undefined) return undefined;
  try {
    return parseEndpoint(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
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

export async function writeEndpoint(folder: string, endpoint: Endpoint): Promise<void> {
  await writeWhole(join(folder, endpointName), `${JSON.stringify(endpoint)}\n`);
}

export async function removeEndpoint(folder: string): Promise<void> {
  await rm(join(folder, endpointName), { force: true });
}

/** Signal 0 asks and sends nothing. EPERM: alive, and not ours. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** How a client of this user dials it. */
export function addressOf({ host, port, fingerprint, token }: Endpoint): ServerAddress {
  return { host, port, token, ...(fingerprint === undefined ? { isPlain: true } : { pin: fingerprint }) };
}
