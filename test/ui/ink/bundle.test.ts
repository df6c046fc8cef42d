// What the build changes in Ink's own modules, held against the modules as they are published.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import stringWidth from 'string-width';
import { afterAll, expect, test } from 'vitest';
import { inkPlugins } from '../../../scripts/ink-plugins.ts';
import { plain } from '../../../src/text/units.ts';
import { FakeTerminal } from '../../helpers/screen.ts';
import { chance } from '../../text/corpus.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'chat-tui-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A module of node_modules as the build bundles it. */
const bundled = async <Exports>(module: string): Promise<Exports> => {
  const outfile = join(folder, `${module.replaceAll(/\W/g, '-')}.mjs`);
  await build({
    entryPoints: [join(root, 'node_modules', module)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: inkPlugins,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return (await import(pathToFileURL(outfile).href)) as Exports;
};

type LineUpdate = { readonly default: (previous: string, next: string, columns: number) => string };

const parts = [
  'a',
  ' ',
  'é',
  'ж',
  '│',
  '─',
  '●',
  '✓',
  '漢',
  '한',
  '👩‍👩‍👧',
  'e\u0301',
  '❤️',
  '✓\ufe0f',
  'ते',
  '\u00ad',
];
const looks = ['\u001b[1m', '\u001b[22m', '\u001b[31m', '\u001b[39m'];

test('the bundled string-width counts as the published one', async () => {
  const { default: width } = await bundled<{ readonly default: typeof stringWidth }>('string-width/index.js');
  const source = chance(3);
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (width(character) !== stringWidth(character)) expect.fail(`U+${code.toString(16)}`);
  }
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from({ length: source.below(8) }, () => source.pick([...parts, ...looks])).join('');
    expect([text, width(text)]).toEqual([text, stringWidth(text)]);
  }
});

test('the bundled update of a row is the published one, or the whole row where its widths are not sure', async () => {
  const { default: update } = await bundled<LineUpdate>('ink/build/line-update.js');
  const { default: published } = (await import(
    '../../../node_modules/ink/build/line-update.js'
  )) as LineUpdate;
  const source = chance(4);
  const some = (most: number) =>
    Array.from({ length: source.below(most) }, () => source.pick([...parts, ...looks])).join('');
  for (let round = 0; round < 5_000; round++) {
    const start = some(12);
    const [before, after] = [start + some(12), start + some(12)];
    const isKnown = plain.test(after.replaceAll(/\u001b\[\d+m/g, ''));
    const whole = `\u001b[1G\u001b[K${after}`;
    expect(update(before, after, 30)).toBe(isKnown ? published(before, after, 30) : whole);
  }
});

test('rows that the terminal counts wider leave all others in place, drawn first, changed and drawn anew', async () => {
  const { default: log } = await bundled<{
    readonly default: {
      create(stream: unknown, options: { incremental: boolean }): { (text: string): void; reset(): void };
    };
  }>('ink/build/log-update.js');
  const terminal = new FakeTerminal(20, 5);
  const render = log.create(terminal, { incremental: true });
  // Two columns for each of these at the terminal, and one as we count here.
  const wider = '漢'.repeat(15);
  const shows = async (...rows: string[]) => {
    render(rows.join('\n'));
    expect((await terminal.lines()).filter((_, row) => rows[row] !== wider)).toEqual(
      rows.filter((row) => row !== wider),
    );
  };
  await shows('one', wider, 'two', 'three', 'four');
  terminal.write('\u001b[?7l');
  await shows('one', wider, wider, 'three', 'five');
  await shows(wider, '1', 'two', wider, 'six');
  render.reset();
  terminal.write('\u001b[H');
  await shows('seven', '2', wider, '3', 'six');
});

test('the whole of Ink is bundled with every change, and finds what each change expects', async () => {
  const { render } = await bundled<{ readonly render: unknown }>('ink/build/index.js');
  expect(render).toBeTypeOf('function');
});
