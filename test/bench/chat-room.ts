// What the rows of the client stand on: a server without limits, people who post to it, and programs in pseudo-terminals.
import type { ChildProcess } from 'node:child_process';
import { type Home, program, type Served } from '../helpers/program.ts';
import { forkBench, told } from './measure.ts';
import type { Burst, PosterPlan } from './poster.ts';
import { RawTerminal } from './raw-terminal.ts';

export const screen = { columns: 120, rows: 40 } as const;
export const prompt = '[#general]';

/** Node, with the words behind it, on a screen of its own. */
export function onScreen(home: Home, words: readonly string[]): RawTerminal {
  return new RawTerminal({ file: process.execPath, args: words, cwd: home.dir, ...screen });
}

/** The chat, which paints before it is online: wait for `prompt`, or for ` online `. */
export function chatOnScreen(home: Home, nick: string): RawTerminal {
  return onScreen(home, [program, '--nick', nick, '--dir', home.dir]);
}

export class ChatRoom {
  readonly served: Served;
  readonly #poster: ChildProcess;

  private constructor(served: Served, poster: ChildProcess) {
    this.served = served;
    this.#poster = poster;
  }

  static async open(home: Home, writers: number): Promise<ChatRoom> {
    const served = await home.serve(['--open', '--no-limits']);
    const plan: PosterPlan = { port: served.port, pin: served.fingerprint, writers };
    const poster = forkBench('poster.ts', plan);
    await told(poster, 'online');
    return new ChatRoom(served, poster);
  }

  /** Begins to post; what it gives resolves when all posts of the burst are acknowledged. */
  post(burst: Burst): Promise<{ readonly posts: number; readonly seconds: number }> {
    this.#poster.send({ begin: burst });
    return told(this.#poster, 'posted');
  }

  /** Posts all of a burst, quickly. */
  async fill(word: string, posts: number): Promise<void> {
    await this.post({ word, posts, perSecond: 1_000 });
  }

  stopPosting(): void {
    this.#poster.send({ end: true });
  }

  [Symbol.dispose](): void {
    this.#poster.kill('SIGKILL');
  }
}
