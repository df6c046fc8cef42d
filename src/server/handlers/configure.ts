// configure: the owner opens or closes a room, or says what newcomers may read of its past.
import { Refusal } from '../../protocol/errors.ts';
import { defaultRoom } from '../../protocol/limits.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { appendOwn } from '../own-event.ts';
import { roomNote } from '../welcome.ts';

export async function configure(peer: Peer, packet: ClientPackets['configure'], core: Core): Promise<void> {
  const { req, room } = packet;
  const found = core.store.people.room(room);
  if (found === undefined || found.access === 'direct') {
    throw new Refusal('not-allowed', 'This room has nothing to configure.');
  }
  const access = packet.access ?? found.access;
  const past = packet.past ?? found.past;
  if (room === defaultRoom && access === 'private') {
    throw new Refusal('not-allowed', `#${room} is where everybody arrives; it stays public.`);
  }
  if (access !== found.access || past !== found.past) {
    await appendOwn(peer.caller, room, { type: 'room', access, past }, core);
  }
  peer.reply({ kind: 'joined', re: req, room: roomNote(core.store.people, room, peer.member) });
}
