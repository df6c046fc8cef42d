// The reference of members, devices and rooms: plain maps. Lives beside memory/log.ts, which tells it of each event.

import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { DeviceId, MemberId } from '../../protocol/packet.ts';
import { toDeviceId, toMemberId } from '../ids.ts';
import type { StoredEvent } from '../log.ts';
import type { Member, NickClaim, People, Room } from '../people.ts';

type Device = { readonly device: DeviceId; readonly member: MemberId };
/** `until`: a former nick, kept that long (Unix milliseconds). */
type Holding = { readonly member: MemberId; readonly until?: number };
type MemberRow = Member & { readonly skeleton: string };

export class MemoryPeople implements People {
  readonly #devices = new Map<string, Device>();
  readonly #members: MemberRow[] = [];
  readonly #nicks = new Map<string, Holding>();
  readonly #rooms = new Map<RoomName, Set<MemberId>>();
  readonly #roomsOf = new Map<MemberId, Set<RoomName>>();

  device(key: string): Device | undefined {
    return this.#devices.get(key);
  }

  member(id: MemberId): Member | undefined {
    const row = this.#members[id - 1];
    return row && { id: row.id, nick: row.nick, since: row.since };
  }

  holder(skeleton: string, at: number): MemberId | undefined {
    const holding = this.#nicks.get(skeleton);
    if (!holding || (holding.until !== undefined && holding.until <= at)) return undefined;
    return holding.member;
  }

  async enrol(key: string, claim: NickClaim): Promise<Device | 'taken'> {
    const known = this.#devices.get(key);
    if (known) return known;
    if (this.holder(claim.skeleton, claim.at) !== undefined) return 'taken';
    const member = toMemberId(this.#members.length + 1);
    const device = { device: toDeviceId(this.#devices.size + 1), member };
    this.#members.push({ id: member, nick: claim.nick, since: claim.at, skeleton: claim.skeleton });
    this.#nicks.set(claim.skeleton, { member });
    this.#devices.set(key, device);
    return device;
  }

  async rename(member: MemberId, claim: NickClaim): Promise<'done' | 'taken'> {
    const row = this.#members[member - 1];
    if (!row) throw new Error(`No member ${member} to rename.`);
    const holder = this.holder(claim.skeleton, claim.at);
    if (holder !== undefined && holder !== member) return 'taken';
    this.#nicks.set(row.skeleton, { member, until: claim.at + limits.nickKeptMs });
    this.#nicks.set(claim.skeleton, { member });
    this.#members[member - 1] = { ...row, nick: claim.nick, skeleton: claim.skeleton };
    return 'done';
  }

  members(after: number, limit: number): readonly Member[] {
    const page = this.#members.slice(after, after + limit);
    return page.map(({ id, nick, since }) => ({ id, nick, since }));
  }

  roomsOf(member: MemberId): readonly RoomName[] {
    return [...(this.#roomsOf.get(member) ?? [])];
  }

  room(name: RoomName): Room | undefined {
    const members = this.#rooms.get(name);
    return members && { room: name, topic: '', members: members.size };
  }

  roomCount(): number {
    return this.#rooms.size;
  }

  /** The projection: the first join of a room makes it, and it stays when the last member parts. */
  project({ body, room, member }: StoredEvent): void {
    if (body.type === 'join') {
      setOf(this.#rooms, room).add(member);
      setOf(this.#roomsOf, member).add(room);
    }
    if (body.type === 'part') {
      this.#rooms.get(room)?.delete(member);
      this.#roomsOf.get(member)?.delete(room);
    }
  }
}

function setOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const found = map.get(key);
  if (found) return found;
  const made = new Set<Value>();
  map.set(key, made);
  return made;
}
