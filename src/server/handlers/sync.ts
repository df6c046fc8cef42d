// sync: what the reader missed, a page at a time. The page that reaches the tail attaches the session to the hub in
// the same turn, so that no event falls between the two and none comes twice. It also says where the member is in its
// rooms, and to which others it is invited.
import type { ClientPackets, ServerPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { tellInvitations } from '../invitations.ts';
import { marksOf } from '../marks.ts';
import { demand, hiddenIn } from '../room-access.ts';
import { beginSync, nextPage, type SyncState } from '../sync.ts';
import { sightOf } from '../view.ts';

type Sync = ClientPackets['sync'];
type Page = Omit<ServerPackets['page'], 'kind' | 're'>;

export async function sync(peer: Peer, packet: Sync, core: Core): Promise<void> {
  core.hub.leave(peer);
  const { log, people } = core.store;
  const rooms = [...new Set(packet.rooms ?? people.roomsOf(peer.member))];
  for (const room of rooms) demand('sync', peer.caller, room, people);
  const state = going(peer.sync, packet) ?? beginSync(log, byOf(packet), cursorOf(packet, core));
  const hidden = hiddenIn(people, peer.member, rooms);
  const sight = sightOf(core.store, core.nickOf, hidden);
  const page = await nextPage(state, rooms, { log, limits: core.limits, hidden, sight });
  const whole = page.more || state.by === 'asked' ? page : await withMarks(page, peer, core);
  peer.sync = whole.more ? state : undefined;
  peer.replyRead({ kind: 'page', re: packet.req, ...whole });
  if (whole.more) return;
  core.hub.follow(peer, { rooms, by: state.by });
  if (state.by === 'own') await tellInvitations(peer, core);
}

/** Counted as of the page's end; where the log went on meanwhile, the next page is the last. */
async function withMarks(page: Page, { member }: Peer, core: Core): Promise<Page> {
  const { log, people } = core.store;
  const marks = await marksOf(member, people.roomsOf(member), core);
  return log.tail === page.upTo ? { ...page, marks } : { ...page, more: true };
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
