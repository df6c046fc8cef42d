// Which handler answers which packet: a kind without one does not compile. Only the session dispatches.
import type { ClientKind, ClientPackets } from '../../protocol/packet.ts';
import type { Core, Handler, Peer } from '../core.ts';
import { away } from './away.ts';
import { bye } from './bye.ts';
import { configure } from './configure.ts';
import { deleteMessage } from './delete.ts';
import { devices } from './devices.ts';
import { direct } from './direct.ts';
import { edit } from './edit.ts';
import { fetch } from './fetch.ts';
import { handover } from './handover.ts';
import { hello } from './hello.ts';
import { history } from './history.ts';
import { invite } from './invite.ts';
import { join } from './join.ts';
import { link } from './link.ts';
import { mentions } from './mentions.ts';
import { nick } from './nick.ts';
import { notify } from './notify.ts';
import { offer } from './offer.ts';
import { part } from './part.ts';
import { ping } from './ping.ts';
import { pong } from './pong.ts';
import { post } from './post.ts';
import { react } from './react.ts';
import { read } from './read.ts';
import { revoke } from './revoke.ts';
import { rooms } from './rooms.ts';
import { search } from './search.ts';
import { sync } from './sync.ts';
import { topic } from './topic.ts';
import { typing } from './typing.ts';
import { who } from './who.ts';
import { whois } from './whois.ts';

const handlers: { readonly [Kind in ClientKind]: Handler<Kind> } = {
  hello,
  post,
  edit,
  delete: deleteMessage,
  react,
  topic,
  sync,
  history,
  mentions,
  search,
  read,
  notify,
  typing,
  away,
  rooms,
  direct,
  invite,
  configure,
  whois,
  link,
  devices,
  revoke,
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
