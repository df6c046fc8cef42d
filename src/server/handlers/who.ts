// who: a page of the roster, by member id. `from` is the last id of the page before.
import type { ClientPackets, MemberId, Person } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

type Who = ClientPackets['who'];
type Page = { readonly people: Person[]; readonly next?: number };

/** Members looked at for one page: bounds the work of one request, also when few of them are in the room. */
const lookedAtMax = 500;

export function who(peer: Peer, packet: Who, core: Core): void {
  const online =
    packet.room === undefined
      ? core.presence.online
      : core.presence.members().filter((member) => isAsked(member, packet, core)).length;
  const ids = packet.all === true ? everybody(packet, core) : core.presence.members().filter(over(packet));
  const page = pageOf(ids, peer.member, packet, core);
  peer.replyRead({ kind: 'roster', re: packet.req, online, ...page });
}

function everybody({ from }: Who, core: Core): MemberId[] {
  return core.store.people.members(from ?? 0, lookedAtMax + 1).map(({ id }) => id);
}

function over({ from = 0 }: Who): (member: MemberId) => boolean {
  return (member) => member > from;
}

function pageOf(ids: readonly MemberId[], reader: MemberId, packet: Who, core: Core): Page {
  const people: Person[] = [];
  let bytes = 0;
  let last = 0;
  for (const [index, member] of ids.entries()) {
    if (index >= lookedAtMax) return { people, next: last };
    const person = isAsked(member, packet, core) ? core.presence.person(member, reader) : undefined;
    bytes += person === undefined ? 0 : Buffer.byteLength(JSON.stringify(person)) + 1;
    if (people.length > 0 && bytes > core.limits.pageBytes) return { people, next: last };
    if (person !== undefined) people.push(person);
    last = member;
  }
  return { people };
}

function isAsked(member: MemberId, { room }: Who, core: Core): boolean {
  return room === undefined || core.store.people.roomsOf(member).includes(room);
}
