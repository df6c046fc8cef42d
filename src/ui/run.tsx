// Opens the full-screen chat and ends it: wires client, store, keyboard and terminal, paints the first frame before
// the client is online, and gives the terminal back on every way out. Called by cli/commands/chat.

import { render } from 'ink';
import type { Client, Welcome } from '../client/client.ts';
import { errorOf } from '../client/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import { type SafeText, safeLine, safeText } from '../text/safe-text.ts';
import { App, type InkApp } from './app.tsx';
import { startDrafts } from './drafts.ts';
import { undone, untilSent } from './farewell.ts';
import { handleInput } from './input/handle.ts';
import { openInput } from './input/stdin.ts';
import { rememberRoom, showKept } from './kept.ts';
import { startNotify, titleOf } from './notify.ts';
import { startPager } from './pager.ts';
import { startPeople } from './people.ts';
import { startReading } from './reading.ts';
import { startSearch } from './search.ts';
import type { ChatContext, ChatEnd } from './state/context.ts';
import { firstState } from './state/first.ts';
import { makeStore, type Store } from './state/store.ts';
import { answer } from './state/telling.ts';
import { makeLending } from './suspend.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { themeFor } from './theme.ts';

export type { ChatEnd } from './state/context.ts';

export type ChatOptions = {
  /** Created and started; it need not be online yet. */
  readonly client: Client;
  readonly room: RoomName;
  readonly nick: string;
  readonly isFirstRun: boolean;
  readonly serverLabel: SafeText;
  /** The server runs on this machine for this user. */
  readonly isLocal: boolean;
  readonly downloads: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly now?: () => number;
  readonly env?: NodeJS.ProcessEnv;
};

/** How often the clock of the status line moves while a next try is waited for, or somebody types. */
const tickMs = 1_000;
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof signals;

/** Resolves when the user leaves, the client ended for good, or a signal came. Throws what was thrown while drawing. */
export const runChat = async (options: ChatOptions): Promise<ChatEnd> => {
  const { stdin, stdout, client } = options;
  const now = options.now ?? Date.now;
  const env = options.env ?? process.env;
  const store = makeStore(
    firstState({
      ...options,
      theme: themeFor(env),
      ...sizeOf(stdout, env),
      ignored: client.ignored.list,
      highlights: client.highlights.list,
      tellsTyping: env.CHAT_TUI_TYPING !== 'off',
    }),
  );
  showKept(client, store, now());
  const terminal = makeTerminal(stdin, stdout, env);
  const input = openInput(stdin);
  const leave = Promise.withResolvers<ChatEnd>();
  const ink: { app?: InkApp } = {};

  terminal.setTitle(titleOf(store.get()));
  // Before the first frame: Ink asks for it only after that, and until then the terminal would turn an Enter into the
  // line feed that Ctrl-j sends, so that `/quit` typed at once would stand there as two lines.
  input.ink.setRawMode(true);
  // Ink takes the alternate screen first, so that the modes of ours are switched on there.
  const instance = render(<App store={store} onApp={(app) => (ink.app = app)} />, {
    stdin: input.ink,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // Frames are bounded by the store; a key may draw at once.
    maxFps: 500,
  });
  terminal.enter();
  const context = makeContext({ options, store, terminal, ink, end: leave.resolve, now });
  const giveBack = () => terminal.close(() => instance.unmount());
  const stops = [
    input.listen((event) => handleInput(event, context)),
    listenToClient(client, store, leave.resolve, now),
    startPager(client, store),
    rememberRoom(client, store),
    startDrafts(client, store),
    startPeople(client, store),
    startReading(client, store),
    startSearch(client, store),
    startNotify(client, store, { notify: (text) => terminal.notify(text), now }),
    followSize(stdout, env, store),
    store.subscribe(() => terminal.setTitle(titleOf(store.get()))),
    tickWhileNeeded(store, now),
    onProcess(context, giveBack),
  ];
  const stopWatching = watchTerminal({ stdin, stdout }, context, giveBack);
  try {
    return await Promise.race([leave.promise, instance.waitUntilExit().then(() => leave.promise)]);
  } finally {
    for (const stop of stops.toReversed()) stop();
    input.close();
    giveBack();
    await instance.waitUntilExit().catch(ignoreSecond);
    // Last: giving back what is gone fails too, and Ink gives raw mode back a moment later.
    stopWatching();
  }
};

/** What drawing threw has been thrown by the race already. */
const ignoreSecond = () => {};

/** A serial line or a container's terminal tells no size: COLUMNS and LINES do, and 80x24 is what everybody assumes. */
const sizeOf = (stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv) => ({
  columns: stdout.columns || Number.parseInt(env.COLUMNS ?? '', 10) || 80,
  rows: stdout.rows || Number.parseInt(env.LINES ?? '', 10) || 24,
});

const followSize = (stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv, store: Store): (() => void) => {
  const resized = () => store.dispatch({ type: 'size', ...sizeOf(stdout, env) });
  // Before Ink's own listener, which draws: the frame it draws must have the new size.
  stdout.prependListener('resize', resized);
  return () => stdout.off('resize', resized);
};

