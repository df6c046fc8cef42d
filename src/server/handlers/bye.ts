// bye: the client goes. `quit` is a person's will and told to the others at once.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Peer } from '../core.ts';

export function bye(peer: Peer, { reason }: ClientPackets['bye']): void {
  peer.quit(reason);
}
