// A program in a pseudo-terminal of which the bytes are kept and nothing is drawn: an emulator that draws a flood would
// take the core that is measured. What stood on the screen at which byte is asked afterwards, of `replay`.
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type RawProgram = {
  readonly file: string;
  readonly args: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
};

/** When bytes were seen, and how many had come by then. */
export type Seen = { readonly at: number; readonly bytes: number };

type Wanted = { readonly bytes: Buffer; readonly from: number; readonly found: (seen: Seen) => void };

const patienceMs = 30_000;

export class RawTerminal {
  readonly exited: Promise<void>;
  readonly #pty: IPty;
  readonly #program: RawProgram;
  readonly #chunks: { readonly at: number; readonly bytes: Buffer }[] = [];
  #bytes = 0;
  /** The end of what came: what is wanted may be cut between two reads. */
  #tail: Buffer = Buffer.alloc(0);
  #wanted: Wanted | undefined;
  #hasExited = false;

  constructor(program: RawProgram) {
    this.#program = program;
    const { file, args, columns, rows, cwd } = program;
    this.#pty = spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd,
      // null: bytes, whatever the package's types say.
      encoding: null,
      env: { PATH: process.env.PATH ?? '', HOME: cwd, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    });
    this.#pty.onData((data) => this.#take(data as unknown as Buffer));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(() => {
        this.#hasExited = true;
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get bytes(): number {
    return this.#bytes;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Waits until the program has written `text` behind the first `from` bytes. */
  async sees(text: string, from = 0): Promise<Seen> {
    const bytes = Buffer.from(text);
    const came = this.#find(bytes, from);
    if (came !== undefined) return came;
    const { promise, resolve, reject } = Promise.withResolvers<Seen>();
    const missed = async (why: string) => {
      const [screen] = await this.replay([this.#bytes]);
      reject(new Error(`not written: ${text}; ${why}. The screen:\n${screen?.join('\n')}\n`));
    };
    const timer = setTimeout(() => missed(`${patienceMs} ms have passed`), patienceMs);
    this.exited.then(() => missed('the program has ended'));
    this.#wanted = { bytes, from, found: resolve };
    return promise.finally(() => {
      clearTimeout(timer);
      this.#wanted = undefined;
    });
  }

  /** What was written behind the first `from` bytes, with the times it came. */
  written(from: number): readonly { readonly at: number; readonly bytes: Buffer }[] {
    let end = 0;
    return this.#chunks.filter(({ bytes }) => {
      end += bytes.length;
      return end > from;
    });
  }

  /** The rows of the screen as they stood after each of these counts of bytes, which rise. */
  async replay(counts: readonly number[]): Promise<string[][]> {
    const { columns, rows } = this.#program;
    const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const all = Buffer.concat(this.#chunks.map(({ bytes }) => bytes));
    const screens: string[][] = [];
    let from = 0;
    for (const count of counts) {
      await new Promise<void>((resolve) => emulator.write(all.subarray(from, count), resolve));
      from = count;
      const { active } = emulator.buffer;
      screens.push(
        Array.from(
          { length: rows },
          (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
        ),
      );
    }
    emulator.dispose();
    return screens;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasExited) this.#pty.kill('SIGKILL');
    await this.exited;
  }

  #take(bytes: Buffer): void {
    const at = performance.now();
    this.#chunks.push({ at, bytes });
    this.#bytes += bytes.length;
    const { bytes: wanted, from, found } = this.#wanted ?? {};
    if (wanted === undefined || from === undefined) return;
    const around = Buffer.concat([this.#tail, bytes]);
    const first = this.#bytes - around.length;
    if (around.indexOf(wanted, Math.max(0, from - first)) >= 0) found?.({ at, bytes: this.#bytes });
    this.#tail = around.subarray(Math.max(0, around.length - wanted.length + 1));
  }

  #find(wanted: Buffer, from: number): Seen | undefined {
    const all = Buffer.concat(this.#chunks.map(({ bytes }) => bytes));
    this.#tail = all.subarray(Math.max(from, all.length - wanted.length + 1));
    const index = all.indexOf(wanted, from);
    if (index < 0) return undefined;
    let end = 0;
    for (const { at, bytes } of this.#chunks) {
      end += bytes.length;
      if (end >= index + wanted.length) return { at, bytes: end };
    }
    return undefined;
  }
}
