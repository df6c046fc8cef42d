// history: a page of one room's past, in either direction, for who scrolls or fills a gap.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { fitPage, toLogEvent } from '../view.ts';
import { nickIn } from '../welcome.ts';

export async function history(peer: Peer, packet: ClientPackets['history'], core: Core): Promise<void> {
  const { req, room, before, after } = packet;
  const { limits, store } = core;
  const take = after !== undefined && before === undefined ? 'oldest' : 'newest';
  const { events, more } = await store.log.page({
    rooms: [room],
    take,
    limit: Math.min(Math.max(packet.limit, 1), limits.pageEvents),
    bytesMax: limits.pageBytes,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
  // What is read here may be on its way to the peer as well: live events are never overtaken.
  core.hub.flush();
  const views = events.map((event) => toLogEvent(event, (member) => nickIn(store.people, member)));
  const fitted = fitPage(views, take, limits.pageBytes);
  peer.replyRead({ kind: 'past', re: req, room, events: [...fitted.events], more: more || fitted.isCut });
}
