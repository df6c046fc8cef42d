// typing: passed on to who follows the room. Not answered.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

export function typing(peer: Peer, { room }: ClientPackets['typing'], core: Core): void {
  core.typing.tell(peer.member, room);
}
