// Which handler answers which packet: a kind without one does not compile. Only the session dispatches.
import type { ClientKind, ClientPackets } from '../../protocol/packet.ts';
import type { Core, Handler, Peer } from '../core.ts';
import { bye } from './bye.ts';
import { fetch } from './fetch.ts';
import { handover } from './handover.ts';
import { hello } from './hello.ts';
import { history } from './history.ts';
import { join } from './join.ts';
import { nick } from './nick.ts';
import { offer } from './offer.ts';
import { part } from './part.ts';
import { ping } from './ping.ts';
import { pong } from './pong.ts';
import { post } from './post.ts';
import { sync } from './sync.ts';
import { who } from './who.ts';

const handlers: { readonly [Kind in ClientKind]: Handler<Kind> } = {
  hello,
  post,
  sync,
  history,
  join,
  part,
  nick,
  who,
  offer,
  fetch,
  handover,
  ping,
  pong,
  bye,
};

/** `packet` is of `kind`. Throws, or its promise rejects with, a Refusal to answer. */
export function run<Kind extends ClientKind>(
  kind: Kind,
  peer: Peer,
  packet: ClientPackets[Kind],
  core: Core,
): Promise<void> | void {
  return handlers[kind](peer, packet, core);
}
