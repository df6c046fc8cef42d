// The lane of plain texts, which nearly all posts are: those of one device that come one behind the other are stored by
// one statement. Setting out for each row, and giving its room, author and time anew, cost as much as the rows.
// Runs in the worker thread; made by orders.ts.
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { Answer, AppendOrder, SayOrder } from './batch.ts';

/** Rows of one statement; a run of texts is made of these, the large ones first. */
const sizes = [16, 8, 4, 2, 1] as const;
/** Room, member, device and time, which all its rows share. */
const shared = 4;

// SQLite turns the UUID into its 16 bytes: a Buffer for each row cost more than the row. An error rolls the transaction
// back, so OR FAIL: no statement has to be undone by itself, and none keeps a journal for that.
function insertTexts(size: number): string {
  const row = (n: number) =>
    `(?1, ?2, ?3, unhex(?${shared + 1 + 2 * n}, '-'), ?4, 'message', ?${shared + 2 + 2 * n})`;
  const rows = Array.from({ length: size }, (_, n) => row(n)).join(', ');
  return `INSERT OR FAIL INTO events (room, member, device, id, at, type, text)
          VALUES ${rows} ON CONFLICT (device, id) DO NOTHING`;
}

/** `answerOfFirst` answers for the row that has the order's device and id. */
export function prepareSay(
  database: DatabaseSync,
  answerOfFirst: (order: AppendOrder) => Answer | undefined,
): (order: SayOrder) => Answer[] {
  const inserts = sizes.map((size) => ({ size, insert: database.prepare(insertTexts(size)) }));
  const newest = database.prepare('SELECT max(seq) AS seq FROM events');

  /** Stores texts from `from` on, as many as one statement takes. */
  const store = ([, room, member, device, at, ids, texts]: SayOrder, from: number) => {
    const fitting = inserts.find(({ size }) => size <= ids.length - from);
    assert(fitting, 'a statement of one row fits always');
    const { size, insert } = fitting;
    const values: (string | number)[] = [room, member, device, at];
    for (let n = from; n < from + size; n += 1) values.push(ids[n] ?? '', texts[n] ?? '');
    const { changes, lastInsertRowid } = insert.run(...values);
    return { size, changes: Number(changes), last: Number(lastInsertRowid) };
  };

  /**
   * Not all rows are new: each text finds its row. One over `before` was made just now, and is whose who finds it first.
   * (A row that was there leaves a gap: the seqs of the new ones cannot be counted.)
   */
  const answersOfSome = (texts: readonly AppendOrder[], before: number): Answer[] => {
    const given = new Set<number>();
    return texts.map((text) => {
      const answer = answerOfFirst(text) ?? missing;
      if (typeof answer === 'number' || answer[0] !== 'again') return answer;
      const [, seq] = answer;
      if (seq <= before || given.has(seq)) return answer;
      given.add(seq);
      return seq;
    });
  };

  return (order) => {
    const count = order[5].length;
    // Of one text its own statement says whether it is new.
    let before = count === 1 ? Infinity : (v.parse(NewestRow, newest.get()).seq ?? 0);
    const answers: Answer[] = [];
    while (answers.length < count) {
      const from = answers.length;
      const { size, changes, last } = store(order, from);
      if (changes === size) for (let n = 1; n <= size; n += 1) answers.push(last - size + n);
      else answers.push(...answersOfSome(wholeOrders(order, from, from + size), before));
      if (changes > 0) before = Math.max(before, last);
    }
    return answers;
  };
}

const NewestRow = v.object({ seq: v.nullable(v.number()) });
const missing: Answer = ['refused', 'log-failed', 'a row was there and is not'];

/** Each of these texts as an order of its own, with every value in its place. */
export function wholeOrders(order: SayOrder, from = 0, to = order[5].length): AppendOrder[] {
  const [, room, member, device, at, ids, texts] = order;
  return ids.slice(from, to).map((id, n) => {
    const content = [texts[from + n] ?? '', null, null, null, null] as const;
    return ['append', room, member, device, id, at, 'message', ...content];
  });
}
