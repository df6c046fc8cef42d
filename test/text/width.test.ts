import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { columns, graphemes } from '../../src/text/width.ts';
import { chance } from './corpus.ts';

test('each character of the basic plane counts as string-width counts it', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (columns(character) !== stringWidth(character)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

test('any mixture counts as string-width counts it, and is cut as the segmenter cuts', () => {
  const source = chance(11);
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  const parts = [
    'a',
    'é',
    'ж',
    'א',
    '漢',
    'か',
    '한',
    '─',
    '→',
    '👩‍👩‍👧',
    'e\u0301',
    'が',
    'か\u3099',
    '\u1100\u1161',
    '❤️',
    '☺',
    '🇩🇪',
    'न',
    '्',
    'ते',
    'ｱ',
  ];
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from({ length: source.below(6) }, () => source.pick(parts)).join('');
    expect([text, columns(text)]).toEqual([text, stringWidth(text)]);
    expect(graphemes(text)).toEqual(Array.from(segmenter.segment(text), (part) => part.segment));
  }
});

test('a family is one grapheme of two columns', () => {
  expect(graphemes('x👨‍👩‍👧‍👦y')).toEqual(['x', '👨‍👩‍👧‍👦', 'y']);
  expect(columns('x👨‍👩‍👧‍👦y')).toBe(4);
});
