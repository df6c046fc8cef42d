// The server under fault: the built program as a process of its own, on a port and a data folder that it finds again
// after each start. Ended with the test that made it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { ServerAddress } from '../../../src/client/client.ts';
import { program } from '../../helpers/program.ts';

export type ServedOptions = {
  /** Further words behind `serve --open`. */
  readonly args?: readonly string[];
  /** Plain TCP, so that a proxy sees frames. */
  readonly isPlain?: boolean;
  /** A module that the server's process loads first. */
  readonly preload?: string;
};

export type Exit = { readonly code: number | null; readonly signal: string | null };

export class Served {
  readonly dir = mkdtempSync(join(tmpdir(), 'chat-tui-fault-'));
  readonly #options: ServedOptions;
  /** Found before the first start; nobody else asks for it, since the system gives ports in turn. */
  #port = 0;
  #child: ChildProcess | undefined;
  #exit: Promise<Exit> | undefined;
  #pin: string | undefined;
  #said = '';

  private constructor(options: ServedOptions) {
    this.#options = options;
  }

  static async start(options: ServedOptions = {}): Promise<Served> {
    const served = new Served(options);
    onTestFinished(() => served.#dispose());
    await served.start();
    return served;
  }

  get port(): number {
    return this.#port;
  }

  get data(): string {
    return join(this.dir, 'data');
  }

  /** Where clients find it, or a proxy before it. */
  address(port = this.#port): ServerAddress {
    const at = { host: '127.0.0.1', port };
    return this.#pin === undefined ? { ...at, isPlain: true } : { ...at, pin: this.#pin };
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const { args = [], isPlain = false, preload } = this.#options;
    const listen = ['--listen', `127.0.0.1:${this.#port}`, '--dir', this.dir];
    const words = ['serve', '--json', '--open', ...listen, ...(isPlain ? ['--plain-tcp'] : []), ...args];
    const loading = preload === undefined ? [] : ['--import', preload];
    const child = spawn(process.execPath, [...loading, program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: this.dir, USER: 'tester' },
    });
    this.#child = child;
    this.#exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as Exit);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // The end of it says why a start or a stop failed.
      this.#said = `${this.#said}${text}`.slice(-4_000);
    });
    const line = once(createInterface(child.stdout), 'line').then(([text]) => String(text));
    const early = this.#exit.then(({ code, signal }) => {
      throw new Error(`The server ended with ${code ?? signal} before it listened: ${this.#said}`);
    });
    // Later exits are the harness's own doing.
    early.catch(() => undefined);
    this.#pin = (JSON.parse(await Promise.race([line, early])) as { fingerprint?: string }).fingerprint;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends the signal and waits until the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit> {
    this.#child?.kill(signal);
    return (await this.#exit) ?? { code: null, signal: null };
  }

  /** The last it logged. */
  get lastLines(): string {
    return this.#said;
  }

  async #dispose(): Promise<void> {
    this.#child?.kill('SIGCONT');
    await this.end('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
