// The chat as plain lines, without Ink: for pipes, dumb terminals, screen readers and `--plain`. Called by
// cli/commands/chat. Lines of a terminal may be commands; a pipe's are text, unless `commands` says otherwise.
import type { Readable, Writable } from 'node:stream';
import type { Client, ClientEvent, OutboxEntry } from '../client/client.ts';
import type { RoomName } from '../protocol/names.ts';
import { isBlank, safeText } from '../text/safe-text.ts';
import type { CommandContext } from './commands/command.ts';
import { commandHelp } from './commands/index.ts';
import { launch } from './commands/launch.ts';
import { runInput } from './commands/run.ts';
import { undone } from './farewell.ts';
import { PlainAround } from './plain-around.ts';
import { readLines } from './plain-input.ts';
import { PlainView } from './plain-view.ts';
import type { ChatEnd } from './state/context.ts';

export type PlainOptions = {
  /** Created and started; it need not be online yet. */
  readonly client: Client;
  readonly room: RoomName;
  readonly input: Readable;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable;
  readonly isInputTty: boolean;
  /** Lines of a pipe may be commands too. */
  readonly commands: boolean;
  /** The folder that received files go to. */
  readonly downloads: string;
  readonly now?: () => number;
};

/** Posts under way before the input is read on: far below the outbox's bound, and enough to fill the line. */
export const postsWaitingMax = 64;

/** A message was refused, by the contract of exit codes. */
const refusedCode = 5;
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof signalCodes;
const signals = Object.keys(signalCodes) as Signal[];

/** Resolves at the input's end when all is acknowledged, on /quit, a signal, a closed output, or the client's end. */
export async function runPlain(options: PlainOptions): Promise<ChatEnd> {
  const chat = new PlainChat(options);
  return chat.run();
}

class PlainChat {
  readonly #options: PlainOptions;
  readonly #view: PlainView;
  readonly #around: PlainAround;
  readonly #end = Promise.withResolvers<ChatEnd>();
  /** Told when the outbox changes. */
  #moved = Promise.withResolvers<void>();
  readonly #reading = new AbortController();
  #isRefused = false;
  #isOver = false;

