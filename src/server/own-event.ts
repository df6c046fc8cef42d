// Events that a member asks for without an id of its own: joins and parts, invitations, settings of a room. The id is the
// server's, and the client may ask again as often as it likes: whoever calls this looks first whether it is done already.
import { randomBytes } from 'node:crypto';
import type { RoomName } from '../protocol/names.ts';
import { makePostId } from '../protocol/post-id.ts';
import type { EventBody } from '../store/log.ts';
import type { Caller } from './caller.ts';
import type { Core } from './core.ts';

/** Resolves when the log has it on disk. */
export async function appendOwn(
  { member, device }: Pick<Caller, 'member' | 'device'>,
  room: RoomName,
  body: EventBody,
  { store, now }: Core,
): Promise<void> {
  await store.log.append({ room, member, device, id: makePostId(now(), randomBytes), body });
}
