// read: the member has read so far, on whichever device. Positions only rise. Not answered.
import type { ClientPackets } from '../../protocol/packet.ts';
import { toSeq } from '../../store/ids.ts';
import type { Core, Peer } from '../core.ts';
import { tellMark } from '../marks.ts';

export function read(peer: Peer, { room, seq }: ClientPackets['read'], core: Core): void {
  const { people, log } = core.store;
  const upTo = toSeq(Math.min(seq, log.tail));
  if (upTo <= people.place(peer.member, room).read) return;
  // Packets behind it need not wait for the disk.
  peer.begin();
  people
    .setRead(peer.member, room, upTo)
    .then(() => tellMark(peer, room, core))
    .catch((error) => core.say('warn', 'read-not-kept', { member: peer.member, why: String(error) }))
    .finally(() => peer.done());
}
