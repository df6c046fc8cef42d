// Each packet of a server goes to whom it concerns. Made once by the session, for all its connections.
import { Refusal } from '../protocol/errors.ts';
import type { Mark, ServerKind, ServerPacket, ServerPackets } from '../protocol/packet.ts';
import type { Following } from './following.ts';
import type { Listeners } from './listeners.ts';
import type { LocalStore } from './local-store.ts';
import type { Pinging } from './pinging.ts';
import type { Posting } from './posting.ts';
import type { Requests } from './requests.ts';

export type PacketParts = {
  readonly following: Following;
  readonly posting: Posting;
  readonly pinging: Pinging;
  readonly requests: Requests;
  readonly listeners: Listeners;
  readonly local: () => LocalStore | undefined;
  readonly pong: (n: number) => void;
  readonly presence: (presence: ServerPackets['presence']) => void;
  readonly marks: (marks: readonly Mark[]) => void;
  readonly bye: (reason: ServerPackets['bye']['reason']) => void;
  /** The server is not to be trusted. */
  readonly broken: () => void;
};

type Takers = { readonly [Kind in ServerKind]?: (packet: ServerPackets[Kind]) => void };

/** What to do with each packet behind the greeting; kinds that belong elsewhere are dropped. */
export function packetTaker(parts: PacketParts): (packet: ServerPacket) => void {
  const takers = takersOf(parts);
  const take = <Kind extends ServerKind>(packet: ServerPackets[Kind] & { readonly kind: Kind }) =>
    takers[packet.kind]?.(packet);
  return (packet) => take(packet);
}

function takersOf(parts: PacketParts): Takers {
  const { following, posting, pinging, listeners } = parts;
  return {
    ...answersTo(parts),
    event: ({ event }) => following.takeLive(event),
    page: (page) => following.takePage(page),
    ack: ({ id, seq, at }) => posting.settle(id, seq, at),
    error: (packet) => takeError(packet, parts),
    presence: parts.presence,
    marks: ({ marks }) => {
      if (following.hears(marks)) parts.marks(marks);
    },
    typing: (typing) => {
      if (following.hears([typing])) listeners.tell({ type: 'typing', typing });
    },
    invited: (invited) => {
      if (!following.hears([invited.room])) return;
      if (invited.room.access === 'direct') parts.local()?.joined(invited.room);
      listeners.tell({ type: 'invited', invited });
    },
    ping: ({ n }) => parts.pong(n),
    pong: ({ n }) => pinging.answered(n),
    bye: ({ reason }) => parts.bye(reason),
  };
}

function answersTo({ following, requests, local }: PacketParts): Takers {
  const answer = (packet: ServerPacket & { readonly re: number }) => requests.answer(packet.re, packet);
  return {
    past: answer,
    found: answer,
    rooms: answer,
    person: answer,
    code: answer,
    devices: answer,
    ticket: answer,
    done: answer,
    joined: (packet) => {
      if (following.hears([packet.room])) local()?.joined(packet.room);
      answer(packet);
    },
    roster: (packet) => {
      local()?.met(packet.people);
      answer(packet);
    },
  };
}

function takeError(
  packet: ServerPackets['error'],
  { posting, following, requests, broken }: PacketParts,
): void {
  const refusal = new Refusal(packet.code, packet.message);
  // A server that closes answers nothing more on this connection; what waits is sent again on the next.
  if (packet.code === 'closing') return;
  if (packet.id !== undefined) posting.refuse(packet.id, refusal);
  else if (packet.re === undefined) return;
  else if (following.isSyncing(packet.re)) broken();
  else requests.refuse(packet.re, refusal);
}
