// A real server for a test: port 0, plain TCP unless a key is given, a memory store in a folder of its own.
// What it logs is kept; everything is gone when the test is over.
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LogLine } from '../../src/server/log-line.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/server.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../../src/store/open.ts';
import { WireClient } from './wire-client.ts';

export type TestServer = RunningServer & {
  readonly port: number;
  readonly store: Store;
  readonly folder: string;
  readonly lines: LogLine[];
  /** The first log line of this event, written already or to come. */
  lineOf(event: string): Promise<LogLine>;
  /** A chat that is in #general and follows the tail. */
  enter(nick: string): Promise<WireClient>;
};

export type TestServerOptions = Partial<ServerOptions> & { readonly kind?: 'memory' | 'sqlite' };

export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-tui-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function testServer({ kind, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const folder = await testFolder();
  const store = options.store ?? (await openStore(kind, folder, options.now));
  const lines: LogLine[] = [];
  const written = new EventEmitter();
  const server = await startServer({
    listen: [{ host: '127.0.0.1', port: 0 }],
    name: 'test',
    version: '0.0.0',
    log: (line) => {
      lines.push(line);
      written.emit(line.event, line);
    },
    ...options,
    store,
  });
  onTestFinished(() => server.stop('restart'));
  const port = server.addresses[0]?.port ?? 0;
  const lineOf = async (event: string): Promise<LogLine> =>
    lines.find((line) => line.event === event) ?? (await once(written, event))[0];
  const enter = (nick: string) => WireClient.enter({ port }, nick);
  return { ...server, port, store, folder, lines, lineOf, enter };
}

function openStore(kind: TestServerOptions['kind'], folder: string, now = Date.now): Promise<Store> {
  return kind === 'sqlite' ? openSqliteStore({ folder, now }) : openMemoryStore({ folder, now });
}
