// Ink's own class is the reference: a row that is made the quick way must be the row that Ink makes.
import { expect, test } from 'vitest';
import { quickRow } from '../../../src/ui/ink/quick-row.ts';
import type { InkOutputClass } from '../../../src/ui/ink/row-output.ts';
import { type Role, themeFor } from '../../../src/ui/theme.ts';
import { chance } from '../../text/corpus.ts';

const { default: Ink } = (await import('../../../node_modules/ink/build/output.js')) as unknown as {
  default: InkOutputClass;
};

const width = 60;
const inkRow = (text: string): string => {
  const output = new Ink({ width, height: 1 });
  output.write(0, 0, text, { transformers: [] });
  return output.get().output;
};

const source = chance(7);
const themes = [{ TERM: 'xterm-256color' }, { TERM: 'linux' }, { NO_COLOR: '1' }].map(themeFor);
const roles: readonly Role[] = [
  ...(['title', 'dim', 'day', 'notice', 'error', 'good', 'warn', 'accent', 'selected', 'key'] as const),
  ...(['strong', 'emphasis', 'struck', 'code', 'quoted', 'link', 'mention'] as const),
  ...(['keyword', 'string', 'comment', 'number'] as const),
];
const words = ['│ ', 'ada', '   ', ' ', 'some words', 'Grüße, мир', '·', '12:53', '✓', '↓ 3 more', ''];
const odd = [
  '漢字',
  '👩‍👩‍👧',
  'e\u0301',
  '\u00ad',
  '\u001b[31mred',
  '\u001b[39m',
  '\u001b[0m',
  '\u001b[4mline',
  '\u001b]8;;https://example.org/\u001b\\link\u001b]8;;\u001b\\',
  '\t',
];

const painted = (): string => {
  const theme = source.pick(themes);
  const word = source.pick(words);
  const how = source.below(4);
  if (how === 0) return word;
  if (how === 1) return theme.nick(source.pick(['ada', 'bob', 'carl', 'dora']), word);
  const inner = theme.paint(source.pick(roles), word);
  return how === 2 ? inner : theme.paint(source.pick(roles), inner + source.pick(words));
};
const row = (parts: () => string): string => Array.from({ length: source.below(9) }, parts).join('');

test('a row of painted words is made as Ink makes it', () => {
  let quick = 0;
  for (let round = 0; round < 5_000; round++) {
    const text = row(painted);
    const made = quickRow(text, width);
    if (made === undefined) continue;
    quick += 1;
    expect(made).toBe(inkRow(text));
  }
  // Else the comparison would say nothing.
  expect(quick).toBeGreaterThan(1_000);
});

test('whatever else stands in it', () => {
  for (let round = 0; round < 5_000; round++) {
    const text = row(() => (source.below(5) === 0 ? source.pick(odd) : painted()));
    const made = quickRow(text, width);
    if (made !== undefined) expect(made).toBe(inkRow(text));
  }
});

test('what takes other columns than its length, or too many, is left to Ink', () => {
  for (const text of [
    '漢字',
    'e\u0301',
    'a\nb',
    'x'.repeat(width + 1),
    '\u001b[53mline\u001b[55m',
    '\u001b]8;;https://example.org/\u001b\\link\u001b]8;;\u001b\\',
    '\u001b]0;t\u0007',
  ])
    expect(quickRow(text, width)).toBeUndefined();
});
