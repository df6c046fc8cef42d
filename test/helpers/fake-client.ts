// A client without a server, for tests of the screen's wiring: it tells what the test says, and remembers what was
// asked of it.
import type { Client, ClientEvent, OutboxEntry, Status } from '../../src/client/client.ts';
import type { AnyEvent, Seq } from '../../src/protocol/packet.ts';
import { postId, room } from './events.ts';

export type FakeClient = Client & {
  tell(event: ClientEvent): void;
  readonly posted: string[];
  readonly closed: string[];
};

const never = (): never => {
  throw new Error('not in this test');
};

/** `history` answers from these events. */
export const fakeClient = (events: readonly AnyEvent[] = []): FakeClient => {
  const listeners = new Set<(event: ClientEvent) => void>();
  const posted: string[] = [];
  const closed: string[] = [];
  let status: Status = { is: 'connecting' };
  let outbox: readonly OutboxEntry[] = [];
  return {
    get status() {
      return status;
    },
    welcome: undefined,
    get outbox() {
      return outbox;
    },
    transfers: [],
    posted,
    closed,
    tell: (event) => {
      if (event.type === 'status') status = event.status;
      if (event.type === 'outbox') outbox = event.entries;
      for (const listener of listeners) listener(event);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: never,
    post: async (_room, text) => {
      posted.push(text);
      return { seq: posted.length as Seq, at: 0, id: postId(posted.length) };
    },
    follow: never,
    retry: never,
    drop: never,
    history: async (_room, { before, after, limit }) => {
      const within = events.filter(
        ({ seq }) => seq < (before ?? Number.POSITIVE_INFINITY) && seq > (after ?? -1),
      );
      const isOldestFirst = after !== undefined && before === undefined;
      const page = isOldestFirst ? within.slice(0, limit) : within.slice(-limit);
      return { kind: 'past', re: 1, room, events: page, more: page.length < within.length };
    },
    join: async () => ({ kind: 'joined', re: 1, room: { room, topic: '', members: 1 } }),
    part: never,
    rename: never,
    who: async () => ({ kind: 'roster', re: 1, online: 1, people: [] }),
    upload: never,
    download: never,
    cancel: never,
    close: async (reason) => {
      closed.push(reason);
    },
  };
};
