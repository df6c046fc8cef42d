// How far two short words are apart, for the sentence after a typing error. The command line and the chat's commands
// ask it. Pure.

/** Longer than any word that can be meant; a pasted page must not cost the square of its length. */
const charsMost = 64;

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); infinite for what is no word. */
export function editDistance(a: string, b: string): number {
  if (a.length > charsMost || b.length > charsMost) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
