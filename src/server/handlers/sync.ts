// sync: what the reader missed, a page at a time. The page that reaches the tail attaches the session to the hub in
// the same turn, so that no event falls between the two and none comes twice.
import type { ClientPackets } from '../../protocol/packet.ts';
import { demand, roomKind } from '../access.ts';
import type { Core, Peer } from '../core.ts';
import { beginSync, nextPage, type SyncState } from '../sync.ts';
import { nickIn } from '../welcome.ts';

type Sync = ClientPackets['sync'];

export async function sync(peer: Peer, packet: Sync, core: Core): Promise<void> {
  core.hub.leave(peer);
  const { log, people } = core.store;
  const rooms = [...new Set(packet.rooms ?? people.roomsOf(peer.member))];
  const { role, member } = peer.caller;
  for (const room of rooms) demand('sync', role, roomKind(people, member, room), room);
  const state = going(peer.sync, packet) ?? beginSync(log, byOf(packet), cursorOf(packet, core));
  const nickOf = (id: typeof member) => nickIn(people, id);
  const page = await nextPage(state, rooms, { log, limits: core.limits, nickOf });
  peer.sync = page.more ? state : undefined;
  peer.replyRead({ kind: 'page', re: packet.req, ...page });
  if (!page.more) core.hub.follow(peer, { rooms, by: state.by });
}

/** The sync under way, when the packet asks for its next page. */
function going(state: SyncState | undefined, packet: Sync): SyncState | undefined {
  const isNext = state !== undefined && state.upTo === packet.after && state.by === byOf(packet);
  return isNext ? state : undefined;
}

function byOf(packet: Sync): SyncState['by'] {
  return packet.rooms === undefined ? 'own' : 'asked';
}

function cursorOf({ logId, after }: Sync, core: Core): Sync['after'] {
  return logId === undefined || logId === core.store.log.logId ? after : undefined;
}
