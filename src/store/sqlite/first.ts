// What a resend is answered with: the place of the first event that its device sent under this id. Used by orders.ts
// and change-orders.ts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { Answer, AppendOrder } from './batch.ts';
import type { EventOrder } from './event-order.ts';

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
  target: v.nullable(v.number()),
  reply: v.nullable(v.number()),
});
type First = v.InferOutput<typeof FirstRow>;

export type AnswerOfFirst = (order: AppendOrder | EventOrder) => Answer | undefined;

export function prepareFirst(database: DatabaseSync): AnswerOfFirst {
  const find = database.prepare(
    `SELECT seq, room, member, at, type, text, style, file_name, file_size, sha256, target, reply
     FROM events WHERE device = ? AND id = unhex(?, '-')`,
  );
  return (order) => {
    const row = find.get(order[3], order[4]);
    if (row === undefined) return undefined;
    const first = v.parse(FirstRow, row);
    if (isSame(first, order)) return ['again', first.seq, first.at];
    return ['refused', 'id-reused', `device ${order[3]} used ${order[4]} for seq ${first.seq}`];
  };
}

function isSame(first: First, order: AppendOrder | EventOrder): boolean {
  const [, room, member, , , , type, text, style, fileName, fileSize, sha256, target, reply] = order;
  if (first.room !== room || first.member !== member || first.type !== type) return false;
  if (first.target !== (target ?? null)) return false;
  // A deletion took what it said: there is nothing left to compare. (What never has a text is the same without one.)
  if (first.text === null && text !== null) return true;
  return (
    first.text === text &&
    first.style === style &&
    first.reply === (reply ?? null) &&
    first.file_name === fileName &&
    first.file_size === fileSize &&
    first.sha256 === sha256
  );
}
