// One table for all rows: what was measured, the reference of the same run, their ratio and the goal.

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

export function format(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.value,
    row.reference,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.goal,
    verdict(row),
  ]);
  const head = ['what', 'measured', 'reference', 'ratio', 'goal', ''];
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

function verdict({ isMet, isVoid }: Row): string {
  if (isVoid !== undefined) return `void: ${isVoid}`;
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'MISSED';
}
