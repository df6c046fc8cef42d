// A server and everything around it in its data folder: the lock, the key, the token, the store, the endpoint file.
// `chat-tui serve` and the local server are both this; they differ in where they listen and when they leave.
import type { LogLine } from '../../server/log-line.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { type FolderLock, lockFolder } from '../../store/lock.ts';
import { openSqliteStore, type Store } from '../../store/open.ts';
import { makePrivateFolder } from '../files.ts';
import { programVersion } from '../program.ts';
import { type Endpoint, readEndpoint, removeEndpoint, writeEndpoint } from './endpoint.ts';
import { makeToken, serverKey, serverToken } from './secrets.ts';

export type HostOptions = {
  readonly folder: string;
  readonly kind: Endpoint['kind'];
  readonly listen: { readonly host: string; readonly port: number };
  /** A taken port is no failure: any free one does. */
  readonly isPortFlexible: boolean;
  readonly name: string;
  readonly isOpen: boolean;
  readonly isPlain: boolean;
  readonly hasNoLimits: boolean;
  readonly idleExitMs?: number;
  /** The largest file that is taken; absent: the protocol's. */
  readonly uploadBytes?: number;
  readonly log: (line: LogLine) => void;
};

export type Host = {
  readonly server: RunningServer;
  readonly address: { readonly host: string; readonly port: number };
  readonly fingerprint?: string;
  /** What the link carries; absent on an open server. */
  readonly token?: string;
  readonly store: Store;
  /** Resolves when everything is closed and the lock is free. */
  readonly ended: RunningServer['ended'];
};

/** `undefined`: another server holds the folder. */
export async function startHost(options: HostOptions): Promise<Host | undefined> {
  await makePrivateFolder(options.folder);
  const lock = await lockFolder(options.folder);
  if (lock === undefined) return undefined;
  try {
    return await startLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(options: HostOptions, lock: FolderLock): Promise<Host> {
  const { folder } = options;
  // What a killed server left behind would send clients to a port that is not ours.
  await removeEndpoint(folder);
  const key = options.isPlain ? undefined : await serverKey(folder);
  const token = options.isOpen ? undefined : await serverToken(folder);
  const controlToken = makeToken();
  const store = await openSqliteStore({ folder, now: Date.now });
  try {
    const server = await listenSomewhere(options, {
      store,
      name: options.name,
      version: programVersion(),
      controlToken,
      log: options.log,
      noLimits: options.hasNoLimits,
      ...(key === undefined ? {} : { key }),
      ...(token === undefined ? {} : { token }),
      ...(options.uploadBytes === undefined ? {} : { uploadBytes: options.uploadBytes }),
      ...(options.idleExitMs === undefined ? {} : { idleExitMs: options.idleExitMs }),
    });
    const address = server.addresses[0] ?? options.listen;
    await writeEndpoint(
      folder,
      endpointOf(options, address, { controlToken, fingerprint: server.fingerprint }),
    );
    return {
      server,
      address,
      store,
      ...(server.fingerprint === undefined ? {} : { fingerprint: server.fingerprint }),
      ...(token === undefined ? {} : { token }),
      ended: afterEnd(server, { folder, lock }),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

type Rest = Omit<Parameters<typeof startServer>[0], 'listen'>;

async function listenSomewhere(options: HostOptions, rest: Rest): Promise<RunningServer> {
  try {
    return await startServer({ ...rest, listen: [options.listen] });
  } catch (error) {
    if (!options.isPortFlexible || !isPortTaken(error)) throw error;
    return startServer({ ...rest, listen: [{ ...options.listen, port: 0 }] });
  }
}

export function isPortTaken(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'EADDRINUSE') return true;
  }
  return false;
}

type Secrets = { readonly controlToken: string; readonly fingerprint: string | undefined };

function endpointOf(options: HostOptions, address: Host['address'], secrets: Secrets): Endpoint {
  return {
    host: reachable(address.host),
    port: address.port,
    ...(secrets.fingerprint === undefined ? {} : { fingerprint: secrets.fingerprint }),
    token: secrets.controlToken,
    pid: process.pid,
    version: programVersion(),
    startedAt: Date.now(),
    kind: options.kind,
  };
}

/** Who listens on all addresses is reached on the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

type Held = { readonly folder: string; readonly lock: FolderLock };

/** The server has closed the store by then: the lock goes last. */
async function afterEnd(server: RunningServer, held: Held): Promise<Awaited<RunningServer['ended']>> {
  const end = await server.ended;
  const endpoint = await readEndpoint(held.folder);
  if (endpoint?.pid === process.pid) await removeEndpoint(held.folder);
  await held.lock.release();
  return end;
}
