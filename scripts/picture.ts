// Makes docs/screen.svg, the README's picture, from the real program: three people in pseudo-terminals who talk and
// share a file; what the emulator of one of them shows is drawn cell by cell. `npm run picture`, after a build.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Home } from '../test/helpers/program.ts';
import type { Cell, Terminal } from '../test/helpers/terminal.ts';

const cell = { width: 8.4, height: 18 };
const ground = '#16181d';
const text = '#d5d8de';
const palette = [
  ['#3b4048', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4'],
  ['#7f848e', '#ef8891', '#aed68f', '#f0d197', '#82c0ff', '#d79bea', '#7fd1dc', '#ffffff'],
].flat();

function colour(cell: Cell, which: 'fg' | 'bg'): string | undefined {
  const value = cell[which];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (value < 16) return palette[value];
  if (value >= 232) return grey(8 + (value - 232) * 10);
  const steps = [0, 95, 135, 175, 215, 255];
  const rgb = [36, 6, 1].map((unit) => steps[Math.floor((value - 16) / unit) % 6] ?? 0);
  return `rgb(${rgb.join(',')})`;
}

const grey = (level: number) => `rgb(${level},${level},${level})`;
const escaped = (raw: string) => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function drawCell(cell_: Cell, row: number, column: number): string {
  const [ink, paper] = cell_.isInverse
    ? [colour(cell_, 'bg') ?? ground, colour(cell_, 'fg') ?? text]
    : [colour(cell_, 'fg') ?? text, colour(cell_, 'bg')];
  const x = (column * cell.width).toFixed(1);
  const y = row * cell.height;
  const back =
    paper === undefined
      ? ''
      : `<rect x="${x}" y="${y}" width="${(cell_.width * cell.width).toFixed(1)}" height="${cell.height}" fill="${paper}" shape-rendering="crispEdges"/>`;
  if (cell_.chars.trim() === '') return back;
  const style = `${cell_.isBold ? ' font-weight="bold"' : ''}${cell_.isDim ? ' opacity="0.6"' : ''}`;
  return `${back}<text x="${x}" y="${y + 13.5}" fill="${ink}"${style}>${escaped(cell_.chars)}</text>`;
}

function draw(terminal: Terminal): string {
  const rows = terminal.cells;
  const width = Math.ceil((rows[0]?.length ?? 0) * cell.width);
  const cells = rows.flatMap((row, y) =>
    row.flatMap((cell_, x) => (cell_.width === 0 ? [] : [drawCell(cell_, y, x)])),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 ${width + 24} ${rows.length * cell.height + 24}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    '<title>chat-tui: three people in #general, messages, a file, and who is online</title>',
    `<rect x="-12" y="-12" width="${width + 24}" height="${rows.length * cell.height + 24}" rx="8" fill="${ground}"/>`,
    ...cells.filter((drawn) => drawn !== ''),
    '</svg>\n',
  ].join('\n');
}

const isOnline = (count: number) => (terminal: Terminal) =>
  (terminal.lines[0] ?? '').includes(`${count} online`);

await using home = new Home();
const ada = home.chat(['--nick', 'ada'], { columns: 104, rows: 22 });
await ada.shows(isOnline(1));
const [bob, carl] = ['bob', 'carl'].map((nick) => home.chat(['--nick', nick])) as [Terminal, Terminal];
await ada.shows(isOnline(3));
const talk: ReadonlyArray<readonly [Terminal, string]> = [
  [bob, 'morning! who has the plan?'],
  [ada, 'yes, one moment'],
];
for (const [who, line] of talk) {
  who.enter(line);
  await Promise.all([ada, bob, carl].map((terminal) => terminal.shows(line)));
}
writeFileSync(join(home.dir, 'plan.pdf'), Buffer.alloc(1_258_291, 7));
ada.enter(`!FILE ${join(home.dir, 'plan.pdf')}`);
await ada.shows(/\/get \d+/);
carl.enter(
  'got it, 谢谢 👍 I will bring the long table, and my brother has a van if we need to fetch chairs',
);
await ada.shows('fetch chairs');
bob.enter('/me is on the way');
await ada.shows('is on the way');
ada.enter('!INFO');
await ada.shows('3 online: ');
ada.type('see you at noon');
await ada.shows('see you at noon');
writeFileSync(join(import.meta.dirname, '..', 'docs', 'screen.svg'), draw(ada));
