// Entering and leaving a room as events of the log; join and part use it.
//
// In a room of many the move is quiet: told to everybody, n people who join would be n² deliveries, and who was away
// would come back to a page of names. It is decided here, once, and kept with the event, so that all readers are told
// of the same moves, live or later.
import type { RoomName } from '../protocol/names.ts';
import type { Core, Peer } from './core.ts';
import { appendOwn } from './own-event.ts';

export async function appendMove(
  peer: Peer,
  room: RoomName,
  type: 'join' | 'part',
  core: Core,
): Promise<void> {
  const members = (core.store.people.room(room)?.members ?? 0) + core.moves.joining(room);
  const isQuiet = members >= core.limits.movesToldMembers;
  const body = isQuiet ? ({ type, isQuiet } as const) : { type };
  const written = () => appendOwn(peer.caller, room, body, core);
  await (type === 'join' ? core.moves.joined(room, written) : written());
}
