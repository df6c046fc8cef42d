// mentions: messages that speak to the member, in the rooms that it is in, newest first to hand.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { foundPage } from '../found.ts';
import { steadily } from '../past.ts';
import { hiddenIn } from '../room-access.ts';

type Mentions = ClientPackets['mentions'];

export async function mentions(peer: Peer, packet: Mentions, core: Core): Promise<void> {
  const page = await steadily(core, () => pageOf(peer, packet, core));
  core.hub.flush();
  peer.replyRead({ kind: 'found', re: packet.req, ...page });
}

async function pageOf({ member }: Peer, { before, limit }: Mentions, core: Core) {
  const { people, log } = core.store;
  const rooms = people.roomsOf(member);
  const found = await log.mentions(member, {
    rooms,
    hidden: hiddenIn(people, member, rooms),
    limit: Math.min(Math.max(limit, 1), core.limits.foundEvents),
    bytesMax: core.limits.pageBytes,
    ...(before === undefined ? {} : { before }),
  });
  const page = foundPage(member, found.events, core);
  return { events: page.events, more: found.more || page.isCut, upTo: log.tail };
}
