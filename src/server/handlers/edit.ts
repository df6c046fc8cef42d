// edit: the author's own words in place of those of an earlier message. What it may not edit, the log refuses.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import { showsNothing } from '../../text/safe-text.ts';
import type { Core, Peer } from '../core.ts';
import { demandTarget } from '../room-access.ts';
import { say } from '../said.ts';
import { demandFits } from '../text-size.ts';

export async function edit(peer: Peer, packet: ClientPackets['edit'], core: Core): Promise<void> {
  const { room, target, text } = packet;
  demandFits(text);
  if (showsNothing(text)) {
    throw new Refusal('text-empty', 'A message needs text. To take it back, delete it.');
  }
  const { people, log } = core.store;
  demandTarget(people, peer.member, room, target);
  const said = await log.at(target);
  if (said?.room === room && said.body.type === 'message' && said.body.file !== undefined) {
    throw new Refusal('no-such-event', 'The message of a file is not edited. Delete it, and send it anew.');
  }
  say(peer, packet, { type: 'edit', target, text }, core);
}
