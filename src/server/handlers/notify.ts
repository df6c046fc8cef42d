// notify: what of a room calls for the member's attention, on all of its devices.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { tellMark } from '../marks.ts';

export async function notify(peer: Peer, packet: ClientPackets['notify'], core: Core): Promise<void> {
  const { req, room, level } = packet;
  const { people } = core.store;
  if (people.place(peer.member, room).level !== level) {
    await people.setLevel(peer.member, room, level);
    await tellMark(peer, room, core);
  }
  peer.reply({ kind: 'done', re: req });
}
