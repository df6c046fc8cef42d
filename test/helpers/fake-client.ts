// A client without a server, for tests of the screen's wiring: it tells what the test says, and remembers what was
// asked of it.
import type {
  Client,
  ClientEvent,
  OutboxEntry,
  PastBounds,
  Saying,
  Status,
} from '../../src/client/client.ts';
import { draftsIn, highlightsIn, ignoredIn } from '../../src/client/words.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, Seq } from '../../src/protocol/packet.ts';
import { postId, room } from './events.ts';

export type FakeClient = Client & {
  tell(event: ClientEvent): void;
  readonly posted: string[];
  /** All that was said, posts too, in order. */
  readonly said: Said[];
  /** Other calls, by name, with what they were given. */
  readonly asked: (readonly unknown[])[];
  /** What a call answers in this test, in place of `not in this test`. */
  answer<Name extends keyof Client>(name: Name, answer: Client[Name]): void;
  readonly closed: string[];
};

export type Said = { readonly room: RoomName; readonly saying: Saying };

/** `history` answers from these events. Questions that change nothing are noted and answered emptily. */
export const fakeClient = (events: readonly AnyEvent[] = []): FakeClient => {
  const listeners = new Set<(event: ClientEvent) => void>();
  const posted: string[] = [];
  const said: Said[] = [];
  const asked: (readonly unknown[])[] = [];
  const closed: string[] = [];
  let status: Status = { is: 'connecting' };
  let outbox: readonly OutboxEntry[] = [];
  const never = (name: string) => (): never => {
    throw new Error(`${name}: not in this test`);
  };
  const noted =
    (name: string) =>
    async (...given: readonly unknown[]): Promise<void> => {
      asked.push([name, ...given]);
    };
  const noting =
    (name: string) =>
    (...given: readonly unknown[]) => {
      asked.push([name, ...given]);
    };
  const say: Client['say'] = async (room, saying) => {
    said.push({ room, saying });
    return { seq: said.length as Seq, at: 0, id: postId(said.length) };
  };
  const client: { -readonly [Name in keyof FakeClient]: FakeClient[Name] } = {
    get status() {
      return status;
    },
    welcome: undefined,
    get outbox() {
      return outbox;
    },
    transfers: [],
    posted,
    said,
    asked,
    closed,
    answer: (name, answer) => {
      client[name] = answer as never;
    },
    tell: (event) => {
      if (event.type === 'status') status = event.status;
      if (event.type === 'outbox') outbox = event.entries;
      for (const listener of listeners) listener(event);
    },
    isKeeping: false,
    kept: () => undefined,
    opened: () => {},
    drafts: draftsIn(undefined, () => {}),
    ignored: ignoredIn(undefined, () => {}),
    highlights: highlightsIn(undefined, () => {}),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: never('ready'),
    post: (room, text, { id: _, ...more } = {}) => {
      posted.push(text);
      return say(room, { kind: 'post', text, ...more });
    },
    say,
    follow: never('follow'),
    retry: noting('retry'),
    drop: noting('drop'),
    history: async (room, bounds) => {
      const page = pageOf(events, bounds);
      return { kind: 'past', re: 1, room, ...page };
    },
    search: async (...given) => {
      asked.push(['search', ...given]);
      return { events: [], more: false };
    },
    mentions: async (...given) => {
      asked.push(['mentions', ...given]);
      return { events: [], more: false };
    },
    markRead: noting('markRead'),
    typing: noting('typing'),
    notify: noted('notify'),
    away: noted('away'),
    rooms: async () => [],
    direct: never('direct'),
    invite: noted('invite'),
    configure: never('configure'),
    whois: never('whois'),
    link: never('link'),
    devices: never('devices'),
    revoke: noted('revoke'),
    join: async () => ({
      kind: 'joined',
      re: 1,
      room: { room, topic: '', members: 1, access: 'public', past: 'whole' },
    }),
    part: never('part'),
    rename: never('rename'),
    who: async () => ({ kind: 'roster', re: 1, online: 1, people: [] }),
    upload: never('upload'),
    download: never('download'),
    cancel: never('cancel'),
    close: async (reason) => {
      closed.push(reason);
    },
  };
  return client;
};

type Page = { readonly events: AnyEvent[]; readonly more: boolean; readonly newer?: boolean };

function pageOf(events: readonly AnyEvent[], { before, after, around, at, limit }: PastBounds): Page {
  if (around !== undefined) return pageFrom(events, ({ seq }) => seq >= around, limit, Math.floor(limit / 2));
  if (at !== undefined) return pageFrom(events, (event) => event.at >= at, limit, 0);
  const within = events.filter(
    ({ seq }) => seq < (before ?? Number.POSITIVE_INFINITY) && seq > (after ?? -1),
  );
  const isOldestFirst = after !== undefined && before === undefined;
  const page = isOldestFirst ? within.slice(0, limit) : within.slice(-limit);
  return { events: page, more: page.length < within.length };
}

/** From the first event that `is` one on, with up to `ahead` of those before it. */
function pageFrom(
  events: readonly AnyEvent[],
  is: (event: AnyEvent) => boolean,
  limit: number,
  ahead: number,
): Page {
  const found = events.findIndex(is);
  const middle = found < 0 ? events.length : found;
  const start = Math.max(0, middle - ahead);
  return {
    events: events.slice(start, start + limit),
    more: start > 0,
    newer: start + limit < events.length,
  };
}
