// Members, devices, nicks, rooms and places in SQLite. Read here and now, for every message asks who its author is;
// written by the writer, so that what resolved is on disk. Made by open.ts, told by log.ts of each event.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { DeviceId, MemberId, type Seq } from '../../protocol/packet.ts';
import { eventHeadBytes, logRefusal } from '../content.ts';
import { toDeviceId, toMemberId, toSeq } from '../ids.ts';
import type { StoredEvent } from '../log.ts';
import type { Device, Level, Member, NickClaim, People, Place, Room } from '../people.ts';
import { type Answer, enrolOrder, type Order, renameOrder } from './batch.ts';
import { Remembered } from './remembered.ts';
import { prepareRoomReadings } from './room-readings.ts';
import type { WriterPort } from './writer-port.ts';

type Known = { readonly device: DeviceId; readonly member: MemberId };

/** Members whose nick and rooms are kept at hand: all who talk at once on a large server, about 1 MiB. */
const membersMax = 4_096;
const roomsMax = 1_024;

export class SqlitePeople implements People {
  readonly #writer: WriterPort;
  readonly #statements: ReturnType<typeof prepareReading>;
  readonly #roomsRead: ReturnType<typeof prepareRoomReadings>;
  readonly #members = new Remembered<MemberId, Member>(membersMax);
  readonly #roomsOf = new Remembered<MemberId, readonly RoomName[]>(membersMax);
  readonly #rooms = new Remembered<RoomName, Room>(roomsMax);

  constructor(writer: WriterPort, reader: DatabaseSync) {
    this.#writer = writer;
    this.#statements = prepareReading(reader);
    this.#roomsRead = prepareRoomReadings(reader);
  }

  device(key: string): Known | undefined {
    return this.#statements.device(key);
  }

  member(id: MemberId): Member | undefined {
    return this.#members.get(id, this.#statements.member);
  }

  holder(skeleton: string, at: number): MemberId | undefined {
    return this.#statements.holder(skeleton, at);
  }

  async enrol(key: string, claim: NickClaim): Promise<Known | 'taken'> {
    const answer = await this.#order(enrolOrder(key, claim));
    if (typeof answer !== 'number' && answer[0] === 'taken') return 'taken';
    if (typeof answer !== 'number' && answer[0] === 'enrolled') {
      return { device: toDeviceId(answer[1]), member: toMemberId(answer[2]) };
    }
    throw refusedBy(answer);
  }

  async rename(member: MemberId, claim: NickClaim): Promise<'done' | 'taken'> {
    const answer = await this.#order(renameOrder(member, claim));
    if (typeof answer !== 'number' && (answer[0] === 'done' || answer[0] === 'taken')) return answer[0];
    throw refusedBy(answer);
  }

  members(after: number, limit: number): readonly Member[] {
    return this.#statements.members(after, limit);
  }

  devicesOf(member: MemberId): readonly Device[] {
    return this.#statements.devicesOf(member);
  }

  async addDevice(
    key: string,
    member: MemberId,
    at: number,
  ): Promise<{ readonly device: DeviceId } | 'taken'> {
    const answer = await this.#order(['add-device', key, member, at]);
    if (typeof answer !== 'number' && answer[0] === 'taken') return 'taken';
    if (typeof answer !== 'number' && answer[0] === 'enrolled') return { device: toDeviceId(answer[1]) };
    throw refusedBy(answer);
  }

  async revoke(device: DeviceId): Promise<void> {
    await this.#done(['revoke', device]);
  }

  seen(device: DeviceId, at: number): void {
    // Of what is lost when the disk refuses it nobody is told: the time of one login.
    this.#done(['seen', device, at]).catch(() => {});
  }

  roomsOf(member: MemberId): readonly RoomName[] {
    return this.#roomsOf.get(member, this.#roomsRead.roomsOf) ?? [];
  }

  room(name: RoomName): Room | undefined {
    return this.#rooms.get(name, this.#roomsRead.room);
  }

