// Members, devices, nicks and rooms in SQLite. Read here and now, for every message asks who its author is; written by
// the writer, so that what resolved is on disk. Made by open.ts, told by log.ts of joins and parts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { RoomName } from '../../protocol/names.ts';
import { DeviceId, MemberId } from '../../protocol/packet.ts';
import { eventHeadBytes, logRefusal } from '../content.ts';
import { toDeviceId, toMemberId } from '../ids.ts';
import type { StoredEvent } from '../log.ts';
import type { Member, NickClaim, People, Room } from '../people.ts';
import { type Answer, enrolOrder, type Order, renameOrder } from './batch.ts';
import { Remembered } from './remembered.ts';
import type { WriterPort } from './writer-port.ts';

type Device = { readonly device: DeviceId; readonly member: MemberId };

/** Members whose nick and rooms are kept at hand: all who talk at once on a large server, about 1 MiB. */
const membersMax = 4_096;
const roomsMax = 1_024;

export class SqlitePeople implements People {
  readonly #writer: WriterPort;
  readonly #statements: ReturnType<typeof prepareReading>;
  readonly #members = new Remembered<MemberId, Member>(membersMax);
  readonly #roomsOf = new Remembered<MemberId, readonly RoomName[]>(membersMax);
  readonly #rooms = new Remembered<RoomName, Room>(roomsMax);

  constructor(writer: WriterPort, reader: DatabaseSync) {
    this.#writer = writer;
    this.#statements = prepareReading(reader);
  }

  device(key: string): Device | undefined {
    return this.#statements.device(key);
  }

  member(id: MemberId): Member | undefined {
    return this.#members.get(id, this.#statements.member);
  }

  holder(skeleton: string, at: number): MemberId | undefined {
    return this.#statements.holder(skeleton, at);
  }

  async enrol(key: string, claim: NickClaim): Promise<Device | 'taken'> {
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

  roomsOf(member: MemberId): readonly RoomName[] {
    return this.#roomsOf.get(member, this.#statements.roomsOf) ?? [];
  }

  room(name: RoomName): Room | undefined {
    return this.#rooms.get(name, this.#statements.room);
  }

  roomCount(): number {
    return this.#statements.roomCount();
  }

  /** Joins and parts change what is remembered of the room and of the member. */
  forget({ body, member, room }: StoredEvent): void {
    if (body.type === 'message') return;
    this.#roomsOf.forget(member);
    this.#rooms.forget(room);
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
const RoomRow = v.object({ room: RoomName, topic: v.string(), members: v.number() });
const RoomNameRow = v.object({ room: RoomName });
const CountRow = v.object({ count: v.number() });

function prepareReading(database: DatabaseSync) {
  const device = database.prepare('SELECT id AS device, member FROM devices WHERE key = ?');
  const member = database.prepare('SELECT id, nick, since FROM members WHERE id = ?');
  const members = database.prepare('SELECT id, nick, since FROM members WHERE id > ? ORDER BY id LIMIT ?');
  const holder = database.prepare(
    'SELECT member FROM nicks WHERE skeleton = ? AND (until IS NULL OR until > ?)',
  );
  const roomsOf = database.prepare('SELECT room FROM memberships WHERE member = ? ORDER BY seq');
  const room = database.prepare('SELECT room, topic, members FROM rooms WHERE room = ?');
  const roomCount = database.prepare('SELECT count(*) AS count FROM rooms');
  const parseIf = <Schema extends v.GenericSchema>(schema: Schema, row: unknown) =>
    row === undefined ? undefined : v.parse(schema, row);

  return {
    device: (key: string) => parseIf(DeviceRow, device.get(key)),
    member: (id: MemberId) => parseIf(MemberRow, member.get(id)),
    members: (after: number, limit: number) => v.parse(v.array(MemberRow), members.all(after, limit)),
    holder: (skeleton: string, at: number) => parseIf(HolderRow, holder.get(skeleton, at))?.member,
    roomsOf: (id: MemberId) => v.parse(v.array(RoomNameRow), roomsOf.all(id)).map((row) => row.room),
    room: (name: RoomName) => parseIf(RoomRow, room.get(name)),
    roomCount: () => v.parse(CountRow, roomCount.get()).count,
  };
}