  constructor(options: PlainOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.#around = new PlainAround({
      client: options.client,
      room: () => this.#view.room,
      notice: (text) => this.#view.notice(text),
      now,
    });
    const isSeen = options.isInputTty && options.output.isTTY === true;
    this.#view = new PlainView({
      client: options.client,
      room: options.room,
      own: isSeen ? 'typed-there' : 'printed',
      print: (line) => this.#write(options.output, line),
      // Who leaves has cut off what was still asked; that is no news.
      warn: (line) => void (this.#isOver || this.#write(options.errors, line)),
      now,
      label: (room) => this.#around.label(room),
    });
  }

  async run(): Promise<ChatEnd> {
    const { client, output, errors } = this.#options;
    const broken = () => this.#over({ why: 'quit', code: 0 });
    const stops = [this.#listen(client), onSignals((signal) => this.#signalled(signal))];
    // Whoever read us has closed the pipe (EPIPE): there is nobody to tell anything, so it ends quietly.
    output.on('error', broken);
    errors.on('error', broken);
    // What the client went through before anybody listened.
    if (client.welcome) this.#tell({ type: 'welcome', welcome: client.welcome, isNewLog: false });
    if (client.status.is === 'ended') this.#clientEnded(client.status.error);
    this.#readAll().catch((error: Error) => this.#over({ why: 'ended', code: 1, message: error.message }));
    const end = await this.#end.promise;
    for (const stop of stops) stop();
    this.#reading.abort();
    await client.close('quit');
    output.off('error', broken);
    return end;
  }

  #tell(event: ClientEvent): void {
    this.#around.tell(event);
    this.#view.tell(event);
  }

  #listen(client: Client): () => void {
    return client.listen((event) => {
      this.#tell(event);
      if (event.type === 'outbox') this.#outbox(event.entries);
      if (event.type === 'status' && event.status.is === 'ended') this.#clientEnded(event.status.error);
    });
  }

  async #readAll(): Promise<void> {
    for await (const line of readLines(this.#options.input, this.#reading.signal)) {
      if (this.#isOver) return;
      if (isBlank(safeText(line))) continue;
      await this.#take(line);
      await this.#until((waiting) => waiting < postsWaitingMax);
    }
    // Who was never let in cannot have done what the input asked for, even where that was nothing.
    await this.#options.client.ready();
    await this.#until((waiting) => waiting === 0);
    this.#over({ why: 'quit', code: this.#isRefused ? refusedCode : 0 });
  }

  /** At a terminal a transfer does not hold up the next line; from a pipe one thing comes after the other. */
  async #take(line: string): Promise<void> {
    const { client, isInputTty, commands } = this.#options;
    if (isInputTty) void runInput(this.#context(), line);
    else if (commands) await runInput(this.#context(), line);
    else client.post(this.#view.room, line).catch((error: Error) => this.#refused(error));
  }

  /** Resolves when as few posts are under way as `isEnough` says, or the chat is over. */
  async #until(isEnough: (waiting: number) => boolean): Promise<void> {
    while (!this.#isOver && !isEnough(this.#options.client.outbox.filter(isUnderWay).length)) {
      await this.#moved.promise;
    }
  }

  /** A refused entry is told once and let go, so that a long input does not fill the outbox with refusals. */
  #outbox(entries: readonly OutboxEntry[]): void {
    const { client } = this.#options;
    for (const entry of entries) {
      if (entry.state !== 'failed') continue;
      this.#refused(entry.error ?? new Error('The message was refused.'));
      client.drop(entry.id);
    }
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  readonly #told = new WeakSet<Error>();

  #refused(error: Error): void {
    this.#isRefused = true;
    if (this.#told.has(error) || this.#isOver) return;
    this.#told.add(error);
    this.#write(this.#options.errors, `not sent: ${safeText(error.message)}`);
  }

  #clientEnded(error: Error | undefined): void {
    if (error) this.#over({ why: 'ended', code: 1, message: error.message, error });
  }

  #signalled(signal: Signal): void {
    this.#over({ why: 'signal', code: signalCodes[signal] });
  }

  #over(end: ChatEnd): void {
    this.#isOver = true;
    this.#moved.resolve();
    this.#end.resolve(end);
  }

  #write(to: Writable, line: string): void {
    if (to.writable) to.write(`${line}\n`);
  }

  #context(): CommandContext {
    const { client, downloads } = this.#options;
    const view = this.#view;
    const around = this.#around;
    return {
      client,
      around,
      talk: view.talk,
      downloads,
      room: () => view.room,
      files: () => view.files,
      notice: (text) => view.notice(text),
      openRoom: (note) => {
        around.addRoom(note);
        view.notice(`Now in ${around.label(note.room)}`);
        void view.open(note.room);
      },
      openKnown: (room) => {
        view.notice(`Now in ${around.label(room)}`);
        void view.open(room);
      },
      closeRoom: (room) => {
        view.notice(`Left ${around.label(room)}. Type /join ROOM to go on elsewhere.`);
        around.closeRoom(room);
      },
      clear: () => view.notice('Plain mode prints lines; there is no screen to clear.'),
      help: () => {
        for (const { words, summary } of commandHelp()) view.notice(`${words}: ${summary}`);
      },
      mouse: () => view.notice('In plain mode the mouse is the terminal’s anyway.'),
      quit: () => void this.#quit(),
      launch,
    };
  }

  /** What was typed before /quit is sent before it; while the server is away, only what a pipe said is waited for. */
  async #quit(): Promise<void> {
    const { client, isInputTty } = this.#options;
    if (!isInputTty || client.status.is === 'online') await this.#until((waiting) => waiting === 0);
    const message = undone(client);
    const code = this.#isRefused ? refusedCode : 0;
    this.#over({ why: 'quit', code, ...(message === undefined ? {} : { message }) });
  }
}

const isUnderWay = (entry: OutboxEntry): boolean => entry.state !== 'failed';

/** Returns the way to undo it. */
function onSignals(react: (signal: Signal) => void): () => void {
  const undo = signals.map((signal) => {
    const listener = () => react(signal);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const off of undo) off();
  };
}
