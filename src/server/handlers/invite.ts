// invite: opens a private room to one more member, who is told and may join it.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { invitedTo } from '../invitations.ts';
import { memberCalled } from '../members.ts';
import { appendOwn } from '../own-event.ts';

export async function invite(peer: Peer, packet: ClientPackets['invite'], core: Core): Promise<void> {
  const { req, room, nick } = packet;
  const guest = memberCalled(nick, core);
  const { people } = core.store;
  if (!people.roomsOf(guest).includes(room)) {
    // An invitation that is open stays as it is, with what it lets the guest read.
    if (people.invitation(guest, room) === undefined) {
      await appendOwn(peer.caller, room, { type: 'invite', guest }, core);
    }
    core.sessions.tell(guest, invitedTo(room, guest, peer.member, core));
  }
  peer.reply({ kind: 'done', re: req });
}
