// devices: the member's own keys, with their newest logins.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { deviceNote } from '../device-note.ts';

export function devices(peer: Peer, { req }: ClientPackets['devices'], core: Core): void {
  const own = core.store.people
    .devicesOf(peer.member)
    .map((device) => deviceNote(core.logins.withSeen(device)));
  peer.replyRead({ kind: 'devices', re: req, devices: own });
}