const listenToClient = (
  client: Client,
  store: Store,
  end: (end: ChatEnd) => void,
  now: () => number,
): (() => void) => {
  const arrived = (welcome: Welcome) => {
    const { room } = store.get();
    if (!welcome.rooms.some((note) => note.room === room)) void enter(client, store, now);
  };
  const stop = client.listen((event) => {
    store.dispatch({ type: 'client', at: now(), event });
    if (event.type === 'welcome') arrived(event.welcome);
    if (event.type === 'status' && event.status.is === 'ended' && event.status.error)
      end(endedBy(event.status.error));
  });
  catchUp(client, store, now());
  if (client.welcome) arrived(client.welcome);
  if (client.status.is === 'ended' && client.status.error) end(endedBy(client.status.error));
  return stop;
};

/** Joins the open room: the first time on a server one is in none. */
const enter = async (client: Client, store: Store, now: () => number): Promise<void> => {
  const { room } = store.get();
  try {
    store.dispatch({ type: 'joined', note: (await client.join(room)).room });
  } catch (error) {
    const why = errorOf(error).message;
    const text = safeText(`#${room} was not entered: ${why}`);
    store.dispatch({ type: 'notice', at: now(), text, tone: 'error' });
  }
};

const endedBy = (error: Error): ChatEnd => ({ why: 'ended', code: 1, message: error.message, error });

/** What the client went through before the screen listened. */
const catchUp = (client: Client, store: Store, at: number): void => {
  const { welcome, outbox, transfers, status } = client;
  if (welcome) store.dispatch({ type: 'client', at, event: { type: 'welcome', welcome, isNewLog: false } });
  store.dispatch({ type: 'client', at, event: { type: 'status', status } });
  if (outbox.length) store.dispatch({ type: 'client', at, event: { type: 'outbox', entries: outbox } });
  for (const transfer of transfers)
    store.dispatch({ type: 'client', at, event: { type: 'transfer', transfer } });
};

const tickWhileNeeded = (store: Store, now: () => number): (() => void) => {
  const timer = setInterval(() => {
    const { status, typing } = store.get();
    if (status.is === 'waiting' || typing.size > 0) store.dispatch({ type: 'tick', at: now() });
  }, tickMs);
  return () => clearInterval(timer);
};

type Wiring = {
  readonly options: ChatOptions;
  readonly store: Store;
  readonly terminal: Terminal;
  readonly ink: { readonly app?: InkApp };
  readonly end: (end: ChatEnd) => void;
  readonly now: () => number;
};

const makeContext = ({ options, store, terminal, ink, end, now }: Wiring): ChatContext => {
  const { client, downloads } = options;
  let isLeaving = false;
  const lending = makeLending(() => ({ app: ink.app, terminal, isLeaving: () => isLeaving }));
  const notice: ChatContext['notice'] = (text, tone = 'info') => answer(store, now(), text, tone);
  const notLent = (error: unknown) => notice(`The terminal could not be handed over: ${error}`, 'error');
  return {
    client,
    store,
    downloads,
    now,
    notice,
    room: () => store.get().room,
    scroll: (step) => store.dispatch({ type: 'scroll', step }),
    quit: (how = { why: 'quit', code: 0 }) => {
      const isAgain = isLeaving;
      isLeaving = true;
      const over = () => {
        end(withUndone(client, how));
        // Whoever made the client waits for its end and hears how that went.
        client.close('quit').catch(ignore);
      };
      // Who leaves twice does not want to wait, and there is nobody to tell where no server is.
      if (isAgain || client.status.is !== 'online') {
        over();
        return;
      }
      store.dispatch({ type: 'hint', text: safeLine('leaving … (once more: at once)') });
      void untilSent(client).then(over);
    },
    redraw: () => void lending.redraw().catch(notLent),
    suspend: () => void lending.suspend().catch(notLent),
    setMouse: (to) => terminal.setMouse(to),
    copy: (text) => terminal.copy(text),
  };
};

const ignore = () => {};

const withUndone = (client: Client, how: ChatEnd): ChatEnd => {
  const message = undone(client);
  return message === undefined ? how : { ...how, message };
};

/** Signals end the chat in order; a crash gives the terminal back before Node prints it. */
const onProcess = (context: ChatContext, giveBack: () => void): (() => void) => {
  const onSignal = (signal: NodeJS.Signals) =>
    context.quit({ why: 'signal', code: signals[signal as Signal] });
  const onStop = () => context.suspend();
  for (const signal of Object.keys(signals)) process.on(signal, onSignal);
  process.on('SIGTSTP', onStop);
  process.on('uncaughtExceptionMonitor', giveBack);
  process.on('exit', giveBack);
  return () => {
    for (const signal of Object.keys(signals)) process.off(signal, onSignal);
    process.off('SIGTSTP', onStop);
    process.off('uncaughtExceptionMonitor', giveBack);
    process.off('exit', giveBack);
  };
};

type Ends = Pick<ChatOptions, 'stdin' | 'stdout'>;

/** A window that was closed shows as SIGHUP, as the end of the keys, or as an error of either direction (EIO). */
const watchTerminal = ({ stdin, stdout }: Ends, context: ChatContext, giveBack: () => void): (() => void) => {
  const gone = () => context.quit({ why: 'signal', code: signals.SIGHUP });
  // Before main's listener, which ends the program with a sentence: that is for the shell's screen.
  const broken = (error: NodeJS.ErrnoException) => (error.code === 'EIO' ? gone() : giveBack());
  stdin.on('error', gone);
  stdin.on('end', gone);
  stdout.prependListener('error', broken);
  return () => {
    stdin.off('error', gone);
    stdin.off('end', gone);
    stdout.off('error', broken);
  };
};
