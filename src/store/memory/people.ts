// The reference of members and devices: plain maps. Lives beside memory/log.ts, which tells it of each event.

import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { DeviceId, MemberId, Seq } from '../../protocol/packet.ts';
import { logRefusal } from '../content.ts';
import { toDeviceId, toMemberId } from '../ids.ts';
import type { StoredEvent } from '../log.ts';
import type { Device, Level, Member, NickClaim, People, Place, Room } from '../people.ts';
import { MemoryRooms } from './rooms.ts';

type Known = { readonly device: DeviceId; readonly member: MemberId };
type DeviceRow = Device & { readonly isRevoked?: true };
/** `until`: a former nick, kept that long (Unix milliseconds). */
type Holding = { readonly member: MemberId; readonly until?: number };
type MemberRow = Member & { readonly skeleton: string };

export class MemoryPeople implements People {
  /** Device n stands at n - 1. */
  readonly #devices: DeviceRow[] = [];
  readonly #byKey = new Map<string, DeviceId>();
  readonly #members: MemberRow[] = [];
  readonly #nicks = new Map<string, Holding>();
  readonly #rooms = new MemoryRooms();

  device(key: string): Known | undefined {
    const row = this.#deviceOf(key);
    return row && !row.isRevoked ? { device: row.device, member: row.member } : undefined;
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

  async enrol(key: string, claim: NickClaim): Promise<Known | 'taken'> {
    const known = this.#deviceOf(key);
    if (known?.isRevoked) throw logRefusal('not-allowed');
    if (known) return { device: known.device, member: known.member };
    if (this.holder(claim.skeleton, claim.at) !== undefined) return 'taken';
    const member = toMemberId(this.#members.length + 1);
    this.#members.push({ id: member, nick: claim.nick, since: claim.at, skeleton: claim.skeleton });
    this.#nicks.set(claim.skeleton, { member });
    return { device: this.#addDevice(key, member, claim.at), member };
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

  devicesOf(member: MemberId): readonly Device[] {
    return this.#devices.filter((row) => row.member === member && !row.isRevoked);
  }

  async addDevice(key: string, member: MemberId, at: number): Promise<{ device: DeviceId } | 'taken'> {
    return this.#byKey.has(key) ? 'taken' : { device: this.#addDevice(key, member, at) };
  }

  async revoke(device: DeviceId): Promise<void> {
    this.#changeDevice(device, { isRevoked: true });
  }

  seen(device: DeviceId, at: number): void {
    this.#changeDevice(device, { seen: at });
  }

  roomsOf(member: MemberId): readonly RoomName[] {
    return this.#rooms.roomsOf(member);
  }

  room(name: RoomName): Room | undefined {
    return this.#rooms.room(name);
  }

  roomCount(): number {
    return this.#rooms.roomCount();
  }

  publicRooms(after: string, limit: number): readonly Room[] {
    return this.#rooms.publicRooms(after, limit);
  }

  readableFrom(member: MemberId, room: RoomName): Seq | undefined {
    return this.#rooms.readableFrom(member, room);
  }

  invitation(member: MemberId, room: RoomName): Seq | undefined {
    return this.#rooms.invitation(member, room);
  }

  invitations(member: MemberId): readonly RoomName[] {
    return this.#rooms.invitations(member);
  }

  place(member: MemberId, room: RoomName): Place {
    return this.#rooms.place(member, room);
  }

  async setRead(member: MemberId, room: RoomName, seq: Seq): Promise<void> {
    this.#rooms.setRead(member, room, seq);
  }

  async setLevel(member: MemberId, room: RoomName, level: Level): Promise<void> {
    this.#rooms.setLevel(member, room, level);
  }

  /** Rooms follow the log. */
  project(event: StoredEvent): void {
    this.#rooms.project(event);
  }

  #deviceOf(key: string): DeviceRow | undefined {
    const device = this.#byKey.get(key);
    return device === undefined ? undefined : this.#devices[device - 1];
  }

  #addDevice(key: string, member: MemberId, since: number): DeviceId {
    const device = toDeviceId(this.#devices.length + 1);
    this.#devices.push({ device, member, key, since });
    this.#byKey.set(key, device);
    return device;
  }

  #changeDevice(device: DeviceId, change: Partial<DeviceRow>): void {
    const row = this.#devices[device - 1];
    if (row !== undefined) this.#devices[device - 1] = { ...row, ...change };
  }
}
