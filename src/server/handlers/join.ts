// join: enters a room, which is made if nobody made it yet. The log's own event moves the member's sessions.
import { Refusal } from '../../protocol/errors.ts';
import { isDirect, type RoomName } from '../../protocol/names.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { appendMove } from '../membership.ts';
import { demand } from '../room-access.ts';
import { roomNote } from '../welcome.ts';

export async function join(peer: Peer, { req, room }: ClientPackets['join'], core: Core): Promise<void> {
  const { people } = core.store;
  await core.moves.inTurn(peer.member, async () => {
    if (people.roomsOf(peer.member).includes(room)) return;
    // Its invitation may have been used up while it waited for its turn.
    demand('join', peer.caller, room, people);
    checkCounts(peer, room, core);
    await appendMove(peer, room, 'join', core);
  });
  peer.reply({ kind: 'joined', re: req, room: roomNote(people, room, peer.member) });
}

/** Direct rooms count apart: else others could fill a member's list by writing to it. */
function checkCounts(peer: Peer, room: RoomName, { store, limits }: Core): void {
  const own = store.people.roomsOf(peer.member).filter((one) => !isDirect(one));
  if (own.length >= limits.roomsPerMember) {
    const sentence = `You are in ${limits.roomsPerMember} rooms, which is the most; leave one first.`;
    throw new Refusal('too-many', sentence);
  }
  if (store.people.room(room) === undefined && store.people.roomCount() >= limits.rooms) {
    throw new Refusal(
      'too-many',
      `This server has ${limits.rooms} rooms, which is the most; join one of them.`,
    );
  }
}
