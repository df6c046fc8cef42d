// Where a member is in its rooms: read positions, and what is unread behind them. Sync sends them on its last page, and
// a change by one device is told to the member's others.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, ServerPackets } from '../protocol/packet.ts';
import { toSeq } from '../store/ids.ts';
import type { Core, Peer } from './core.ts';
import { readableFrom } from './room-access.ts';

type Mark = ServerPackets['marks']['marks'][number];

/** Counted here and now: what is announced later is not in it. A room without anything unread costs no count. */
export async function markOf(member: MemberId, room: RoomName, core: Core): Promise<Mark> {
  const { people, log } = core.store;
  const { read, level } = people.place(member, room);
  const after = toSeq(Math.max(read, readableFrom(people, member, room) ?? 0));
  const isRead = (await core.newest.of(room)) <= after;
  const most = core.limits.unreadMax;
  const unread = isRead ? 0 : await log.unread(room, member, after, most);
  const mentions = unread === 0 ? 0 : await log.mentionCount(member, room, after, most);
  return { room, read, unread, mentions, level };
}

export async function marksOf(member: MemberId, rooms: readonly RoomName[], core: Core): Promise<Mark[]> {
  const marks: Mark[] = [];
  for (const room of rooms) marks.push(await markOf(member, room, core));
  return marks;
}

/** Tells the member's other chats of a room's mark, if there are any. */
export async function tellMark(peer: Peer, room: RoomName, core: Core): Promise<void> {
  if (core.sessions.hearers(peer.member, peer).length === 0) return;
  const mark = await markOf(peer.member, room, core);
  // What is unread counts on from what these sessions were sent.
  core.hub.flush();
  core.sessions.tell(peer.member, { kind: 'marks', marks: [mark] }, peer);
}
