// The orders of the writer, each in the transaction that is open: what it reads and writes, and its answer.
// Runs in the worker thread; called by writer.ts.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import type { LogRefusal } from '../content.ts';
import type { Answer, AppendOrder, EnrolOrder, Order, RenameOrder } from './batch.ts';
import { prepareSay, wholeOrders } from './say.ts';

const FirstRow = v.object({
  seq: v.number(),
  room: v.string(),
  member: v.number(),
  at: v.number(),
  type: v.string(),
  text: v.nullable(v.string()),
  style: v.nullable(v.string()),
  file_name: v.nullable(v.string()),
  file_size: v.nullable(v.number()),
  sha256: v.nullable(v.string()),
});
const DeviceRow = v.object({ id: v.number(), member: v.number() });
const HolderRow = v.object({ member: v.number() });
const SkeletonRow = v.object({ skeleton: v.string() });

export type Orders = {
  /** Carries out the order within the open transaction. Its answers: one, and for `say` one for each text. */
  carryOut(order: Order): readonly Answer[];
  /** The answers after the transaction was rolled back: a resend still has the answer of its first. */
  refuse(order: Order, code: LogRefusal, why: string): readonly Answer[];
};

export function prepareOrders(database: DatabaseSync): Orders {
  const events = prepareEvents(database);
  const people = preparePeople(database);
  return {
    carryOut: (order) => {
      if (order[0] === 'say') return events.say(order);
      if (order[0] === 'append') return [events.append(order)];
      return [order[0] === 'enrol' ? people.enrol(order) : people.rename(order)];
    },
    refuse: (order, code, why) => {
      const refused: Answer = ['refused', code, why];
      if (order[0] === 'say') return wholeOrders(order).map((one) => events.answerOfFirst(one) ?? refused);
      return [(order[0] === 'append' ? events.answerOfFirst(order) : undefined) ?? refused];
    },
  };
}

function prepareEvents(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO events (room, member, device, id, at, type, text, style, file_name, file_size, sha256)
     VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device, id) DO NOTHING`,
  );
  const find = database.prepare(
    `SELECT seq, room, member, at, type, text, style, file_name, file_size, sha256
     FROM events WHERE device = ? AND id = unhex(?, '-')`,
  );
  const project = prepareProjection(database);

  const answerOfFirst = (order: AppendOrder): Answer | undefined => {
    const row = find.get(order[3], order[4]);
    if (row === undefined) return undefined;
    const first = v.parse(FirstRow, row);
    if (isSame(first, order)) return ['again', first.seq, first.at];
    return ['refused', 'id-reused', `device ${order[3]} used ${order[4]} for seq ${first.seq}`];
  };
  const missing: Answer = ['refused', 'log-failed', 'a row was there and is not'];
  const append = (order: AppendOrder): Answer => {
    const [, room, member, device, id, at, type, ...content] = order;
    const { changes, lastInsertRowid } = insert.run(room, member, device, id, at, type, ...content);
    if (changes === 0) return answerOfFirst(order) ?? missing;
    const seq = Number(lastInsertRowid);
    project(type, room, member, seq);
    return seq;
  };
  return { say: prepareSay(database, answerOfFirst), append, answerOfFirst };
}

function isSame(first: v.InferOutput<typeof FirstRow>, order: AppendOrder): boolean {
  const [, room, member, , , , type, text, style, fileName, fileSize, sha256] = order;
  return (
    first.room === room &&
    first.member === member &&
    first.type === type &&
    first.text === text &&
    first.style === style &&
    first.file_name === fileName &&
    first.file_size === fileSize &&
    first.sha256 === sha256
  );
}

/** Rooms and memberships follow the joins and parts; doing one twice changes nothing. */
function prepareProjection(database: DatabaseSync) {
  const makeRoom = database.prepare('INSERT INTO rooms (room) VALUES (?) ON CONFLICT DO NOTHING');
  const enter = database.prepare(
    'INSERT INTO memberships (member, room, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const leave = database.prepare('DELETE FROM memberships WHERE member = ? AND room = ?');
  const recount = database.prepare('UPDATE rooms SET members = members + ? WHERE room = ?');
  return (type: string, room: string, member: number, seq: number): void => {
    if (type === 'join') {
      makeRoom.run(room);
      recount.run(enter.run(member, room, seq).changes, room);
    }
    if (type === 'part') recount.run(-Number(leave.run(member, room).changes), room);
  };
}

function preparePeople(database: DatabaseSync) {
  const findDevice = database.prepare('SELECT id, member FROM devices WHERE key = ?');
  const addMember = database.prepare('INSERT INTO members (nick, skeleton, since) VALUES (?, ?, ?)');
  const addDevice = database.prepare('INSERT INTO devices (key, member) VALUES (?, ?)');
  const skeletonOf = database.prepare('SELECT skeleton FROM members WHERE id = ?');
  const setNick = database.prepare('UPDATE members SET nick = ?, skeleton = ? WHERE id = ?');
  const reserve = database.prepare('UPDATE nicks SET until = ? WHERE skeleton = ?');
  const nicks = prepareNicks(database);

  const enrol = ([, key, nick, skeleton, at]: EnrolOrder): Answer => {
    const known = findDevice.get(key);
    if (known !== undefined) {
      const { id, member } = v.parse(DeviceRow, known);
      return ['enrolled', id, member];
    }
    if (nicks.holder(skeleton, at) !== undefined) return ['taken'];
    const member = lastId(addMember, nick, skeleton, at);
    nicks.take(skeleton, member);
    return ['enrolled', lastId(addDevice, key, member), member];
  };
  const rename = ([, member, nick, skeleton, at]: RenameOrder): Answer => {
    const row = skeletonOf.get(member);
    if (row === undefined) return ['refused', 'log-failed', `no member ${member} to rename`];
    const holder = nicks.holder(skeleton, at);
    if (holder !== undefined && holder !== member) return ['taken'];
    reserve.run(at + limits.nickKeptMs, v.parse(SkeletonRow, row).skeleton);
    nicks.take(skeleton, member);
    setNick.run(nick, skeleton, member);
    return ['done'];
  };
  return { enrol, rename };
}

function prepareNicks(database: DatabaseSync) {
  const find = database.prepare(
    'SELECT member FROM nicks WHERE skeleton = ? AND (until IS NULL OR until > ?)',
  );
  const put = database.prepare(
    `INSERT INTO nicks (skeleton, member, until) VALUES (?, ?, NULL)
     ON CONFLICT (skeleton) DO UPDATE SET member = excluded.member, until = NULL`,
  );
  return {
    holder: (skeleton: string, at: number): number | undefined => {
      const row = find.get(skeleton, at);
      return row === undefined ? undefined : v.parse(HolderRow, row).member;
    },
    take: (skeleton: string, member: number): void => {
      put.run(skeleton, member);
    },
  };
}

function lastId(insert: StatementSync, ...values: (string | number)[]): number {
  return Number(insert.run(...values).lastInsertRowid);
}
