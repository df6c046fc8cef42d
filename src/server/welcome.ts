// The first answer: who the server is, who the caller is there, and which rooms it is in. Login ends with it.
import { limits as bounds, protocolVersion } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { RoomNote, ServerPackets } from '../protocol/packet.ts';
import type { People } from '../store/people.ts';
import type { Caller, Core } from './core.ts';

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
    rooms: people.roomsOf(caller.member).map((room) => roomNote(people, room)),
    uploadBytes: core.uploadBytes,
  };
}

export function roomNote(people: People, room: RoomName): RoomNote {
  const found = people.room(room);
  return { room, topic: (found?.topic ?? '').slice(0, bounds.topicChars), members: found?.members ?? 0 };
}

export function nickIn(people: People, member: Caller['member']): string {
  return people.member(member)?.nick ?? noNick;
}
