// The readings of the log: prepared once, asked by log.ts, never past the tail that it gives. (`log` is the reading
// connection; a statement sees what is committed when it begins.)
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { MemberId, type Seq } from '../../protocol/packet.ts';
import { quoted, unreadWithin } from '../content.ts';
import { toSeq } from '../ids.ts';
import type { PageQuery, StoredEvent } from '../log.ts';
import { eventColumns, parseEvent } from './rows.ts';
import { isChange, isSaid, isThere, isTold } from './tables.ts';

const CountRow = v.object({ count: v.number() });
const TimeRow = v.object({ seq: v.number(), at: v.number() });
const QuoteRow = v.object({ member: MemberId, text: v.string(), name: v.nullable(v.string()) });

type Take = PageQuery['take'];
export type Readings = ReturnType<typeof prepareReadings>;

export function prepareReadings(database: DatabaseSync) {
  return {
    ...prepareSeqs(database),
    ...prepareEvents(database),
    ...prepareCounts(database),
    ...preparePlaces(database),
  };
}

function prepareSeqs(database: DatabaseSync) {
  const inBothOrders = (where: string) => {
    const inOrder = (order: 'ASC' | 'DESC') =>
      database.prepare(`SELECT seq FROM events WHERE ${where} ORDER BY seq ${order} LIMIT ?`);
    return { oldest: inOrder('ASC'), newest: inOrder('DESC') };
  };
  const told = inBothOrders(`room = ? AND seq > ? AND seq < ? AND ${isTold}`);
  const changed = inBothOrders(`room = ? AND seq > ? AND seq < ? AND target > ? AND ${isChange}`);
  const mentioned = database.prepare(
    'SELECT seq FROM mentions WHERE member = ? AND room = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );
  const seqsOf = (rows: readonly Record<string, unknown>[]): Seq[] => rows.map((row) => toSeq(row.seq));
  return {
    seqs: (room: RoomName, after: number, before: number, take: Take, most: number): Seq[] =>
      seqsOf(told[take].all(room, after, before, most)),
    changes: (
      room: RoomName,
      after: number,
      before: number,
      take: Take,
      most: number,
      hidden: number,
    ): Seq[] => seqsOf(changed[take].all(room, after, before, hidden, most)),
    /** The newest first. */
    mentions: (member: MemberId, room: RoomName, after: number, before: number, most: number): Seq[] =>
      seqsOf(mentioned.all(member, room, after, before, most)),
  };
}

function prepareEvents(database: DatabaseSync) {
  const bySeqs = database.prepare(
    `SELECT ${eventColumns} FROM events
     WHERE seq IN (SELECT value FROM json_each(?)) AND ${isThere} ORDER BY seq`,
  );
  // No hex digit is above `g`: the range is the prefix. Left to itself SQLite takes the rooms' index and walks them.
  const byFile = (rooms: string) =>
    database.prepare(
      `SELECT ${eventColumns} FROM events INDEXED BY events_by_file
       WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' AND seq <= ?2 ${rooms} ORDER BY seq DESC LIMIT 1`,
    );
  const fileAnywhere = byFile('');
  const fileInRooms = byFile('AND room IN (SELECT value FROM json_each(?3))');
  const fromEnd = database.prepare(
    `SELECT ${eventColumns} FROM events WHERE seq <= ? AND ${isThere} ORDER BY seq DESC`,
  );
  for (const statement of [bySeqs, fileAnywhere, fileInRooms, fromEnd]) statement.setReturnArrays(true);
  const events = (seqs: readonly Seq[]) => bySeqs.all(JSON.stringify(seqs)).map(parseEvent);

  return {
    events,
    upTo: (tail: Seq) => fromEnd.iterate(tail),
    find: (seq: Seq): StoredEvent | undefined => events([seq])[0],
    file: (prefix: string, rooms: readonly RoomName[] | 'all', tail: Seq): StoredEvent | undefined => {
      const row =
        rooms === 'all'
          ? fileAnywhere.get(prefix, tail)
          : fileInRooms.get(prefix, tail, JSON.stringify(rooms));
      return row === undefined ? undefined : parseEvent(row);
    },
  };
}

function prepareCounts(database: DatabaseSync) {
  const told = database.prepare(
    `SELECT count(*) AS count
     FROM (SELECT 1 FROM events WHERE room = ? AND seq > ? AND seq <= ? AND ${isTold} LIMIT ?)`,
  );
  // Only what stands in the index: see tables.ts.
  const unread = database.prepare(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM (
         SELECT member, ${isSaid} AS isSaid FROM events
         WHERE room = ? AND seq > ? AND seq <= ? AND ${isTold} ORDER BY seq DESC LIMIT ${unreadWithin}
       ) WHERE isSaid AND member <> ? LIMIT ?)`,
  );
  const mentioned = database.prepare(
    `SELECT count(*) AS count
     FROM (SELECT 1 FROM mentions WHERE member = ? AND room = ? AND seq > ? AND seq <= ? LIMIT ?)`,
  );
  const carried = database.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM events WHERE sha256 = ? AND member = ? LIMIT 1)',
  );
  const countOf = (row: unknown): number => v.parse(CountRow, row).count;
  return {
    count: (room: RoomName, after: number, tail: Seq, most: number): number =>
      countOf(told.get(room, after, tail, most)),
    unread: (room: RoomName, member: MemberId, after: number, tail: Seq, most: number): number =>
      countOf(unread.get(room, after, tail, member, most)),
    mentionCount: (member: MemberId, room: RoomName, after: number, tail: Seq, most: number): number =>
      countOf(mentioned.get(member, room, after, tail, most)),
    carries: (member: MemberId, sha256: string): boolean => countOf(carried.get(sha256, member)) > 0,
  };
}

function preparePlaces(database: DatabaseSync) {
  const nextFrom = database.prepare(
    'SELECT seq, at FROM events WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT 1',
  );
  const newest = database.prepare(
    `SELECT seq, at FROM events WHERE room = ? AND seq <= ? AND ${isTold} ORDER BY seq DESC LIMIT 1`,
  );
  const quote = database.prepare(
    `SELECT member, file_name AS name,
       coalesce((SELECT edit.text FROM events AS edit WHERE edit.seq = events.edited), text) AS text
     FROM events WHERE seq = ? AND ${isSaid}`,
  );
  const next = (seq: number, tail: Seq) => {
    const row = nextFrom.get(seq, tail);
    return row === undefined ? undefined : v.parse(TimeRow, row);
  };
  return {
    /** By halves: times never fall, so twenty-four steps find one among ten million. */
    seqAt: (at: number, tail: Seq): Seq => {
      let low = 0;
      let high = tail + 1;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        const row = next(middle, tail);
        if (row !== undefined && row.at < at) low = row.seq;
        else high = middle;
      }
      return toSeq(next(high, tail)?.seq ?? tail + 1);
    },
    lastAt: (room: RoomName, tail: Seq): number | undefined => {
      const row = newest.get(room, tail);
      return row === undefined ? undefined : v.parse(TimeRow, row).at;
    },
    quote: (seq: Seq): { readonly member: MemberId; readonly text: string } | undefined => {
      const row = quote.get(seq);
      if (row === undefined) return undefined;
      const { member, text, name } = v.parse(QuoteRow, row);
      return { member, text: quoted(text || (name ?? '')) };
    },
  };
}
