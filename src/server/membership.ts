// Entering and leaving a room as events of the log; join and part use it. The id is the server's own: the client may
// ask again as often as it likes, since who is in a room already is not joined to it twice.
//
// In a room of many the move is quiet: told to everybody, n people who join would be n² deliveries, and who was away
// would come back to a page of names. It is decided here, once, and kept with the event, so that all readers are told
// of the same moves, live or later.
import { randomBytes } from 'node:crypto';
import type { RoomName } from '../protocol/names.ts';
import { makePostId } from '../protocol/post-id.ts';
import type { Core, Peer } from './core.ts';

export async function appendMove(
  peer: Peer,
  room: RoomName,
  type: 'join' | 'part',
  core: Core,
): Promise<void> {
  const { member, device } = peer.caller;
  const id = makePostId(core.now(), randomBytes);
  const members = (core.store.people.room(room)?.members ?? 0) + core.moves.joining(room);
  const isQuiet = members >= core.limits.movesToldMembers;
  const body = isQuiet ? ({ type, isQuiet } as const) : { type };
  const written = () => core.store.log.append({ room, member, device, id, body });
  await (type === 'join' ? core.moves.joined(room, written) : written());
}
