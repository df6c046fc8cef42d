// The chat's screen as a person sees it: the App drawn by Ink, through its diff, its cursor and the alternate screen,
// into a terminal without a window. For tests that name what stands where.
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm from '@xterm/headless';
import { render } from 'ink';
import { createElement } from 'react';
import type { RoomName } from '../../src/protocol/names.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { App } from '../../src/ui/app.tsx';
import type { Action } from '../../src/ui/state/actions.ts';
import { firstState } from '../../src/ui/state/first.ts';
import type { State } from '../../src/ui/state/state.ts';
import { makeStore, type Store } from '../../src/ui/state/store.ts';
import { themeFor } from '../../src/ui/theme.ts';

export const room = 'general' as RoomName;

/** A state as at the first frame, at 80x24 without colours unless told else. */
export const stateOf = (change: Partial<State> = {}): State => ({
  ...firstState({
    room,
    nick: 'ada',
    isFirstRun: true,
    isLocal: true,
    serverLabel: safeLine('the local server'),
    theme: themeFor({ NO_COLOR: '1' }),
    columns: 80,
    rows: 24,
  }),
  ...change,
});

/** A terminal for writing into: what Ink needs of a stdout, and what stands on the screen. */
export class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #written: Promise<void> = Promise.resolve();
  /** All bytes that came. */
  raw = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.#terminal.loadAddon(new UnicodeGraphemesAddon());
    this.#terminal.unicode.activeVersion = '15-graphemes';
  }

  write(text: string, done?: () => void): boolean {
    this.raw += text;
    this.#written = new Promise((resolve) => this.#terminal.write(text, resolve));
    void this.#written.then(() => this.emit('write'));
    if (done) queueMicrotask(done);
    return true;
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** The rows of the screen without trailing blanks, once all that was written has been taken in. */
  async lines(): Promise<string[]> {
    await this.#written;
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: this.rows }, (_, row) => active.getLine(active.baseY + row));
    return rows.map((line) => line?.translateToString(true) ?? '');
  }

  /** Of each row what stands in the columns `from` to `to`. */
  async columnsOf(from: number, to: number): Promise<string[]> {
    await this.#written;
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: this.rows }, (_, row) => active.getLine(active.baseY + row));
    return rows.map((line) => line?.translateToString(false, from, to) ?? '');
  }

  /** Waits for a write after which the screen is as wanted. */
  async until(isSo: (lines: readonly string[]) => boolean): Promise<void> {
    while (!isSo(await this.lines())) await once(this, 'write');
  }

  async cursor(): Promise<{ x: number; y: number }> {
    await this.#written;
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { x: cursorX, y: cursorY };
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  modes(): {
    readonly mouse: string;
    readonly focus: boolean;
    readonly paste: boolean;
    readonly wrap: boolean;
  } {
    const { mouseTrackingMode, sendFocusMode, bracketedPasteMode, wraparoundMode } = this.#terminal.modes;
    return {
      mouse: mouseTrackingMode,
      focus: sendFocusMode,
      paste: bracketedPasteMode,
      wrap: wraparoundMode,
    };
  }
}

/** What Ink needs of a stdin. */
export const fakeStdin = (): NodeJS.ReadStream => {
  const stream = new PassThrough();
  const tty = { isTTY: true, isRaw: false, setRawMode: () => stream, ref: () => stream, unref: () => stream };
  return Object.assign(stream, tty) as unknown as NodeJS.ReadStream;
};

export type Screen = {
  readonly store: Store;
  readonly terminal: FakeTerminal;
  /** Applies the actions and waits until they are on the screen. */
  act(...actions: readonly Action[]): Promise<void>;
  lines(): Promise<string[]>;
  close(): Promise<void>;
};

export const openScreen = async (state: State): Promise<Screen> => {
  const terminal = new FakeTerminal(state.columns, state.rows);
  const store = makeStore(state);
  const stdout = terminal as unknown as NodeJS.WriteStream;
  terminal.prependListener('resize', () =>
    store.dispatch({ type: 'size', columns: terminal.columns, rows: terminal.rows }),
  );
  const instance = render(createElement(App, { store }), {
    stdout,
    stdin: fakeStdin(),
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 120,
  });
  const settled = async () => {
    await instance.waitUntilRenderFlush();
  };
  await settled();
  return {
    store,
    terminal,
    act: async (...actions) => {
      for (const action of actions) store.dispatch(action);
      // What comes from the network is drawn at a bounded rate; a key is drawn at once and takes it along.
      store.dispatch({ type: 'tick', at: store.get().now + 1 });
      await settled();
    },
    lines: () => terminal.lines(),
    close: async () => {
      instance.unmount();
      await instance.waitUntilExit();
    },
  };
};
