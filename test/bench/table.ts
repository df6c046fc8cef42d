// One table for all rows: what was measured, the reference of the same run, their ratio and the goal; and beside an
// earlier run, how the ratios moved.
import { readFileSync, writeFileSync } from 'node:fs';

export type Row = {
  readonly name: string;
  readonly value: string;
  readonly reference: string;
  /** Measured over reference, or the measured value itself where the goal is absolute. */
  readonly ratio?: number;
  readonly goal: string;
  readonly isMet?: boolean;
  /** Why the row does not count. */
  readonly isVoid?: string;
};

/** A run as it is kept in a file: what `--out` writes and `--compare` reads. */
export type Run = { readonly at: string; readonly node: string; readonly rows: readonly Row[] };

export function saveRun(path: string, rows: readonly Row[]): void {
  const run: Run = { at: new Date().toISOString(), node: process.version, rows };
  writeFileSync(path, `${JSON.stringify(run, undefined, 2)}\n`);
}

/** Throws with a sentence when the file is no run. */
export function readRun(path: string): Run {
  const run = JSON.parse(readFileSync(path, 'utf8')) as Partial<Run>;
  if (!Array.isArray(run.rows))
    throw new Error(`${path} is no run of the bench: make one with --out ${path}.`);
  return run as Run;
}

/** Between two runs of the same code on the same machine ratios differ by about this much. */
const noise = 0.15;

export function format(rows: readonly Row[], earlier?: Run): string {
  const compared = earlier === undefined ? [] : ['then', 'now/then'];
  const head = ['what', 'measured', 'reference', 'ratio', ...compared, 'goal', ''];
  const cells = rows.map((row) => [
    row.name,
    row.value,
    row.reference,
    row.ratio?.toFixed(2) ?? '',
    ...(earlier === undefined ? [] : moved(row, earlier)),
    row.goal,
    verdict(row),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

function moved({ name, ratio }: Row, { rows }: Run): [then: string, change: string] {
  const then = rows.find((row) => row.name === name)?.ratio;
  if (then === undefined) return ['', 'new'];
  if (ratio === undefined) return [then.toFixed(2), ''];
  const change = ratio / then;
  return [then.toFixed(2), `${change.toFixed(2)}${Math.abs(change - 1) > noise ? ' !' : ''}`];
}

function verdict({ isMet, isVoid }: Row): string {
  if (isVoid !== undefined) return `void: ${isVoid}`;
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'MISSED';
}
