// safeName against the corpus and 10,000 made cases of each class: the receiver's folder is never left.
import { describe, expect, test } from 'vitest';
import { nextName, type SafeName, safeName } from '../../src/text/safe-name.ts';
import {
  byClass,
  type Chance,
  casesPerClass,
  chance,
  fileNames,
  type NameRecord,
  recombine,
} from './corpus.ts';

const device = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** What is wrong with a name as one component of a path on POSIX and on Windows. */
function flaw(name: string, bytesMax = 244): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'no name';
  if (/[/\\<>:"|?*\u2044\u2215\uff0f\uff3c\uff0e]/.test(name)) return 'separator or forbidden';
  if (/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\u00ad\u2060\ufeff]/u.test(name)) return 'invisible';
  if (!name.isWellFormed() || /\p{Noncharacter_Code_Point}/u.test(name)) return 'no Unicode';
  if (/^[\s.\-~@=+]|[\s.]$/.test(name)) return 'begins or ends badly';
  if (device.test(name)) return 'device';
  if (/~\d|\.(desktop|url|lnk|scf)$|^autorun\.inf$/i.test(name)) return 'started or aliased';
  if (name !== name.normalize('NFC')) return 'not NFC';
  return Buffer.byteLength(name) > bytesMax ? 'too long' : undefined;
}

/** What a file system that folds case and compatibility takes for one name. */
const folded = (name: string) => name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

function save(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((raw) => {
    const name = safeName(raw);
    let tried: SafeName = name;
    for (let n = 1; taken.has(folded(tried)); n++) tried = nextName(name, n);
    taken.add(folded(tried));
    return tried;
  });
}

function broken(record: NameRecord): string[] {
  const name = safeName(record.text);
  return record.expect.filter((rule) => {
    if (rule === 'safe-basename') return flaw(name) !== undefined;
    if (rule === 'keep') return name !== record.text;
    if (rule === 'refuse-or-rename') return name === record.text;
    if (rule.startsWith('ext-visible:')) return !name.endsWith(rule.slice('ext-visible:'.length));
    return false;
  });
}

test('the corpus has its 126 records', () => {
  expect(fileNames).toHaveLength(126);
});

describe('every record keeps its rules', () => {
  for (const [name, records] of byClass(fileNames)) {
    test(name, () => {
      const wrong = records.flatMap((record) => broken(record).map((rule) => [record.name, rule]));
      expect(wrong).toEqual([]);
    });
  }

  const groups = Object.groupBy(
    fileNames.filter((record) => record.expect.some((rule) => rule.startsWith('group:'))),
    (record) => record.expect.find((rule) => rule.startsWith('group:')) ?? '',
  );
  for (const [group, records = []] of Object.entries(groups)) {
    test(`${group} ends in as many files, on a file system that folds names too`, () => {
      const saved = save(records.map((record) => record.text));
      expect(new Set(saved.map(folded)).size).toBe(records.length);
      expect(saved.filter((name) => flaw(name, 250) !== undefined)).toEqual([]);
    });
  }
});

describe(`${casesPerClass} made cases of each class`, () => {
  byClass(fileNames).forEach(([name, records], seed) => {
    test(name, () => {
      const source = chance(seed + 100);
      const texts = records.map((record) => record.text).filter((text) => text !== '');
      for (let made = 0; made < casesPerClass; made++) {
        const text = recombine(texts, source) + source.pick(['', '.txt', '.exe', ' .', '/..', '\\nul']);
        const found = flaw(safeName(text));
        if (found !== undefined) expect({ made, text: JSON.stringify(text), found }).toBeUndefined();
      }
    });
  });

  test('an extension stays the end of its name, whatever stands before and in it', () => {
    const source = chance(200);
    const noise = [
      '\u202e',
      '\u2067',
      '\u200b',
      '\u00ad',
      '\u2060',
      'مر',
      'a',
      ' ',
      '漢',
      '/',
      '.',
      '\u0301',
    ];
    const extensions = ['.exe', '.ScR', '.js', '.tar.gz', '.pdf'];
    for (let made = 0; made < casesPerClass; made++) {
      const extension = source.pick(extensions);
      const stem = Array.from({ length: source.below(300) }, () => source.pick(noise)).join('');
      const name = safeName(`x${stem}x${extension}`);
      if (!name.endsWith(extension)) expect(name).toContain(extension);
    }
  });

  test('ordinary names stay as they are', () => {
    const source = chance(201);
    for (let made = 0; made < casesPerClass; made++) {
      const text = `${ordinary(source)}.${source.pick(['pdf', 'JPG', 'tar.gz', 'md', 'ts'])}`;
      if (safeName(text) !== text) expect(safeName(text)).toBe(text);
    }
  });
});

function ordinary({ below, pick }: Chance): string {
  const words = [
    'Report',
    'photo',
    '2026-08-01',
    '(1)',
    '日本語',
    'отчёт',
    'v1.2',
    '🎉',
    'naïve',
    'a_b',
    '[x]',
    '100%',
  ];
  return Array.from({ length: 1 + below(5) }, () => pick(words)).join(pick([' ', '_', '-', '.', '']));
}

describe('nextName', () => {
  test('counts before the extension', () => {
    expect(nextName(safeName('plan.pdf'), 1)).toBe('plan (1).pdf');
    expect(nextName(safeName('logs.tar.gz'), 2)).toBe('logs (2).tar.gz');
    expect(nextName(safeName('Makefile'), 3)).toBe('Makefile (3)');
  });

  test('leaves room for .part behind the longest name with the highest count', () => {
    const name = nextName(safeName(`${'漢'.repeat(300)}.tar.gz`), 999);
    expect(Buffer.byteLength(`${name}.part`)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/漢 \(999\)\.tar\.gz$/);
  });
});
