// What the search reads of the log: messages as they read now, and what changed some. Used by search-index.ts and, for a
// second look at what was found, by search-match.ts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';

const Row = v.object({
  seq: v.number(),
  room: v.string(),
  member: v.number(),
  type: v.string(),
  target: v.nullable(v.number()),
  /** Null in a message: deleted. */
  text: v.nullable(v.string()),
  file_name: v.nullable(v.string()),
});
export type SourceRow = v.InferOutput<typeof Row>;

export type SearchSource = {
  /** Messages, edits and deletions over `cursor` up to `tail`, at most `most`. */
  after(cursor: number, tail: number, most: number): readonly SourceRow[];
  message(seq: number): SourceRow | undefined;
};

export function openSource(log: DatabaseSync): SearchSource {
  const latest =
    "(SELECT edit.text FROM events AS edit WHERE edit.target = e.seq AND edit.type = 'edit' ORDER BY edit.seq DESC LIMIT 1)";
  // Of what nobody changed nothing more is looked up; what is deleted has no text, whatever it was changed to.
  const text = `CASE WHEN e.changed IS NULL OR e.text IS NULL THEN e.text ELSE coalesce(${latest}, e.text) END`;
  const from = `SELECT e.seq, e.room, e.member, e.type, e.target, ${text} AS text, e.file_name FROM events AS e`;
  const after = log.prepare(
    `${from} WHERE e.seq > ? AND e.seq <= ? AND e.type IN ('message', 'edit', 'deletion') ORDER BY e.seq LIMIT ?`,
  );
  const one = log.prepare(`${from} WHERE e.seq = ? AND e.type = 'message'`);
  return {
    after: (cursor, tail, most) => v.parse(v.array(Row), after.all(cursor, tail, most)),
    message: (seq) => {
      const row = one.get(seq);
      return row === undefined ? undefined : v.parse(Row, row);
    },
  };
}

/** The text that a message is found by. */
export function textOf({ text, file_name }: SourceRow): string {
  return file_name === null ? (text ?? '') : `${text ?? ''} ${file_name}`;
}
