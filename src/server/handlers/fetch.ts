// fetch: the member wants a file, named by its message or by its digest's beginning. What may be fetched is what may
// be read: the file of a message in a room that the member may read, from where on it may.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets, FileNote, MemberId, Seq } from '../../protocol/packet.ts';
import type { StoredEvent } from '../../store/log.ts';
import type { Core, Peer } from '../core.ts';
import { mayRead, readableRooms } from '../room-access.ts';
import { noSuchFile } from '../transfers.ts';

type Fetch = ClientPackets['fetch'];

export async function fetch(peer: Peer, packet: Fetch, core: Core): Promise<void> {
  const { file, seq } = await find(peer, packet, core);
  const { member, key } = peer.caller;
  const ticket = await core.transfers.fetch({ member, key }, file, seq, packet.offset);
  peer.reply({ kind: 'ticket', re: packet.req, ...ticket });
}

async function find(peer: Peer, packet: Fetch, core: Core): Promise<{ file: FileNote; seq: Seq }> {
  const event = await eventOf(peer, packet, core);
  // The answer is the same for what does not exist and for what the member may not know of.
  if (event?.body.type !== 'message' || event.body.file === undefined || event.now?.isDeleted) {
    throw noSuchFile();
  }
  return { file: event.body.file, seq: event.seq };
}

async function eventOf(
  { member }: Peer,
  { seq, sha256 }: Fetch,
  core: Core,
): Promise<StoredEvent | undefined> {
  const { log, people } = core.store;
  if (seq !== undefined) {
    const event = await log.at(seq);
    return event !== undefined && mayRead(people, member, event) ? event : undefined;
  }
  if (sha256 !== undefined) return newestNamed(sha256, member, core);
  throw new Refusal('malformed', 'A fetch names a message or the beginning of a digest.');
}

/** The newest message of these rooms with such a file; where it is hidden, no older one of its room is to be seen. */
async function newestNamed(sha256: string, member: MemberId, core: Core): Promise<StoredEvent | undefined> {
  const rooms = new Set(readableRooms(core.store.people, core.publicRooms, member).keys());
  for (;;) {
    const event = await core.store.log.file(sha256, [...rooms]);
    if (event === undefined || mayRead(core.store.people, member, event)) return event;
    rooms.delete(event.room);
  }
}
