// edit: the author's own words in place of those of an earlier message. What it may not edit, the log refuses.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import { showsNothing } from '../../text/safe-text.ts';
import type { Core, Peer } from '../core.ts';
import { demandTarget } from '../room-access.ts';
import { say } from '../said.ts';
import { demandFits } from '../text-size.ts';

export function edit(peer: Peer, packet: ClientPackets['edit'], core: Core): void {
  const { room, target, text } = packet;
  demandFits(text);
  if (showsNothing(text)) {
    throw new Refusal('text-empty', 'A message needs text. To take it back, delete it.');
  }
  demandTarget(core.store.people, peer.member, room, target);
  say(peer, packet, { type: 'edit', target, text }, core);
}
