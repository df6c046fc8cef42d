// invite: opens a private room to one more member, who is told and may join it.
import { randomBytes } from 'node:crypto';
import type { ClientPackets } from '../../protocol/packet.ts';
import { makePostId } from '../../protocol/post-id.ts';
import type { Core, Peer } from '../core.ts';
import { invitedTo } from '../invitations.ts';
import { memberCalled } from '../members.ts';

export async function invite(peer: Peer, packet: ClientPackets['invite'], core: Core): Promise<void> {
  const { req, room, nick } = packet;
  const guest = memberCalled(nick, core);
  const { people, log } = core.store;
  if (!people.roomsOf(guest).includes(room)) {
    // An invitation that is open stays as it is, with what it lets the guest read.
    if (people.invitation(guest, room) === undefined) {
      const { member, device } = peer.caller;
      const id = makePostId(core.now(), randomBytes);
      await log.append({ room, member, device, id, body: { type: 'invite', guest } });
    }
    core.sessions.tell(guest, invitedTo(room, guest, peer.member, core));
  }
  peer.reply({ kind: 'done', re: req });
}
