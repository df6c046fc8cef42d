// SafeText against every hostile and every honest record, and against 10,000 made cases of each class.
import { describe, expect, test } from 'vitest';
import { foldLines, isBlank, safeLine, safeText } from '../../src/text/safe-text.ts';
import { checkString, type EscapeRecord } from '../corpus/check.mjs';
import { byClass, casesPerClass, chance, escapes, recombine } from './corpus.ts';

const linesMax = 200;
const shown = (text: string) => foldLines(safeText(text), linesMax).shown;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const flags = /\u{1f3f4}[\u{e0020}-\u{e007e}]{2,8}\u{e007f}/gu;
/** Nine marks and joiners anywhere near each other, before graphemes are looked for. */
const manyMarks = /(?:[\p{M}\u200d].{0,3}){9}/su;

/** What holds for whatever SafeText makes; the name of what does not. */
function flaw(text: string): string | undefined {
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text)) return 'control';
  if (!text.isWellFormed()) return 'surrogate';
  if (/[\p{Bidi_Control}\u2028\u2029]/u.test(text)) return 'bidi or line separator';
  if (/[\u{e0000}-\u{e007f}]/u.test(text.replace(flags, ''))) return 'tag';
  if (/[\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/.test(text))
    return 'invisible';
  if (/^[\p{M}\u200c\u200d]/mu.test(text)) return 'leans on what stands before it';
  if (/\u200d\u200d|[a-z0-9 ]\u200d|[\ufe00-\ufe0f]{2}/.test(text)) return 'joiner';
  if (safeText(text) !== text) return 'not the same when made safe again';
  return manyMarks.test(text) && crowded(text) ? 'marks' : undefined;
}

function crowded(text: string): boolean {
  return [...segmenter.segment(text)].some((part) => (part.segment.match(/\p{M}/gu) ?? []).length > 8);
}

function decode(hex: string): string {
  return new TextDecoder('utf-8').decode(Buffer.from(hex, 'hex'));
}

test('the corpus has its 568 records', () => {
  expect(escapes).toHaveLength(568);
});

describe('every record keeps its string rules', () => {
  for (const [name, records] of byClass(escapes)) {
    test(name, () => {
      const wrong = records.flatMap((record) =>
        checkString(record, shown).map((rule) => [record.name, rule]),
      );
      expect(wrong).toEqual([]);
    });
  }

  test('and so they do as the bytes they were', () => {
    const raw = escapes.filter(
      (record): record is EscapeRecord & { hex: string } => record.hex !== undefined,
    );
    expect(raw.length).toBeGreaterThan(30);
    const wrong = raw.flatMap((record) => {
      const text = decode(record.hex);
      return checkString({ ...record, text }, shown).map((rule) => [record.name, rule]);
    });
    expect(wrong).toEqual([]);
  });

  test('and in their parts, each made safe alone', () => {
    const parts = escapes.flatMap((record) => [
      ...(record.parts ?? []),
      ...(record.hexParts ?? []).map((hex) => decode(hex)),
    ]);
    expect(parts.length).toBeGreaterThan(25);
    expect(parts.filter((part) => flaw(safeText(part)) !== undefined)).toEqual([]);
  });

  test('and nothing else is wrong with them', () => {
    const wrong = escapes.flatMap((record) => {
      const found = flaw(safeText(record.text)) ?? flaw(safeLine(record.text));
      return found === undefined ? [] : [[record.name, found]];
    });
    expect(wrong).toEqual([]);
  });

  test('what cannot be seen counts as empty', () => {
    const blank = escapes.filter((record) => record.expect.includes('not-blank-accepted'));
    expect(blank.length).toBe(3);
    expect(blank.filter((record) => !isBlank(safeText(record.text)))).toEqual([]);
  });
});

describe(`${casesPerClass} made cases of each class`, () => {
  byClass(escapes).forEach(([name, records], seed) => {
    test(name, () => {
      const source = chance(seed + 1);
      const texts = records.map((record) => record.text).filter((text) => text !== '');
      for (let made = 0; made < casesPerClass; made++) {
        const text = recombine(texts, source);
        const found = flaw(safeText(text));
        if (found !== undefined) expect({ made, text: JSON.stringify(text), found }).toBeUndefined();
      }
    });
  });

  test('honest words in any order stay as they are', () => {
    const words = escapes
      .filter((record) => record.class === 'must-survive')
      .flatMap((record) => record.text.split(' '));
    const source = chance(99);
    for (let made = 0; made < casesPerClass; made++) {
      const text = Array.from({ length: 1 + source.below(6) }, () => source.pick(words)).join(' ');
      if (safeText(text) !== text) expect(safeText(text)).toBe(text);
    }
  });
});
