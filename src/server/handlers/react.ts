// react: an emoji on a message, or none any more. Each member has each emoji once there; saying it twice changes nothing.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import { isEmoji } from '../../text/emoji.ts';
import type { Core, Peer } from '../core.ts';
import { demandTarget } from '../room-access.ts';
import { say } from '../said.ts';

export function react(peer: Peer, packet: ClientPackets['react'], core: Core): void {
  const { room, target, emoji, did } = packet;
  if (!isEmoji(emoji)) {
    throw new Refusal('emoji-invalid', 'A reaction is one emoji. Pick one, or type a code such as :+1:.');
  }
  demandTarget(core.store.people, peer.member, room, target);
  say(peer, packet, { type: 'reaction', target, emoji, did }, core);
}
