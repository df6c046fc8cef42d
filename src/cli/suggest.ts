// The nearest word of a list, for a sentence after a typing error.

// A word may differ from what was meant by a third of its letters, and by one in a short word.
const lettersPerError = 3;

/** The word nearest to `typed`, if it is near enough to be meant. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  if (best === undefined) return undefined;
  const allowed = Math.max(1, Math.floor(best.word.length / lettersPerError));
  return best.distance <= allowed ? best.word : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  // Words of a command line; a pasted page must not cost a square of its length.
  if (Math.abs(from.length - to.length) > 8 || from.length > 64) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      line.push(cheapest(rows, line, { from, to, row, column }));
    }
    rows.push(line);
  }
  return rows[from.length]?.[to.length] ?? 0;
}

type Cell = { readonly from: string; readonly to: string; readonly row: number; readonly column: number };

function cheapest(rows: readonly number[][], line: readonly number[], cell: Cell): number {
  const { from, to, row, column } = cell;
  const at = (r: number, c: number) => rows[r]?.[c] ?? Number.POSITIVE_INFINITY;
  const isSame = from[row - 1] === to[column - 1];
  const costs = [
    at(row - 1, column) + 1,
    (line[column - 1] ?? Number.POSITIVE_INFINITY) + 1,
    at(row - 1, column - 1) + (isSame ? 0 : 1),
  ];
  if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
    costs.push(at(row - 2, column - 2) + 1);
  }
  return Math.min(...costs);
}
