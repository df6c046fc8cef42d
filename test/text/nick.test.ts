// Nicks against the corpus and 10,000 made cases of each class: nobody passes for another or for the system.
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { nickSkeleton, parseNick } from '../../src/text/nick.ts';
import { byClass, type Chance, casesPerClass, chance, type NameRecord, nicks } from './corpus.ts';

type Rule = (record: NameRecord, argument: string) => boolean;

const rules: Readonly<Record<string, Rule>> = {
  reject: (record) => !parseNick(record.text).ok,
  reserved: (record) => !parseNick(record.text).ok,
  accept: (record) => {
    const parsed = parseNick(record.text);
    return parsed.ok && (record.target === undefined || parsed.skeleton !== nickSkeleton(record.target));
  },
  'accept-unless-taken': (record, target) => {
    const parsed = parseNick(record.text);
    return !parsed.ok || parsed.skeleton === nickSkeleton(target);
  },
  /** Left to us, and we are strict: what is a reserved word but for an accent or a dash is refused. */
  policy: (record) => !parseNick(record.text).ok,
  normalise: (record, wanted) => {
    const parsed = parseNick(record.text);
    return parsed.ok && parsed.nick === wanted;
  },
};

function broken(record: NameRecord): string[] {
  return record.expect.filter((rule) => {
    const [, name = '', argument = ''] = /^([^:]*):?(.*)$/s.exec(rule) ?? [];
    return rules[name]?.(record, argument) !== true;
  });
}

test('the corpus has its 149 records', () => {
  expect(nicks).toHaveLength(149);
});

test('a nick one over its characters or its columns is refused, at them not', () => {
  const { nickChars, nickColumns } = limits;
  const isTaken = (char: string, count: number) => parseNick(char.repeat(count)).ok;
  expect([isTaken('x', nickColumns), isTaken('x', nickColumns + 1)]).toEqual([true, false]);
  expect([isTaken('漢', nickColumns / 2), isTaken('漢', nickColumns / 2 + 1)]).toEqual([true, false]);
  expect(isTaken('x', nickChars + 1)).toBe(false);
  expect(isTaken('x', 1e6)).toBe(false);
});

describe('every record keeps its rules', () => {
  for (const [name, records] of byClass(nicks)) {
    test(name, () => {
      const wrong = records.flatMap((record) => broken(record).map((rule) => [record.text, rule]));
      expect(wrong).toEqual([]);
    });
  }
});

const plainNicks = ['alice', 'Bob', 'carol', 'dave_7', 'x.y', 'Eve-1', 'José', 'peggy', 'trent', 'oscar'];
const lookalikes: Readonly<Record<string, readonly string[]>> = {
  a: ['а', 'α', 'ａ', 'ɑ', '𝐚', 'A'],
  b: ['Ь', 'В', 'ｂ'],
  c: ['с', 'ϲ', 'C', 'ⅽ'],
  e: ['е', 'E', 'ε', '𝚎'],
  i: ['і', 'l', '1', 'I', 'ι', 'ı'],
  l: ['1', 'I', 'ӏ', 'i', '|'],
  o: ['о', 'ο', '0', 'O', 'օ'],
  p: ['р', 'ρ', 'P'],
  r: ['г', 'R'],
  s: ['ѕ', 'S', 'ꜱ'],
  t: ['т', 'T', 'τ'],
  v: ['ν', 'ѵ', 'V'],
  y: ['у', 'γ', 'Y'],
};
const reservedWords = [
  'admin',
  'root',
  'system',
  'server',
  'moderator',
  'everyone',
  'operator',
  'null',
  'bot',
];
const hidden = [
  '\u200b',
  '\u200d',
  '\u202e',
  '\u00ad',
  '\u2060',
  '\ufeff',
  '\ufe0f',
  '\x1b',
  '\x07',
  '\n',
  '\u{e0061}',
  '\u2800',
  '\u0335',
  '\ue000',
];
const forbidden = [...'@/*%`<>:,|&!=\\()^[]{}#~"\'?;$+ →│✓★👑'];
const foreign: ReadonlyArray<readonly [string, string]> = [
  ['abc', 'а'],
  ['abc', 'א'],
  ['abc', 'ก'],
  ['abc', 'α'],
  ['عمر', 'x'],
  ['かな', '한'],
  ['иван', 'z'],
  ['abc', '丨'],
];

function disguise(word: string, { below, pick }: Chance): string {
  const at = below(word.length);
  return [...word]
    .map((letter, index) => {
      const options = lookalikes[letter];
      return options !== undefined && (index === at || below(3) === 0) ? pick(options) : letter;
    })
    .join('');
}

function insert(word: string, part: string, { below }: Chance): string {
  const at = below(word.length + 1);
  return word.slice(0, at) + part + word.slice(at);
}

const isRefused = (nick: string) => !parseNick(nick).ok;

