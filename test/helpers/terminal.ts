// A real pseudo-terminal with the built program in it, and an emulator that says what a person would see.
import { once } from 'node:events';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm, { type IBufferCell } from '@xterm/headless';

const built = join(import.meta.dirname, '..', '..', 'bin', 'chat-tui.js');

export type TerminalOptions = {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another copy of the program. */
  readonly program?: string;
  /** Another program altogether, with its words; `args` then say nothing. */
  readonly command?: readonly [file: string, ...words: string[]];
};

/** Modes that a full-screen program sets and has to give back, as the emulator sees them. */
export type Modes = {
  readonly screen: 'normal' | 'alternate';
  readonly cursor: 'shown' | 'hidden';
  readonly mouse: string;
  readonly focus: boolean;
  readonly paste: boolean;
  readonly synchronized: boolean;
};

/** One cell of the screen. Colours: a number of the palette, `#rrggbb`, or absent for the terminal's own. */
export type Cell = {
  readonly chars: string;
  /** Columns: 2 for a wide character, 0 for the cell behind it. */
  readonly width: number;
  readonly fg: number | string | undefined;
  readonly bg: number | string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
};

export class Terminal {
  readonly exited: Promise<number>;
  /** Every byte the program wrote. */
  output = '';
  title = '';
  readonly #pty: IPty;
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  readonly #waiting = new Set<() => void>();
  #cursorShown = true;
  #hasExited = false;

  constructor(options: TerminalOptions) {
    const { columns = 80, rows = 24, env = {}, cwd } = options;
    const [file, ...words] = commandOf(options);
    this.#emulator = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 1_000,
      windowOptions: { pushTitle: true, popTitle: true },
    });
    this.#emulator.onTitleChange((title) => {
      this.title = title;
    });
    this.#emulator.loadAddon(new UnicodeGraphemesAddon());
    this.#emulator.onData((reply) => this.#hasExited || this.#pty.write(reply));
    this.#pty = spawn(file, words, {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: cwd ?? process.cwd(),
      env: { ...cleanEnvironment(), ...env },
    });
    this.#pty.onData((data) => this.#feed(data));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#hasExited = true;
        // Behind all that it wrote: who waits for the end looks at the screen next.
        this.#emulator.write('', () => {
          this.#tell();
          resolve(signal !== undefined && signal > 0 ? 128 + signal : exitCode);
        });
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** What stands on the screen: one string a row, without the blanks at its end. */
  get lines(): string[] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) => {
      return buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '';
    });
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get cells(): Cell[][] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) => {
      const line = buffer.getLine(buffer.baseY + row);
      return Array.from({ length: this.#emulator.cols }, (_, column) => readCell(line?.getCell(column)));
    });
  }

  get cursor(): { readonly row: number; readonly column: number } {
    const { cursorX, cursorY } = this.#emulator.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  get modes(): Modes {
    const { mouseTrackingMode, sendFocusMode, bracketedPasteMode, synchronizedOutputMode } =
      this.#emulator.modes;
    return {
      screen: this.#emulator.buffer.active.type,
      cursor: this.#cursorShown ? 'shown' : 'hidden',
      mouse: mouseTrackingMode,
      focus: sendFocusMode,
      paste: bracketedPasteMode,
      synchronized: synchronizedOutputMode,
    };
  }

  /** Types as a keyboard would: what it says is what the program reads. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Types a line and Enter. */
  enter(line: string): void {
    this.type(`${line}\r`);
  }

  paste(text: string): void {
    this.type(`\x1b[200~${text}\x1b[201~`);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal = 'SIGTERM'): void {
    if (!this.#hasExited) this.#pty.kill(signal);
  }

  /** Closes its window: whoever has the terminal open meets its end. */
  close(): void {
    // Not in its type: closes our end, which is what a window does that is shut.
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  /** Waits until the screen shows `what`; fails with the screen as it is after `patienceMs`. */
  async shows(what: string | RegExp | ((terminal: Terminal) => boolean), patienceMs = 20_000): Promise<void> {
    const holds = () => {
      if (typeof what === 'function') return what(this);
      return typeof what === 'string' ? this.text.includes(what) : what.test(this.text);
    };
    const deadline = AbortSignal.timeout(patienceMs);
    while (!holds()) {
      if (this.#hasExited || deadline.aborted) {
        const why = this.#hasExited ? 'the program has ended' : `${patienceMs} ms have passed`;
        throw new Error(`not shown: ${what}; ${why}. The screen:\n${this.text}\n`);
      }
      await this.#change(deadline);
    }
  }

  /** Ends the program whatever it does, and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
    this.#emulator.dispose();
  }

  #feed(data: string): void {
    this.output += data;
    for (const [, mode] of data.matchAll(/\x1b\[\?25([hl])/g)) this.#cursorShown = mode === 'h';
    this.#emulator.write(data, () => this.#tell());
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #change(deadline: AbortSignal): Promise<void> {
    const changed = new Promise<void>((resolve) => this.#waiting.add(resolve));
    await Promise.race([changed, deadline.aborted ? undefined : once(deadline, 'abort')]);
  }
}

function commandOf({ args = [], program = built, command }: TerminalOptions): readonly [string, ...string[]] {
  return command ?? [process.execPath, program, ...args];
}

function readCell(cell: IBufferCell | undefined): Cell {
  const colour = (value: number, isRgb: boolean, isDefault: boolean) => {
    if (isDefault) return undefined;
    return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
  };
  return {
    chars: cell?.getChars() ?? '',
    width: cell?.getWidth() ?? 1,
    fg: cell && colour(cell.getFgColor(), cell.isFgRGB(), cell.isFgDefault()),
    bg: cell && colour(cell.getBgColor(), cell.isBgRGB(), cell.isBgDefault()),
    isBold: (cell?.isBold() ?? 0) > 0,
    isDim: (cell?.isDim() ?? 0) > 0,
    isInverse: (cell?.isInverse() ?? 0) > 0,
  };
}

/** The tests' own environment without what would change how the program looks or where it keeps things. */
function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'USER', 'SHELL', 'TMPDIR'];
  const pairs = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(pairs), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
}
