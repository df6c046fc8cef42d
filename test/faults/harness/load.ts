// Writers that always have something on its way: the load under which faults fall. And the harness's only clock.
import { setTimeout as delay } from 'node:timers/promises';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { Chat } from './chat.ts';

export { delay };

export type Load = {
  /** Resolves when everybody has posted the most and has all answers. */
  readonly done: Promise<unknown>;
  /** No further posts; resolves when each has its answer. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  readonly room: RoomName;
  /** Posts that one writer has without an answer, at the most. */
  readonly window: number;
  /** All posts of one writer; endless unless given. */
  readonly most?: number;
  readonly random: () => number;
};

export function load(writers: readonly Chat[], options: LoadOptions): Load {
  const state = { isOver: false };
  const done = Promise.all(writers.map((writer) => keepPosting(writer, options, state)));
  return {
    done,
    stop: async () => {
      state.isOver = true;
      await done;
    },
  };
}

async function keepPosting(
  writer: Chat,
  { room, window, most = Number.POSITIVE_INFINITY, random }: LoadOptions,
  state: { readonly isOver: boolean },
): Promise<void> {
  // A client that was closed, as a failed test does it, answers each post at once, for ever.
  const isOver = () => state.isOver || writer.client.status.is === 'ended';
  for (let n = 0; n < most && !isOver(); n += 1) {
    void writer.post(room, textOf(writer.nick, n, random));
    await writer.until(() => writer.unanswered < window);
  }
  await writer.until(() => writer.unanswered === 0);
}

/** Mostly a line of a chat, now and then a page. */
export function textOf(nick: string, n: number, random: () => number): string {
  const length = random() < 0.03 ? Math.floor(random() * 8_000) : Math.floor(random() * 160);
  return `${nick} says ${n}: ${'ünïcode und so weiter… '.repeat(Math.ceil(length / 22)).slice(0, length)}`;
}

export function answered(writers: readonly Chat[]): number {
  return writers.reduce((sum, { posts, unanswered }) => sum + posts.length - unanswered, 0);
}
