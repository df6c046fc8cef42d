// ping: the client wants to know whether we are there, and how far away.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Peer } from '../core.ts';

export function ping(peer: Peer, { n }: ClientPackets['ping']): void {
  peer.reply({ kind: 'pong', n });
}
