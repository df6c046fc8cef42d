// Markdown's everyday part: what it shows, what it leaves as it was typed, and that it costs and loses nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeText } from '../../../src/text/safe-text.ts';
import { columns } from '../../../src/text/width.ts';
import { codePieces } from '../../../src/ui/text/highlight.ts';
import { inlinePieces } from '../../../src/ui/text/inline.ts';
import { styledLines } from '../../../src/ui/text/markdown.ts';
import { styledRows } from '../../../src/ui/text/styled.ts';
import { themeFor } from '../../../src/ui/theme.ts';
import { escapes } from '../../text/corpus.ts';

const theme = themeFor({ TERM: 'xterm-256color' });
const codes = /\u001b\[[\d;]*m|\u001b\]8;;[!-~]*\u001b\\/g;
const rowsOf = (text: string, width: number, is: 'whole' | 'cut' = 'whole') =>
  styledLines(safeText(text), [], is).flatMap((line) => styledRows(line, width, theme));
const bare = (rows: readonly string[]) => rows.map((row) => row.replaceAll(codes, ''));

/** `strong:bold`, one a piece that has looks; plain text is left out. */
const looksOf = (line: string, calls: readonly string[] = []) =>
  inlinePieces(line, calls).flatMap(({ text, roles }) =>
    roles.length ? [`${roles.join('+')}:${text}`] : [],
  );

