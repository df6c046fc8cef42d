// Puts together what all sessions of one server share. The server calls it once, when it is made.
import type { Limits } from '../protocol/limits.ts';
import type { MemberId } from '../protocol/packet.ts';
import type { Store } from '../store/open.ts';
import { Codes } from './codes.ts';
import type { Core } from './core.ts';
import { Hub } from './hub.ts';
import type { Say } from './log-line.ts';
import { LogTrouble } from './log-trouble.ts';
import { LoginFailures } from './login-failures.ts';
import { Logins } from './logins.ts';
import { Moves } from './moves.ts';
import { Newest } from './newest.ts';
import { Presence } from './presence.ts';
import { PublicRooms } from './public-rooms.ts';
import { Rates } from './rates.ts';
import { mayKnowOf, readableFrom } from './room-access.ts';
import { Sessions } from './sessions.ts';
import { Transfers } from './transfers.ts';
import { Turns } from './turns.ts';
import { Typing } from './typing.ts';
import { sightOf } from './view.ts';
import { nickIn } from './welcome.ts';

export type CoreOptions = {
  readonly store: Store;
  readonly limits: Limits;
  readonly say: Say;
  readonly now: () => number;
  readonly name: string;
  readonly version: string;
  readonly uploadBytes: number;
  readonly token: string | undefined;
  readonly controlToken: string | undefined;
  readonly handOver: () => void;
  /** Somebody may have missed an event. */
  readonly missed: (cause: unknown) => void;
};

export function makeCore(options: CoreOptions): Core {
  const { store, limits, say, now, name, version, uploadBytes, token, controlToken, handOver } = options;
  const nickOf = (member: MemberId) => nickIn(store.people, member);
  const hub = makeHub(options, nickOf);
  return {
    store,
    limits,
    hub,
    say,
    now,
    nickOf,
    name,
    version,
    uploadBytes,
    handOver,
    presence: makePresence(options, nickOf, hub),
    sessions: new Sessions(),
    typing: new Typing({ limits, now, nickOf, hub }),
    newest: new Newest(store.log),
    publicRooms: new PublicRooms(store.people),
    codes: new Codes(limits, now),
    logins: new Logins(store.people),
    rates: new Rates(limits, now),
    moves: new Moves(),
    searches: new Turns(),
    files: new Turns(),
    transfers: new Transfers({
      blobs: store.blobs,
      limits,
      uploadBytes,
      now,
      say,
      tail: () => store.log.tail,
    }),
    loginFailures: new LoginFailures(limits, now),
    logTrouble: new LogTrouble(say),
    ...(token === undefined ? {} : { token }),
    ...(controlToken === undefined ? {} : { controlToken }),
  };
}

function makeHub({ store, missed }: CoreOptions, nickOf: Core['nickOf']): Hub {
  return new Hub({
    readableFrom: (member, room) => readableFrom(store.people, member, room),
    sight: (hidden) => sightOf(store, nickOf, hidden),
    isMoreComing: () => store.log.waiting > 0,
    failed: missed,
  });
}

function makePresence({ store, limits, now }: CoreOptions, nickOf: Core['nickOf'], hub: Hub): Presence {
  const { people } = store;
  return new Presence({
    limits,
    now,
    nickOf,
    roomsOf: (member, reader) => people.roomsOf(member).filter((room) => mayKnowOf(people, reader, room)),
    signal: (frame) => hub.signal(frame),
  });
}
