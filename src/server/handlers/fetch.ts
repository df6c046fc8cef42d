// fetch: the member wants a file, named by its message or by its digest's beginning. What may be fetched is what may
// be read: the file of a message in a room that the access table opens.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets, FileNote, Seq } from '../../protocol/packet.ts';
import type { StoredEvent } from '../../store/log.ts';
import { demand, roomKind } from '../access.ts';
import type { Core, Peer } from '../core.ts';
import { noSuchFile } from '../transfers.ts';

type Fetch = ClientPackets['fetch'];

export async function fetch(peer: Peer, packet: Fetch, core: Core): Promise<void> {
  const { file, seq } = await find(peer, packet, core);
  const { member, key } = peer.caller;
  const ticket = await core.transfers.fetch({ member, key }, file, seq, packet.offset);
  peer.reply({ kind: 'ticket', re: packet.req, ...ticket });
}

async function find(peer: Peer, packet: Fetch, core: Core): Promise<{ file: FileNote; seq: Seq }> {
  const event = await eventOf(packet, core);
  if (event === undefined) throw noSuchFile();
  const { role, member } = peer.caller;
  demand('fetch', role, roomKind(core.store.people, member, event.room), event.room);
  if (event.body.type !== 'message' || event.body.file === undefined) throw noSuchFile();
  return { file: event.body.file, seq: event.seq };
}

function eventOf({ seq, sha256 }: Fetch, core: Core): Promise<StoredEvent | undefined> {
  if (seq !== undefined) return core.store.log.at(seq);
  if (sha256 !== undefined) return core.store.log.file(sha256, 'all');
  throw new Refusal('malformed', 'A fetch names a message or the beginning of a digest.');
}
