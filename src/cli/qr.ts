// A link as a QR code for a terminal: two rows of modules in one row of half blocks. Called by serve.
import qrcode from 'qrcode-generator';

// Light margin around the code that readers need (ISO/IEC 18004: four modules; phones do with two).
const quietModules = 2;

/** Rows to print, dark on light whatever the terminal's colours; `undefined` when it is wider than `columns`. */
export function qrRows(text: string, columns: number): readonly string[] | undefined {
  const code = qrcode(0, 'L');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const side = size + 2 * quietModules;
  if (side > columns) return undefined;
  const isDark = (row: number, column: number) => {
    const [r, c] = [row - quietModules, column - quietModules];
    return r >= 0 && c >= 0 && r < size && c < size && code.isDark(r, c);
  };
  const rows: string[] = [];
  for (let row = 0; row < side; row += 2) {
    const cells = Array.from({ length: side }, (_, column) =>
      half(isDark(row, column), isDark(row + 1, column)),
    );
    // Black on bright white: inverted codes are not read by every phone.
    rows.push(`\u001b[30;107m${cells.join('')}\u001b[0m`);
  }
  return rows;
}

function half(isUpperDark: boolean, isLowerDark: boolean): string {
  if (isUpperDark) return isLowerDark ? '█' : '▀';
  return isLowerDark ? '▄' : ' ';
}
