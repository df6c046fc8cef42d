// Ink's own cleaning is the reference.
import { expect, test } from 'vitest';
import { quickClean } from '../../../src/ui/ink/quick-clean.ts';
import { chance } from '../../text/corpus.ts';

const { default: inkClean } = (await import(
  '../../../node_modules/ink/build/sanitize-ansi.js'
)) as unknown as {
  default: (text: string) => string;
};

const source = chance(11);
const parts = [
  'words │ ',
  'Grüße',
  '✓',
  '\u001b[1m',
  '\u001b[38;5;31m',
  '\u001b[39m',
  '\u001b[22m',
  '\u001b[7m',
];
const odd = [
  '字',
  'e\u0301',
  '\u001b[2J',
  '\u001b]0;t\u0007',
  '\u009b31m',
  '\u001b',
  '\u001b[4:3m',
  '\u0007',
  '\n',
  '\t',
];

test('what is told to be clean at a glance is what Ink leaves as it is, and all else is cleaned by Ink', () => {
  let asked = 0;
  const clean = quickClean((text) => {
    asked += 1;
    return inkClean(text);
  }, 8);
  for (let round = 0; round < 4_000; round++) {
    const from = round % 2 ? parts : [...parts, ...odd];
    const text = Array.from({ length: source.below(8) }, () => source.pick(from)).join('');
    expect(clean(text)).toBe(inkClean(text));
  }
  expect(asked).toBeGreaterThan(500);
  expect(asked).toBeLessThan(2_000);
});
