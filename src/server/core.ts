// What all sessions of one server share, and what a handler sees of its session. Made by server.ts; types only, so
// that handlers and session need not know each other.
import type { Limits } from '../protocol/limits.ts';
import type { ClientKind, ClientPackets, ServerPacket, ServerPackets, Sha256 } from '../protocol/packet.ts';
import type { Store } from '../store/open.ts';
import type { Caller } from './caller.ts';
import type { Codes } from './codes.ts';
import type { Follower, Hub } from './hub.ts';
import type { Say } from './log-line.ts';
import type { LogTrouble } from './log-trouble.ts';
import type { LoginFailures } from './login-failures.ts';
import type { Moves } from './moves.ts';
import type { Newest } from './newest.ts';
import type { Presence } from './presence.ts';
import type { Rates } from './rates.ts';
import type { Listed, Sessions } from './sessions.ts';
import type { SyncState } from './sync.ts';
import type { Transfers } from './transfers.ts';
import type { Turns } from './turns.ts';
import type { Typing } from './typing.ts';
import type { NickOf } from './view.ts';

export type Core = {
  readonly store: Store;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly presence: Presence;
  readonly sessions: Sessions;
  readonly typing: Typing;
  readonly newest: Newest;
  readonly codes: Codes;
  readonly rates: Rates;
  readonly moves: Moves;
  /** One search of a member at a time, by whose budget it takes. */
  readonly searches: Turns<string>;
  /** A file is named by a message, or let go of, one after the other. */
  readonly files: Turns<Sha256>;
  readonly transfers: Transfers;
  readonly say: Say;
  readonly now: () => number;
  readonly nickOf: NickOf;
  readonly name: string;
  readonly version: string;
  /** What a new member must bring; absent on an open server. */
  readonly token?: string;
  /** What the local user's own clients bring; it also admits to the role `control`. */
  readonly controlToken?: string;
  readonly uploadBytes: number;
  readonly loginFailures: LoginFailures;
  readonly logTrouble: LogTrouble;
  /** Another server takes this one's place: ends in order. */
  readonly handOver: () => void;
};

/** A logged-in session as its handlers see it. */
export interface Peer extends Follower, Listed {
  readonly caller: Caller;
  /** Where the sync that is under way has come to. */
  sync: SyncState | undefined;
  /** It was told of the member's open invitations. */
  knowsInvitations: boolean;
  reply(packet: ServerPacket): void;
  /** As `reply`. All acks of a commit go out as one, ahead of whatever is sent behind them. */
  acknowledge(ack: Omit<ServerPackets['ack'], 'kind'>): void;
  /** As `reply`; the bytes count against what the member may read. */
  replyRead(packet: ServerPacket): void;
  fail(packet: ClientPackets[ClientKind], error: unknown): void;
  /** Work is under way while further packets are read; a clean end waits until each that began is done. */
  begin(): void;
  done(): void;
  /** The peer said goodbye. */
  quit(reason: 'quit' | 'done'): void;
}

/** Nothing more is read from the session until a promise that a handler gives is settled. */
export type Handler<Kind extends ClientKind> = (
  peer: Peer,
  packet: ClientPackets[Kind],
  core: Core,
) => Promise<void> | void;
