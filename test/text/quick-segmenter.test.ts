// The one that it stands for is the reference.
import { expect, test } from 'vitest';
import { QuickSegmenter } from '../../src/text/quick-segmenter.ts';
import { chance, escapes, recombine } from './corpus.ts';

const options = { granularity: 'grapheme' } as const;
const quick = new QuickSegmenter('und', options);
const real = new Intl.Segmenter('und', options);
const cut = (segmenter: { segment(text: string): Iterable<unknown> }, text: string) => [
  ...segmenter.segment(text),
];

test('each pair of characters of the basic plane with its neighbours is cut as Intl.Segmenter cuts it', () => {
  for (let code = 1; code < 0x10000; code++) {
    for (const text of [`a${String.fromCharCode(code)}`, `${String.fromCharCode(code, code)}\n`]) {
      const [ours, theirs] = [cut(quick, text), cut(real, text)];
      if (ours.length !== theirs.length) expect.fail(`U+${code.toString(16)}`);
    }
  }
});

test('any text is cut as Intl.Segmenter cuts it', () => {
  const source = chance(21);
  const parts = [
    'a',
    '│',
    '漢',
    '한',
    '\u001b[1m',
    '\n',
    '\r\n',
    'e\u0301',
    '👩‍👩‍👧',
    '🇩🇪',
    'ते',
    '✓\ufe0f',
    '\u200d',
  ];
  const texts = escapes.map(({ text }) => text);
  for (let round = 0; round < 3_000; round++) {
    const mixed = Array.from({ length: source.below(8) }, () => source.pick(parts)).join('');
    for (const text of [mixed, recombine(texts, source)]) expect(cut(quick, text)).toEqual(cut(real, text));
  }
});

test('the grapheme at a place is the one that Intl.Segmenter finds there', () => {
  for (const text of ['', 'plain │ text', 'e\u0301 👩‍👩‍👧 ✓', '漢字'])
    for (let index = -1; index <= text.length; index++)
      expect(quick.segment(text).containing(index)).toEqual(real.segment(text).containing(index));
});

test('words and sentences are left to Intl.Segmenter', () => {
  const words = new QuickSegmenter('en', { granularity: 'word' });
  expect(cut(words, 'two words')).toHaveLength(3);
});
