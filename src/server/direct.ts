// Direct rooms: one for each pair of members, made by the first of them who opens it. Both are in by quiet joins; who
// parted is brought back by the next message. The direct and the post handlers call.
import { isDirect, membersOfDirect, type RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import { toMemberId } from '../store/ids.ts';
import type { Core, Peer } from './core.ts';
import { invitedTo } from './invitations.ts';
import { appendOwn } from './own-event.ts';

/** Whether somebody must be brought in first. */
export function isOneAway(room: RoomName, core: Core): boolean {
  if (!isDirect(room)) return false;
  const pair = pairOf(room);
  return pair?.some((member) => !isIn(member, room, core)) === true;
}

/** Resolves when both are in. Whom it brings in is told on all chats, but on `peer` itself. */
export async function bringIn(peer: Peer, room: RoomName, core: Core): Promise<void> {
  const pair = pairOf(room);
  if (pair === undefined) return;
  let away: MemberId[] = [];
  await core.moves.inTurnOfBoth(pair, async () => {
    away = pair.filter((member) => !isIn(member, room, core));
    await Promise.all(away.map((member) => joinQuietly(peer, member, room, core)));
  });
  for (const member of away) core.sessions.tell(member, invitedTo(room, member, peer.member, core), peer);
}

/** Direct rooms of the member. */
export function directCount(member: MemberId, core: Core): number {
  return core.store.people.roomsOf(member).filter(isDirect).length;
}

/** By the device that asks, also for the other one: a device of the other's did not. */
async function joinQuietly({ caller }: Peer, member: MemberId, room: RoomName, core: Core): Promise<void> {
  await appendOwn({ member, device: caller.device }, room, { type: 'join', isQuiet: true }, core);
}

function isIn(member: MemberId, room: RoomName, core: Core): boolean {
  return core.store.people.roomsOf(member).includes(room);
}

/** The lower one first. */
function pairOf(room: RoomName): readonly [MemberId, MemberId] | undefined {
  const pair = membersOfDirect(room);
  return pair && [toMemberId(pair[0]), toMemberId(pair[1])];
}
