// Entering and leaving a room as events of the log; join and part use it. The id is the server's own: the client may
// ask again as often as it likes, since who is in a room already is not joined to it twice.
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
  await core.store.log.append({ room, member, device, id, body: { type } });
}
