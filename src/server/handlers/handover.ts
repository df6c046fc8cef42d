// handover: a newer server of the same user takes this one's place on the same data.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

export function handover(peer: Peer, { req }: ClientPackets['handover'], core: Core): void {
  peer.reply({ kind: 'done', re: req });
  core.handOver();
}
