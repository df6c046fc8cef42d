import { describe, expect, test } from 'vitest';
import { foldLines, isBlank, safeLine, safeText } from '../../src/text/safe-text.ts';

describe('what harms', () => {
  test('an escape sequence becomes the picture of ESC and plain text', () => {
    expect(safeText('\x1b[31mred')).toBe('␛[31mred');
  });

  test('a removed invisible never joins two halves of a sequence', () => {
    expect(safeText('\x1b\u200b[2J')).toBe('␛[2J');
  });

  test('C1 controls and lone surrogates become U+FFFD', () => {
    expect(safeText('a\x9b31m\ud800b\udc00')).toBe('a\ufffd31m\ufffdb\ufffd');
  });

  test('bidi controls and invisible characters are gone', () => {
    expect(safeText('pay\u202epal\u200b\u00ad\u2060\ufeff')).toBe('paypal');
  });

  test('marks have a base of their own and at most eight of them stay', () => {
    expect(safeText('\u0301x')).toBe('\u25cc\u0301x');
    expect(safeText(`a\n\u0301`)).toBe('a\n\u25cc\u0301');
    expect(safeText(`a${'\u0301'.repeat(30)}b`)).toBe(`a${'\u0301'.repeat(8)}b`);
  });

  test('tags and selectors that carry hidden text are gone', () => {
    expect(safeText('a\u{e0061}\u{e0062}b\ufe01c\u{e0100}')).toBe('abc');
  });

  test('joiners between Latin letters are gone, and an emoji has at most four of them', () => {
    expect(safeText('pay\u200dpal pay\u200cpal')).toBe('paypal paypal');
    expect(safeText(Array(9).fill('👩').join('\u200d'))).toBe(
      `${Array(5).fill('👩').join('\u200d')}${Array(4).fill('👩').join('\u200d')}`,
    );
    expect(safeText('a🏽 🏽👩🏽🏽')).toBe('a\ufffd \ufffd👩🏽\ufffd');
  });
});

describe('what is honest', () => {
  test.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['a couple with tones', '👩🏽‍❤️‍💋‍👨🏿'],
    ['a pirate flag', '🏴‍☠️'],
    ['the flag of Scotland', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['keycaps', '1️⃣ #️⃣'],
    ['a Persian ZWNJ', 'می‌خواهم'],
    ['a Sinhala conjunct', 'ශ්‍රී ලංකා'],
    ['a Malayalam chillu', 'അവന്‍'],
    ['a Bengali ya-phala', 'র‍্য'],
    ['a Sanskrit cluster', 'कार्त्स्न्यं'],
    ['a Tibetan stack', 'རྒྱལ'],
    ['Hebrew with cantillation', 'בְּרֵאשִׁ֖ית'],
    ['a Japanese name with its variant', '葛\u{e0100}城'],
    ['Vietnamese in NFD', 'Vie\u0323\u0302t'],
    ['symbols of a patched font', '\ue0b0 \uf113'],
    ['spaces of French', 'Oui\u202f! 10\u00a0%'],
    ['Braille', '⠓⠑⠇⠇⠕'],
    ['a table', '┌─┐\n│x│\n└─┘'],
  ])('%s stays', (_, text) => {
    expect(safeText(text)).toBe(text);
  });

  test('a plain text is the same string again', () => {
    const text = 'Grüße, мир! 漢字 “quotes” → ok';
    expect(safeText(text)).toBe(text);
  });
});

describe('lines', () => {
  test('all line ends become LF and a tab four spaces', () => {
    expect(safeText('a\r\nb\rc\u2028d\te')).toBe('a\nb\nc\nd    e');
  });

  test('safeLine shows line ends as ⏎', () => {
    expect(safeLine('a\r\nb')).toBe('a⏎b');
  });

  test('a long text folds and says how many lines are hidden', () => {
    expect(foldLines(safeText('a\nb\nc\nd'), 2)).toEqual({ shown: 'a\nb', hidden: 2 });
    expect(foldLines(safeText('a\nb'), 2)).toEqual({ shown: 'a\nb', hidden: 0 });
    expect(foldLines(safeText(''), 2)).toEqual({ shown: '', hidden: 0 });
  });

  test('what has nothing to see is blank', () => {
    expect(['', ' \n\t', '\u200b\u200b', '\u2800', '\u3164'].map((text) => isBlank(safeText(text)))).toEqual(
      Array(5).fill(true),
    );
    expect(isBlank(safeText(' x '))).toBe(false);
  });
});
