// Carrying out the order for rare events, in the transaction that is open: what the event is about is looked at here and
// nowhere else, so that of two devices that change the same message at once the second finds what the first left.
// Runs in the worker thread; called by orders.ts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { limits } from '../../protocol/limits.ts';
import { isOpenTo } from '../changes.ts';
import type { Answer } from './batch.ts';
import type { EventOrder } from './event-order.ts';
import type { AnswerOfFirst } from './first.ts';
import type { ProjectRooms } from './room-orders.ts';

/** SQLite has no booleans. */
const isTrue = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);
const TargetRow = v.object({
  room: v.string(),
  member: v.number(),
  isMessage: isTrue,
  isDeleted: isTrue,
});
const CountRow = v.object({ count: v.number() });

type Change = { readonly seq: number; readonly target: number; readonly order: EventOrder };

export function prepareChanges(
  database: DatabaseSync,
  answerOfFirst: AnswerOfFirst,
  project: ProjectRooms,
): (order: EventOrder) => Answer {
  const insert = database.prepare(
    `INSERT INTO events
       (room, member, device, id, at, type, text, style, file_name, file_size, sha256, target, reply)
     VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const mention = database.prepare(
    'INSERT INTO mentions (member, room, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const refusal = prepareRefusals(database);
  const change = prepareEffects(database);

  return (order) => {
    const first = answerOfFirst(order);
    if (first !== undefined) return first;
    const refused = refusal(order);
    if (refused !== undefined) return refused;
    const [, room, member, , , , type, text, style] = order;
    const mentions = order[14];
    const [, ...values] = order;
    const seq = Number(insert.run(...values.slice(0, 13)).lastInsertRowid);
    const target = order[12];
    if (target !== null) change({ seq, target, order });
    if (mentions !== '') for (const one of mentions.split(',')) mention.run(Number(one), room, seq);
    project({ type, room, member, seq, text, style });
    return seq;
  };
}

/** Why the event may not be: its target, and how many reactions that has. */
function prepareRefusals(database: DatabaseSync) {
  const findTarget = database.prepare(
    `SELECT room, member, type = 'message' AS isMessage, text IS NULL AS isDeleted FROM events WHERE seq = ?`,
  );
  const hasReacted = database.prepare(
    'SELECT 1 FROM reactions WHERE target = ? AND emoji = ? AND member = ?',
  );
  const reactions = database.prepare('SELECT count(*) AS count FROM reactions WHERE target = ?');
  const isOneTooMany = (order: EventOrder, target: number): boolean => {
    const [, , member, , , , type, emoji, did] = order;
    if (type !== 'reaction' || did !== 'added') return false;
    if (hasReacted.get(target, emoji, member) !== undefined) return false;
    return v.parse(CountRow, reactions.get(target)).count >= limits.reactionsPerMessage;
  };

  return (order: EventOrder): Answer | undefined => {
    const [, room, member, , , , type] = order;
    const seq = order[12] ?? order[13];
    if (seq === null) return undefined;
    const row = findTarget.get(seq);
    const target = row === undefined ? undefined : v.parse(TargetRow, row);
    if (!isOpenTo({ room, member, type }, target)) {
      return ['refused', 'no-such-event', `${type} of ${seq} by ${member}`];
    }
    if (isOneTooMany(order, seq)) return ['refused', 'too-many', `reactions of ${seq}`];
  };
}

/** What a change does to its message. */
function prepareEffects(database: DatabaseSync) {
  const mark = database.prepare('UPDATE events SET changed = ? WHERE seq = ?');
  const point = database.prepare('UPDATE events SET edited = ? WHERE seq = ?');
  // An emoji that is there already keeps its place among the others, and so does a member among those of the emoji.
  const react = database.prepare(
    `INSERT INTO reactions (target, emoji, member, first, seq)
     VALUES (?1, ?2, ?3, coalesce((SELECT first FROM reactions WHERE target = ?1 AND emoji = ?2 LIMIT 1), ?4), ?4)
     ON CONFLICT DO NOTHING`,
  );
  const unreact = database.prepare('DELETE FROM reactions WHERE target = ? AND emoji = ? AND member = ?');
  const forget = [
    `UPDATE events SET text = NULL, file_name = NULL, file_size = NULL, sha256 = NULL, edited = NULL
     WHERE seq = ?`,
    'UPDATE events SET text = NULL WHERE target = ?',
    'DELETE FROM reactions WHERE target = ?',
    'DELETE FROM mentions WHERE seq = ?',
  ].map((sql) => database.prepare(sql));

  return ({ seq, target, order }: Change): void => {
    const [, , member, , , , type, emoji, did] = order;
    mark.run(seq, target);
    if (type === 'edit') point.run(seq, target);
    if (type === 'deletion') for (const statement of forget) statement.run(target);
    if (type !== 'reaction') return;
    if (did === 'added') react.run(target, emoji, member, seq);
    else unreact.run(target, emoji, member);
  };
}