describe('within a line', () => {
  test.each([
    ['**bold** and *italic* and _italic_', ['strong:bold', 'emphasis:italic', 'emphasis:italic']],
    ['***both***, ~~struck~~', ['strong+emphasis:both', 'struck:struck']],
    ['**a *b* c**', ['strong:a ', 'strong+emphasis:b', 'strong: c']],
    ['run `npm i *` now', ['code:`npm i *`']],
    ['``a ` b``', ['code:``a ` b``']],
    ['see https://example.org/a_b_c, ok', ['link:https://example.org/a_b_c']],
    ['(https://example.org/x_(y))', ['link:https://example.org/x_(y)']],
    ['这是**重点**内容', ['strong:重点']],
  ])('%j has the looks %j', (line, looks) => {
    expect(looksOf(line)).toEqual(looks);
  });

  test.each([
    '2 * 3 * 4 and 2*3*4',
    'snake_case_name and __init__',
    'rm *.js *.ts',
    '*args, **kwargs',
    'an *opened one',
    'a closed* one',
    '** not bold **',
    'it’s `open',
    '¯\\_(ツ)_/¯',
    '\\*not this\\*',
    '****',
    '[no link](javascript:alert(1))',
    '[no link](nothing)',
    'ftp://example.org file:///etc/passwd',
    'xhttp://example.org',
    '5 > 3 < 7',
  ])('%j stays as it was typed', (line) => {
    expect(inlinePieces(line, [])).toEqual([{ text: line, roles: [] }]);
  });

  test('a link with a text of its own says where it leads', () => {
    const pieces = inlinePieces('read [my bank](https://evil.example/x) now', []);
    expect(pieces.map(({ text }) => text).join('')).toBe('read my bank (https://evil.example/x) now');
    expect(pieces.filter(({ href }) => href !== undefined).map(({ href }) => href)).toEqual([
      'https://evil.example/x',
      'https://evil.example/x',
    ]);
  });

  test('words that speak to the reader stand out, also within emphasis, but not in code', () => {
    expect(looksOf('hi @ada, **@ada** `@ada`', ['@ada'])).toEqual([
      'mention:@ada',
      'strong+mention:@ada',
      'code:`@ada`',
    ]);
  });

  test('of any line only marks that have their counterpart go, and nothing comes but the braces of a link', () => {
    const bit = fc.constantFrom(
      '*',
      '**',
      '_',
      '~~',
      '`',
      '[',
      '](',
      ')',
      'a',
      ' ',
      '漢',
      '\\',
      'https://a.b/',
    );
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 40 }), (bits) => {
        const line = bits.join('');
        const shown = inlinePieces(line, [])
          .map(({ text }) => text)
          .join('');
        const letters = (text: string) => text.replace(/[^a漢\\`]/g, '');
        // The address of a named link is shown once more than it was typed, never less.
        if (!line.includes('](https')) expect(letters(shown)).toBe(letters(line));
        expect(shown.length).toBeLessThanOrEqual(line.length + 2 * bits.length);
      }),
    );
  });
});

describe('blocks', () => {
  test('code has a bar, and colours by words, strings, numbers and comments', () => {
    const rows = rowsOf('```ts\nconst a = "x"; // why\nreturn 12;\n```', 60);
    expect(bare(rows)).toEqual(['▏ const a = "x"; // why', '▏ return 12;']);
    const paint = (role: Parameters<typeof theme.paint>[0], text: string) => theme.paint(role, text);
    expect(rows[0]).toContain(paint('keyword', 'const'));
    expect(rows[0]).toContain(paint('string', '"x"'));
    expect(rows[0]).toContain(paint('comment', '// why'));
    expect(rows[1]).toContain(paint('number', '12'));
  });

  test('a comment goes over lines, and what is behind it is code again', () => {
    const [first, second] = codePieces(['a /* b', 'c */ return'], 'c');
    expect(first?.at(-1)).toEqual({ text: '/* b', roles: ['comment'] });
    expect(second?.[0]).toEqual({ text: 'c */', roles: ['comment'] });
    expect(second?.at(-1)).toEqual({ text: 'return', roles: ['keyword'] });
  });

  test('a fence that is not closed stays as it was typed; one that the fold cut is one all the same', () => {
    expect(bare(rowsOf('```js\nlet a', 40))).toEqual(['```js', 'let a']);
    expect(bare(rowsOf('```js\nlet a', 40, 'cut'))).toEqual(['▏ let a']);
    expect(bare(rowsOf('```\n```', 40))).toEqual(['```', '```']);
  });

  test('quotes and lists hang where they go on', () => {
    const long = 'word '.repeat(8).trim();
    expect(bare(rowsOf(`> ${long}`, 24))).toEqual(['> word word word word', '> word word word word']);
    expect(bare(rowsOf(`- ${long}`, 24))).toEqual(['- word word word word', '  word word word word']);
    expect(bare(rowsOf(`12. ${long}`, 24))).toEqual(['12. word word word word', '    word word word word']);
  });

  test('a quote deeper than the row is wide is there whole', () => {
    expect(bare(rowsOf(`${'>'.repeat(100)} end`, 20)).join('')).toBe(`${'>'.repeat(100)} end`);
  });
});

describe('rows', () => {
  test('looks begin and end in each row, so that none reaches into the next', () => {
    const rows = rowsOf(`**${'bold word '.repeat(12)}end** https://example.org/${'x'.repeat(90)}`, 30);
    expect(rows.length).toBeGreaterThan(6);
    for (const row of rows) {
      const open = [...row.matchAll(/\u001b\[(\d+)(?:;[\d;]*)?m/g)].map((match) => match[1]);
      const on = open.filter((code) => ['1', '4', '38'].includes(code ?? '')).length;
      const off = open.filter((code) => ['22', '24', '39'].includes(code ?? '')).length;
      expect(on).toBe(off);
      const links = row.match(/\u001b\]8;;[!-~]*\u001b\\/g) ?? [];
      expect(links.length % 2).toBe(0);
      expect(links.filter((link) => link === '\u001b]8;;\u001b\\').length).toBe(links.length / 2);
    }
  });

  test('no row is wider than it may be, whatever is written', () => {
    for (const { text } of escapes.filter((record) => record.text.length < 4_000))
      for (const width of [8, 23, 60]) {
        const rows = bare(rowsOf(text, width));
        for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(Math.max(width, 2));
      }
  });

  test('the only sequences are our looks and links', () => {
    for (const { text } of escapes)
      for (const row of rowsOf(text.slice(0, 4_000), 40))
        expect(row.replaceAll(codes, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  test('code is told as it is, whatever it holds', () => {
    const bit = fc.constantFrom(
      '"',
      "'",
      '`',
      '\\',
      '//',
      '/*',
      '*/',
      '#',
      '--',
      'if',
      'x1',
      '12',
      ' ',
      'é',
      '😀',
    );
    const name = fc.constantFrom('ts', 'c', 'go', 'rust', 'py', 'sh', 'sql', 'json', '', 'nothing-known');
    fc.assert(
      fc.property(fc.array(fc.array(bit, { maxLength: 12 }), { maxLength: 5 }), name, (lines, language) => {
        const code = lines.map((bits) => bits.join(''));
        const shown = codePieces(code, language).map((pieces) => pieces.map(({ text }) => text).join(''));
        expect(shown).toEqual(code);
      }),
    );
  });
});
