// A post that is more than its text: it names a file, answers a message, speaks to somebody, or brings both back into a
// direct room. The post handler hands it over; a plain one it appends itself.
import { Refusal } from '../protocol/errors.ts';
import type { ClientPackets, MemberId } from '../protocol/packet.ts';
import type { EventBody } from '../store/log.ts';
import type { Core, Peer } from './core.ts';
import { bringIn, isOneAway } from './direct.ts';
import { demandTarget } from './room-access.ts';
import { say, sayAndWait } from './said.ts';

type Post = ClientPackets['post'];

export function postMore(
  peer: Peer,
  packet: Post,
  mentions: readonly MemberId[],
  core: Core,
): Promise<void> | void {
  const { room, reply, file } = packet;
  if (reply !== undefined) demandTarget(core.store.people, peer.member, room, reply);
  const body = bodyOf(packet);
  if (file === undefined && !isOneAway(room, core)) return say(peer, packet, body, core, mentions);
  return inOrder(peer, packet, body, mentions, core);
}

async function inOrder(
  peer: Peer,
  packet: Post,
  body: EventBody,
  mentions: readonly MemberId[],
  core: Core,
): Promise<void> {
  await bringIn(peer, packet.room, core);
  const { file } = packet;
  if (file === undefined) {
    await sayAndWait(peer, packet, body, core, mentions);
    return;
  }
  // Nobody lets the file go between the look and the append.
  await core.files.inTurn(file.sha256, async () => {
    if (!(await core.transfers.isStored(peer.member, file))) {
      throw new Refusal('no-such-file', 'The file of this message was not uploaded. Send the file again.');
    }
    await sayAndWait(peer, packet, body, core, mentions);
  });
}

function bodyOf({ text, style, file, reply }: Post): EventBody {
  return {
    type: 'message',
    text,
    ...(style === undefined ? {} : { style }),
    ...(file === undefined ? {} : { file }),
    ...(reply === undefined ? {} : { reply }),
  };
}
