// Holds a data folder, its server gone, against what clients were told: nothing lost, nothing doubled, nothing damaged,
// and every file that a message names is there.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Acked } from './load.ts';

type Row = {
  readonly seq: number;
  readonly key: string;
  readonly text: string | null;
  readonly sha256: string | null;
};

/** What does not hold, a sentence each. */
export function wrongIn(folder: string, acked: readonly Acked[]): string[] {
  const database = new DatabaseSync(join(folder, 'log.db'));
  try {
    const checked = JSON.stringify(database.prepare('PRAGMA integrity_check').all());
    const damage = checked === '[{"integrity_check":"ok"}]' ? [] : [`the log is damaged: ${checked}`];
    const rows = database
      .prepare("SELECT seq, device || hex(id) AS key, text, sha256 FROM events WHERE type = 'message'")
      .all() as Row[];
    return [...damage, ...lost(rows, acked), ...doubled(rows), ...withoutFile(folder, rows)];
  } finally {
    database.close();
  }
}

function lost(rows: readonly Row[], acked: readonly Acked[]): string[] {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return acked.flatMap(({ seq, text, sha256 = null }) => {
    const row = bySeq.get(seq);
    if (row === undefined) return [`message ${seq} was acknowledged and is lost`];
    const isSame = row.text === text && row.sha256 === sha256;
    return isSame ? [] : [`message ${seq} was acknowledged with another content`];
  });
}

function doubled(rows: readonly Row[]): string[] {
  const times = new Map<string, number>();
  for (const { key } of rows) times.set(key, (times.get(key) ?? 0) + 1);
  return [...times].flatMap(([key, count]) => (count > 1 ? [`${key} stands in the log ${count} times`] : []));
}

function withoutFile(folder: string, rows: readonly Row[]): string[] {
  const digests = new Set(rows.flatMap(({ sha256 }) => sha256 ?? []));
  return [...digests].flatMap((sha256) => {
    const path = join(folder, 'blobs', sha256.slice(0, 2), sha256.slice(2));
    if (!existsSync(path)) return [`the file ${sha256} of a message is lost`];
    const found = createHash('sha256').update(readFileSync(path)).digest('hex');
    return found === sha256 ? [] : [`the file ${sha256} of a message is damaged`];
  });
}
