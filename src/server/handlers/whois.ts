// whois: one member, with its rooms as the asker may know of them, and the keys that speak for it.
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { deviceNote } from '../device-note.ts';
import { memberCalled } from '../members.ts';

export function whois(peer: Peer, { req, nick }: ClientPackets['whois'], core: Core): void {
  const member = memberCalled(nick, core);
  const { people } = core.store;
  const joined = people.member(member)?.since ?? 0;
  // When a key logged in last is its member's own to know.
  const devices = people.devicesOf(member).map(({ seen: _, ...device }) => deviceNote(device));
  const person = core.presence.person(member, peer.member);
  peer.replyRead({ kind: 'person', re: req, person, joined, devices });
}
