// The built program as people and scripts run it, each test in a folder of its own. What a test starts, it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Terminal, type TerminalOptions } from './terminal.ts';

export const program = join(import.meta.dirname, '..', '..', 'bin', 'chat-tui.js');

export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** One user of one machine: a folder for everything below `--dir`, and what this user started. */
export class Home {
  readonly dir = mkdtempSync(join(tmpdir(), 'chat-tui-test-'));
  readonly #children = new Set<ChildProcess>();
  readonly #terminals = new Set<Terminal>();

  /** The chat in a pseudo-terminal of its own. */
  chat(args: readonly string[], options: Omit<TerminalOptions, 'args'> = {}): Terminal {
    return this.terminal({ ...options, args: [...args, '--dir', this.dir] });
  }

  /** A pseudo-terminal with whatever is wanted in it. */
  terminal(options: TerminalOptions): Terminal {
    const terminal = new Terminal(options);
    this.#terminals.add(terminal);
    return terminal;
  }

  /** `env`: beside a bare environment. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> } {
    const child = spawn(process.execPath, [program, ...args, '--dir', this.dir], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: this.dir, USER: 'tester', ...env },
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child as ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> };
  }

  async run(args: readonly string[], input = ''): Promise<Finished> {
    const child = this.start(args);
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    child.stdin?.on('error', () => undefined); // It may leave before it has read all; its exit code says why.
    child.stdin?.end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, ...texts };
  }

  /** `serve --json` until it listens, on any free port unless `args` name one. */
  async serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Served> {
    const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
    const child = this.start(['serve', '--json', ...listen, ...args], env);
    child.stderr?.resume();
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, ...(JSON.parse(line) as Omit<Served, 'child'>) };
  }

  get endpointFile(): string {
    return join(this.dir, 'data', 'endpoint.json');
  }

  get endpoint(): { readonly pid: number; readonly port: number } {
    return JSON.parse(readFileSync(this.endpointFile, 'utf8')) as { pid: number; port: number };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#terminals].map((terminal) => terminal[Symbol.asyncDispose]()));
    for (const child of [...this.#children]) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    if (existsSync(this.endpointFile)) endProcess(this.endpoint.pid);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export type Served = {
  readonly child: ChildProcess;
  readonly port: number;
  readonly link: string;
  readonly fingerprint: string;
};

/** Ends a detached server; it may be gone already. */
export function endProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
