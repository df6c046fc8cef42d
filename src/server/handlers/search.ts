// search: messages by their words, in all rooms that the asker may read, newest first to hand. One at a time for each
// member, whatever it has open.
import type { ClientPackets, ServerPackets } from '../../protocol/packet.ts';
import type { SearchQuery } from '../../store/search.ts';
import type { Core, Peer } from '../core.ts';
import { foundPage } from '../found.ts';
import { whoseBudget } from '../rates.ts';
import { searchQuery } from '../search-query.ts';

type Search = ClientPackets['search'];
type Page = Omit<ServerPackets['found'], 'kind' | 're'>;

export async function search(peer: Peer, packet: Search, core: Core): Promise<void> {
  const query = await searchQuery(packet, peer.member, core);
  const page = await core.searches.inTurn(whoseBudget(peer.caller), () => find(peer, query, core));
  core.hub.flush();
  peer.replyRead({ kind: 'found', re: packet.req, ...page });
}

/** Looked for again when all of what was found is gone since: an empty page with more behind it leads nowhere. */
const findingsMax = 10;

async function find({ member }: Peer, query: SearchQuery, core: Core): Promise<Page> {
  const { search: index, log } = core.store;
  let bounds = query;
  for (let tries = 1; ; tries += 1) {
    const found = await index.find(bounds);
    const page = foundPage(member, await log.events(found.seqs), core);
    const last = found.seqs.at(-1);
    const isOver = !found.more || last === undefined || tries === findingsMax;
    if (page.events.length > 0 || isOver) {
      return { events: page.events, more: !isOver || found.more || page.isCut, upTo: found.upTo };
    }
    bounds = { ...bounds, before: last };
  }
}
