// offer: the member wants to send a file; answered with the right to, and with how much of it is here already.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

export async function offer(peer: Peer, packet: ClientPackets['offer'], core: Core): Promise<void> {
  const { req, name, size, sha256 } = packet;
  const { member, key } = peer.caller;
  const ticket = await core.transfers.offer({ member, key }, { name, size, sha256 });
  peer.reply({ kind: 'ticket', re: req, ...ticket });
}
