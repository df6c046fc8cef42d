// join: enters a room, which is made if nobody made it yet. The log's own event moves the member's sessions.
import { Refusal } from '../../protocol/errors.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { appendMove } from '../membership.ts';
import { roomNote } from '../welcome.ts';

export async function join(peer: Peer, { req, room }: ClientPackets['join'], core: Core): Promise<void> {
  const { people } = core.store;
  await core.moves.inTurn(peer.member, async () => {
    if (people.roomsOf(peer.member).includes(room)) return;
    checkCounts(peer, room, core);
    await appendMove(peer, room, 'join', core);
  });
  peer.reply({ kind: 'joined', re: req, room: roomNote(people, room) });
}

function checkCounts(peer: Peer, room: RoomName, { store, limits }: Core): void {
  if (store.people.roomsOf(peer.member).length >= limits.roomsPerMember) {
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
