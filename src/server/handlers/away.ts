// away: the member is there and not there, or back; on all of its devices, until the last of its chats is closed.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

export function away(peer: Peer, { req, is, note = '' }: ClientPackets['away'], core: Core): void {
  core.presence.setAway(peer.member, is ? note : undefined);
  peer.reply({ kind: 'done', re: req });
}
