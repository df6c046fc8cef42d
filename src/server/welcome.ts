// The first answer: who the server is, who the caller is there, and which rooms it is in. Login ends with it.
import { limits as bounds, protocolVersion } from '../protocol/limits.ts';
import { membersOfDirect, type RoomName } from '../protocol/names.ts';
import type { MemberId, RoomNote, ServerPackets } from '../protocol/packet.ts';
import { toMemberId } from '../store/ids.ts';
import type { People } from '../store/people.ts';
import type { Caller } from './caller.ts';
import type { Core } from './core.ts';

/** Shown for who has no nick: visitors, and members that a damaged store does not know. */
const noNick = '?';

export function welcome(caller: Caller, core: Core): ServerPackets['welcome'] {
  const { log, people } = core.store;
  return {
    kind: 'welcome',
    protocol: protocolVersion,
    features: [],
    server: { name: core.name, version: core.version },
    logId: log.logId,
    tail: log.tail,
    at: core.now(),
    member: caller.member,
    device: caller.device,
    nick: nickIn(people, caller.member),
    rooms: people.roomsOf(caller.member).map((room) => roomNote(people, room, caller.member)),
    uploadBytes: core.uploadBytes,
  };
}

/** As `reader` is told of the room. */
export function roomNote(people: People, room: RoomName, reader: MemberId): RoomNote {
  const { topic = '', members = 0, access = 'public', past = 'whole', owner } = people.room(room) ?? {};
  const other = membersOfDirect(room)?.find((member) => member !== reader);
  const partner = other === undefined ? undefined : toMemberId(other);
  return {
    room,
    topic: topic.slice(0, bounds.topicChars),
    members,
    access,
    past,
    ...(owner === undefined ? {} : { owner }),
    ...(partner === undefined ? {} : { with: { member: partner, nick: nickIn(people, partner) } }),
  };
}

export function nickIn(people: People, member: Caller['member']): string {
  return people.member(member)?.nick ?? noNick;
}