  roomCount(): number {
    return this.#roomsRead.roomCount();
  }

  publicRooms(after: string, limit: number): readonly Room[] {
    return this.#roomsRead.publicRooms(after, limit);
  }

  readableFrom(member: MemberId, room: RoomName): Seq | undefined {
    return this.room(room)?.access === 'public' ? toSeq(0) : this.#roomsRead.floor(member, room);
  }

  invitation(member: MemberId, room: RoomName): Seq | undefined {
    return this.#roomsRead.invitation(member, room);
  }

  invitations(member: MemberId): readonly RoomName[] {
    return this.#roomsRead.invitations(member);
  }

  place(member: MemberId, room: RoomName): Place {
    return this.#roomsRead.place(member, room);
  }

  async setRead(member: MemberId, room: RoomName, seq: Seq): Promise<void> {
    await this.#done(['read', member, room, seq]);
  }

  async setLevel(member: MemberId, room: RoomName, level: Level): Promise<void> {
    await this.#done(['level', member, room, level]);
  }

  /** What an event changed of a room and of its members is no longer remembered. */
  forget({ body, member, room }: StoredEvent): void {
    const isMove = body.type === 'join' || body.type === 'part';
    if (isMove) this.#roomsOf.forget(member);
    if (isMove || body.type === 'topic' || body.type === 'room') this.#rooms.forget(room);
  }

  async #done(order: Order): Promise<void> {
    const answer = await this.#order(order);
    if (typeof answer === 'number' || answer[0] !== 'done') throw refusedBy(answer);
  }

  #order(order: Order): Promise<Answer> {
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        // Before anybody hears of the new nick, nobody may still find the former one.
        if (order[0] === 'rename') this.#members.forget(toMemberId(order[1]));
        resolve(answer);
      };
      this.#writer.submit({ bytes: eventHeadBytes, order: () => order, settle });
    });
  }
}

function refusedBy(answer: Answer): Error {
  if (typeof answer !== 'number' && answer[0] === 'refused') return logRefusal(answer[1], answer[2]);
  return logRefusal('log-failed', `an order for people was answered with ${answer}`);
}

const DeviceRow = v.object({ device: DeviceId, member: MemberId });
const MemberRow = v.object({ id: MemberId, nick: v.string(), since: v.number() });
const HolderRow = v.object({ member: MemberId });
const DeviceNoteRow = v.pipe(
  v.object({
    device: DeviceId,
    member: MemberId,
    key: v.string(),
    since: v.number(),
    seen: v.nullable(v.number()),
  }),
  v.transform(({ seen, ...device }): Device => (seen === null ? device : { ...device, seen })),
);

function prepareReading(database: DatabaseSync) {
  const device = database.prepare(
    'SELECT id AS device, member FROM devices WHERE key = ? AND revoked IS NULL',
  );
  const devicesOf = database.prepare(
    `SELECT id AS device, member, key, since, seen FROM devices
     WHERE member = ? AND revoked IS NULL ORDER BY id`,
  );
  const member = database.prepare('SELECT id, nick, since FROM members WHERE id = ?');
  const members = database.prepare('SELECT id, nick, since FROM members WHERE id > ? ORDER BY id LIMIT ?');
  const holder = database.prepare(
    'SELECT member FROM nicks WHERE skeleton = ? AND (until IS NULL OR until > ?)',
  );
  const parseIf = <Schema extends v.GenericSchema>(schema: Schema, row: unknown) =>
    row === undefined ? undefined : v.parse(schema, row);

  return {
    device: (key: string) => parseIf(DeviceRow, device.get(key)),
    member: (id: MemberId) => parseIf(MemberRow, member.get(id)),
    members: (after: number, limit: number) => v.parse(v.array(MemberRow), members.all(after, limit)),
    holder: (skeleton: string, at: number) => parseIf(HolderRow, holder.get(skeleton, at))?.member,
    devicesOf: (id: MemberId) => v.parse(v.array(DeviceNoteRow), devicesOf.all(id)),
  };
}
