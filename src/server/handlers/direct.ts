// direct: opens the conversation with another member, which is made if it was never opened.
import { Refusal } from '../../protocol/errors.ts';
import { directRoomOf } from '../../protocol/names.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { bringIn, directCount } from '../direct.ts';
import { memberCalled } from '../members.ts';
import { roomNote } from '../welcome.ts';

export async function direct(peer: Peer, { req, nick }: ClientPackets['direct'], core: Core): Promise<void> {
  const other = memberCalled(nick, core);
  if (other === peer.member) throw new Refusal('not-allowed', 'That is you. Name somebody else.');
  const room = directRoomOf(peer.member, other);
  const { people } = core.store;
  const isOpen = people.roomsOf(peer.member).includes(room);
  // Of the one who asks: nobody can keep another from opening conversations.
  if (!isOpen && directCount(peer.member, core) >= core.limits.roomsPerMember) {
    const sentence = `You are in ${core.limits.roomsPerMember} conversations, which is the most; leave one first.`;
    throw new Refusal('too-many', sentence);
  }
  await bringIn(peer, room, core);
  peer.reply({ kind: 'joined', re: req, room: roomNote(people, room, peer.member) });
}
