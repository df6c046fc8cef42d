// What a text is found by: the same cut for what is stored and for what is typed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokensOf, wantedOf } from '../../src/store/tokens.ts';

function isFound(text: string, typed: string): boolean {
  const tokens = ` ${tokensOf(text)} `;
  return wantedOf(typed).every(({ tokens: run, isWhole }) =>
    tokens.includes(isWhole ? ` ${run.join(' ')} ` : ` ${run.join(' ')}`),
  );
}

describe('tokens', () => {
  test.each([
    ['Héllo Wörld', 'hello world'],
    ['foo-bar don’t', 'foo bar don t'],
    ['ﬁne ＡＢＣ', 'fine abc'],
    ['你好世界', '你好 好世 世界 界'],
    ['ABC漢字かな', 'abc 漢字 字か かな な'],
    ['हिन्दी', 'हिन्दी'],
    ['… !? 👍', ''],
  ])('%s is found by %s', (text, tokens) => {
    expect(tokensOf(text)).toBe(tokens);
  });

  test.each([
    ['Deploy at noon', 'dep noo', true],
    ['Deploy at noon', 'ploy', false],
    ['今天天气很好', '天气', true],
    ['今天天气很好', '好', true],
    ['今天天气很好', '今天很好', false],
    ['친구들과 함께', '친구', true],
    ['がんばって', 'んばっ', true],
    ['Crème brûlée', 'creme BRULEE', true],
    ['a_b.c@example.org', 'example', true],
  ])('%s, looked for as %s: %s', (text, typed, found) => {
    expect(isFound(text, typed)).toBe(found);
  });

  test('no token has anything but letters, marks and digits, and none is longer than what is typed of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const token of tokensOf(text).split(' ')) {
          expect(token).toMatch(/^[\p{L}\p{M}\p{N}]*$/u);
          expect(token.length).toBeLessThanOrEqual(40);
        }
      }),
    );
  });

  test('every text is found by itself and by each beginning of a word of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(isFound(text, text)).toBe(true);
      }),
    );
  });

  test('a text of the largest size is cut in one pass, whatever it is made of', () => {
    for (const piece of ['漢', 'a', '\u0301', 'ก', 'a漢', '가'])
      expect(tokensOf(piece.repeat(16_384 / Buffer.byteLength(piece))).length).toBeLessThan(200_000);
  });
});
