// part: leaves a room. Leaving where one is not is done already.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { appendMove } from '../membership.ts';

export async function part(peer: Peer, { req, room }: ClientPackets['part'], core: Core): Promise<void> {
  await core.moves.inTurn(peer.member, async () => {
    const isIn = core.store.people.roomsOf(peer.member).includes(room);
    if (isIn) await appendMove(peer, room, 'part', core);
  });
  peer.reply({ kind: 'done', re: req });
}
