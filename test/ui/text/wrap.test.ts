import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeText } from '../../../src/text/safe-text.ts';
import { columns, graphemes } from '../../../src/text/width.ts';
import { cutTo, padEnd, padStart, wrap } from '../../../src/ui/text/wrap.ts';

describe('wrap', () => {
  test.each([
    ['a short line stays', 'hello', 10, ['hello']],
    ['words go to the next row whole', 'hello there world', 11, ['hello there', 'world']],
    ['spaces at the end of a row are dropped', 'hello      there', 7, ['hello', 'there']],
    ['spaces before the first word stay', '  x = 1', 20, ['  x = 1']],
    ['a word longer than a row is cut', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['what follows a cut word stands beside its rest', 'abcdef gh', 4, ['abcd', 'ef', 'gh']],
    ['line ends are kept, empty lines too', 'a\n\nb', 10, ['a', '', 'b']],
    ['a wide character counts twice', '漢字漢字', 5, ['漢字', '漢字']],
    ['an emoji family is one', '👩‍👩‍👧👩‍👩‍👧', 3, ['👩‍👩‍👧', '👩‍👩‍👧']],
    ['an accent stays on its letter', 'e\u0301e\u0301e\u0301', 2, ['e\u0301e\u0301', 'e\u0301']],
    ['nothing is one row', '', 10, ['']],
    ['a line of blanks is one row', ' '.repeat(30), 10, ['']],
  ])('%s', (_name, text, width, rows) => {
    expect(wrap(text, width)).toEqual(rows);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 200 }).map(safeText);

  test('no row is wider than asked, but for a single grapheme that is', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (some, width) => {
        for (const row of wrap(some, width))
          expect(columns(row) <= width || graphemes(row).length === 1).toBe(true);
      }),
    );
  });

  test('nothing but blanks is lost', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (some, width) => {
        const solid = (all: string) => all.replaceAll(/[ \n]/g, '');
        expect(solid(wrap(some, width).join(''))).toBe(solid(some));
      }),
    );
  });
});

describe('cutting and filling', () => {
  test.each([
    ['hello', 5, 'hello'],
    ['hello!', 5, 'hell…'],
    ['漢字漢', 5, '漢字…'],
    ['漢字', 3, '漢…'],
    ['hello', 1, '…'],
    ['hello', 0, ''],
  ])('%s cut to %i columns is %s', (text, width, cut) => {
    expect(cutTo(text, width)).toBe(cut);
  });

  test('a nick of wide characters is filled by columns, not by characters', () => {
    expect(padStart('漢字', 6)).toBe('  漢字');
    expect(padEnd('漢字', 6)).toBe('漢字  ');
    expect(columns(padEnd('漢字漢字', 6))).toBe(6);
  });
});
