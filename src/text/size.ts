// Sizes of files: as people read them, and as they type them. The screen, plain mode and the scripts show the same one.

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.2 MB`: powers of ten, as file managers and disks count. */
export function fileSize(bytes: number): string {
  let value = bytes;
  let power = 0;
  // What would be rounded to 1000 is 1.0 of the next unit.
  for (; value >= 999.5 && power < units.length - 1; power += 1) value /= 1_000;
  const digits = power > 0 && value < 99.5 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[power]}`;
}

const written = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?)b?$/i;

/** `2GB` and `2G` are 2,000,000,000 bytes, `2GiB` is 2,147,483,648, `500` is 500. `undefined`: no size. */
export function parseSize(text: string): number | undefined {
  const [, number, prefix = '', binary] = written.exec(text.trim()) ?? [];
  if (number === undefined || (binary !== '' && prefix === '')) return undefined;
  const power = ' kmgt'.indexOf(prefix.toLowerCase() || ' ');
  const bytes = Math.floor(Number(number) * (binary === '' ? 1_000 : 1_024) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
