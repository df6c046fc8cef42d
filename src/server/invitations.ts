// Who is invited where, as the guest is told: when the invitation is made, and at each of its chats' first sync, for it
// may have been away. The invite and the sync handlers call.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, ServerPackets } from '../protocol/packet.ts';
import type { Core, Peer } from './core.ts';
import { roomNote } from './welcome.ts';

export function invitedTo(
  room: RoomName,
  guest: MemberId,
  by: MemberId,
  core: Core,
): ServerPackets['invited'] {
  return { kind: 'invited', room: roomNote(core.store.people, room, guest), by: core.nickOf(by) };
}

/** Tells a chat of the invitations that its member may still take up; once. */
export async function tellInvitations(peer: Peer, core: Core): Promise<void> {
  if (peer.knowsInvitations || !peer.hearsSignals) return;
  peer.knowsInvitations = true;
  const { people, log } = core.store;
  for (const room of people.invitations(peer.member)) {
    const seq = people.invitation(peer.member, room);
    const event = seq === undefined ? undefined : await log.at(seq);
    if (event !== undefined) peer.reply(invitedTo(room, peer.member, event.member, core));
  }
}
