// What files are held against: nginx with curl where they are installed, else two bare processes and a pipeline. Each
// does what our two ends do: an upload is hashed before it is sent, because its offer names the digest, and is on the
// disk at its end; a download is hashed and in its file. That the receiver of an upload hashes it is what nginx does not
// do: rows/files.ts, which calls this, holds uploads against it without that and with it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { makeServerKey } from '../../src/net/identity.ts';
import { forkBench, told } from './measure.ts';
import { missing, Nginx, type Wire } from './nginx.ts';
import type { PipePlan } from './pipe.ts';

const mebibyte = 1_048_576;

export type Reference = AsyncDisposable & {
  readonly up: { readonly what: string; readonly run: () => Promise<void> };
  /** What the receiver of an upload has not done yet, absent where it has: its hash. Comes behind each `up`. */
  readonly check?: { readonly what: string; readonly run: () => Promise<void> };
  readonly down: { readonly what: string; readonly run: () => Promise<void> };
  /** Start and end of its client, with no file. */
  readonly idle: () => Promise<void>;
};

/** For the file `from`; everything it writes is below `folder`. */
export async function makeReference(folder: string, wire: Wire, from: string): Promise<Reference> {
  mkdirSync(folder);
  const why = missing();
  if (why === undefined) return nginx(folder, wire, from);
  console.error(`${why}: a bare pipe is the reference`);
  return pipes(folder, wire, from);
}

/**
 * Of the clients that were tried (curl into `tee` into `openssl dgst`, a pipeline of Node's) curl and a hash of the
 * written file behind it is the fastest.
 */
async function nginx(folder: string, wire: Wire, from: string): Promise<Reference> {
  const server = await Nginx.start(folder, wire);
  server.offer(from);
  const to = join(folder, 'down.bin');
  return {
    idle: () => server.idle(),
    up: {
      what: 'hash, curl to nginx, fsync',
      run: async () => {
        await hashed(from);
        await synced(await server.put(from));
      },
    },
    check: {
      what: 'and hash of what is stored',
      run: async () => {
        await hashed(server.stored);
        rmSync(server.stored);
      },
    },
    down: {
      what: 'nginx to curl, hash',
      run: async () => {
        await server.get(to);
        await hashed(to);
        rmSync(to);
      },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function pipes(folder: string, wire: Wire, from: string): Reference {
  const to = join(folder, 'copy.bin');
  return {
    idle: () => piped(wire, '/dev/null', { to, isSynced: false }),
    up: {
      what: 'hash, pipeline that hashes, writes and syncs',
      run: async () => {
        await hashed(from);
        await piped(wire, from, { to, isSynced: true });
      },
    },
    down: {
      what: 'pipeline that hashes and writes',
      run: () => piped(wire, from, { to, isSynced: false }),
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

async function piped(wire: Wire, from: string, plan: PipePlan): Promise<void> {
  const key = wire === 'tls' ? { key: await makeServerKey() } : {};
  const receiver = forkBench('pipe.ts', { ...plan, ...key });
  const at = { port: await told<number>(receiver, 'port'), host: '127.0.0.1' };
  const socket = wire === 'tls' ? connectTls({ ...at, rejectUnauthorized: false }) : connectPlain(at);
  await once(socket, wire === 'tls' ? 'secureConnect' : 'connect');
  const stored = told<string>(receiver, 'stored');
  await pipeline(createReadStream(from, { highWaterMark: mebibyte }), socket);
  await stored;
  rmSync(plan.to);
}

async function hashed(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: mebibyte })) hash.update(chunk as Buffer);
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}
