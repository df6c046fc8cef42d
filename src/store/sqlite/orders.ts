// The orders of the writer, each in the transaction that is open: what it reads and writes, and its answer.
// Runs in the worker thread; called by writer.ts.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import type { LogRefusal } from '../content.ts';
import type { Answer, AppendOrder, EnrolOrder, Order, RenameOrder } from './batch.ts';
import { prepareChanges } from './change-orders.ts';
import { type AnswerOfFirst, prepareFirst } from './first.ts';
import { preparePlaces } from './place-orders.ts';
import { type ProjectRooms, prepareRooms } from './room-orders.ts';
import { prepareSay, wholeOrders } from './say.ts';

const DeviceRow = v.object({ id: v.number(), member: v.number(), isRevoked: v.number() });
const HolderRow = v.object({ member: v.number() });
const SkeletonRow = v.object({ skeleton: v.string() });

export type Orders = {
  /** Carries out the order within the open transaction. Its answers: one, and for `say` one for each text. */
  carryOut(order: Order): readonly Answer[];
  /** The answers after the transaction was rolled back: a resend still has the answer of its first. */
  refuse(order: Order, code: LogRefusal, why: string): readonly Answer[];
};

export function prepareOrders(database: DatabaseSync): Orders {
  const answerOfFirst = prepareFirst(database);
  const projectRooms = prepareRooms(database);
  const events = prepareEvents(database, answerOfFirst, projectRooms);
  const change = prepareChanges(database, answerOfFirst, projectRooms);
  const people = preparePeople(database);
  const places = preparePlaces(database);
  return {
    carryOut: (order) => {
      if (order[0] === 'say') return events.say(order);
      if (order[0] === 'append') return [events.append(order)];
      if (order[0] === 'event') return [change(order)];
      if (order[0] === 'enrol') return [people.enrol(order)];
      return [order[0] === 'rename' ? people.rename(order) : places(order)];
    },
    refuse: (order, code, why) => {
      const refused: Answer = ['refused', code, why];
      if (order[0] === 'say') return wholeOrders(order).map((one) => answerOfFirst(one) ?? refused);
      const isEvent = order[0] === 'append' || order[0] === 'event';
      return [(isEvent ? answerOfFirst(order) : undefined) ?? refused];
    },
  };
}

function prepareEvents(database: DatabaseSync, answerOfFirst: AnswerOfFirst, project: ProjectRooms) {
  const insert = database.prepare(
    `INSERT INTO events (room, member, device, id, at, type, text, style, file_name, file_size, sha256)
     VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device, id) DO NOTHING`,
  );
  const missing: Answer = ['refused', 'log-failed', 'a row was there and is not'];
  const append = (order: AppendOrder): Answer => {
    const [, room, member, device, id, at, type, ...content] = order;
    const { changes, lastInsertRowid } = insert.run(room, member, device, id, at, type, ...content);
    if (changes === 0) return answerOfFirst(order) ?? missing;
    const seq = Number(lastInsertRowid);
    project({ type, room, member, seq, text: content[0], style: content[1] });
    return seq;
  };
  return { say: prepareSay(database, answerOfFirst), append };
}

function preparePeople(database: DatabaseSync) {
  const findDevice = database.prepare(
    'SELECT id, member, revoked IS NOT NULL AS isRevoked FROM devices WHERE key = ?',
  );
  const addMember = database.prepare('INSERT INTO members (nick, skeleton, since) VALUES (?, ?, ?)');
  const addDevice = database.prepare('INSERT INTO devices (key, member, since) VALUES (?, ?, ?)');
  const skeletonOf = database.prepare('SELECT skeleton FROM members WHERE id = ?');
  const setNick = database.prepare('UPDATE members SET nick = ?, skeleton = ? WHERE id = ?');
  const reserve = database.prepare('UPDATE nicks SET until = ? WHERE skeleton = ?');
  const nicks = prepareNicks(database);

  const enrol = ([, key, nick, skeleton, at]: EnrolOrder): Answer => {
    const known = findDevice.get(key);
    if (known !== undefined) {
      const { id, member, isRevoked } = v.parse(DeviceRow, known);
      return isRevoked ? ['refused', 'not-allowed', `device ${id} is revoked`] : ['enrolled', id, member];
    }
    if (nicks.holder(skeleton, at) !== undefined) return ['taken'];
    const member = lastId(addMember, nick, skeleton, at);
    nicks.take(skeleton, member);
    return ['enrolled', lastId(addDevice, key, member, at), member];
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