/** A made case of each class, and what must hold for it. */
const classes: Readonly<Record<string, (source: Chance) => { nick: string; holds: boolean }>> = {
  confusable: (source) => {
    const target = source.pick(plainNicks);
    const nick = disguise(target, source);
    const parsed = parseNick(nick);
    return { nick, holds: !parsed.ok || parsed.skeleton === nickSkeleton(target) };
  },
  'reserved in any case': (source) => {
    const letters = [...source.pick(reservedWords)];
    const nick = letters.map((letter) => (source.below(2) === 0 ? letter.toUpperCase() : letter)).join('');
    return { nick, holds: isRefused(nick) };
  },
  'reserved lookalike': (source) => {
    const word = source.pick(reservedWords);
    const nick = disguise(word, source) + source.pick(['', '', '_', '.', '-']);
    // A plain l in place of an i, or the reverse, makes another word.
    const isOther = [...word].some((letter, at) => `${letter}${[...nick][at]}`.match(/^(il|li)$/) !== null);
    return { nick, holds: isOther || isRefused(nick) };
  },
  'control and invisible': (source) => {
    const nick = insert(source.pick(plainNicks), source.pick(hidden), source);
    return { nick, holds: isRefused(nick) };
  },
  syntax: (source) => {
    const nick = insert(source.pick(plainNicks), source.pick(forbidden), source);
    return { nick, holds: isRefused(nick) };
  },
  'mixed script': (source) => {
    const [word, letter] = source.pick(foreign);
    const nick = insert(word, letter, source);
    return { nick, holds: isRefused(nick) };
  },
  length: (source) => {
    const nick = source.pick(['a', 'é', '漢', 'и', '😀', 'e\u0301', '1']).repeat(25 + source.below(100));
    return { nick, holds: isRefused(nick) };
  },
  accept: (source) => {
    const [letters] = source.pick(alphabets);
    const length = 5 + source.below(6);
    const nick =
      Array.from({ length }, () => source.pick([...letters])).join('') + source.pick(['', '_x7', '.9', '-2']);
    const parsed = parseNick(letters === latin ? nick : nick.replace('x', ''));
    return { nick, holds: parsed.ok };
  },
  normalise: (source) => {
    const nick = source.pick(['José', 'Zoë', 'Ångström', 'Đặng', 'Γιώργος', 'Андрій', '한국어', 'がぎぐ']);
    const [nfd, nfc] = [parseNick(nick.normalize('NFD')), parseNick(nick)];
    return { nick, holds: nfd.ok && nfc.ok && nfd.nick === nfc.nick && nfd.skeleton === nfc.skeleton };
  },
};
const latin = 'abcdefghkqwyzéüñ';
const alphabets: ReadonlyArray<readonly [string]> = [
  [latin],
  ['абвгджзик'],
  ['αβγδζθκ'],
  ['さくらカナ漢字'],
  ['אבגדה'],
  ['مرحبا'],
  ['कखगघ'],
  ['가나다라'],
];

describe(`${casesPerClass} made cases of each class`, () => {
  Object.entries(classes).forEach(([name, make], seed) => {
    test(name, () => {
      const source = chance(seed + 300);
      for (let made = 0; made < casesPerClass; made++) {
        const { nick, holds } = make(source);
        if (!holds) expect({ made, nick, parsed: parseNick(nick) }).toBeUndefined();
      }
    });
  });
});

describe('parseNick', () => {
  test('says in a sentence what a nick may be, and repeats nothing of the refused one', () => {
    const parsed = parseNick('\x1b]0;x\x07');
    expect(parsed).toEqual({
      ok: false,
      reason: 'nick-invalid',
      sentence: 'A nick has only letters, digits, _ . and -, and begins with a letter, a digit or _.',
    });
  });

  test('takes 32 characters and 24 columns, not one more', () => {
    expect(parseNick('a'.repeat(24)).ok).toBe(true);
    expect(parseNick('a'.repeat(25)).ok).toBe(false);
    expect(parseNick('漢'.repeat(12)).ok).toBe(true);
    expect(parseNick('漢'.repeat(13)).ok).toBe(false);
  });

  test('people whose names are near a reserved word may have them', () => {
    const names = ['Ali', 'ALI', 'ali', 'Nan', 'Roo', 'Adina', 'Modesta', 'Hosta', 'Heidi', 'Ulli'];
    expect(names.filter((name) => !parseNick(name).ok)).toEqual([]);
    expect(['AII', 'aIl', 'a11', 'All', 'ａll'].filter((name) => parseNick(name).ok)).toEqual([]);
  });

  test('a number is no nick', () => {
    expect(['1', '007', '1e9', '0x10', '_', '_1'].filter((nick) => parseNick(nick).ok)).toEqual([]);
  });

  test('rn reads as m, vv as w, and case does not count', () => {
    expect(nickSkeleton('Bernie')).toBe(nickSkeleton('bemie'));
    expect(nickSkeleton('vvill')).toBe(nickSkeleton('WILL'));
  });
});
