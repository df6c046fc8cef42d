// What Enter means: text, a command, or a word that is asked back.
import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../src/text/edit-distance.ts';
import { commandHelp, commands, parseInput } from '../../../src/ui/commands/index.ts';
import { openerFor } from '../../../src/ui/commands/launch.ts';
import { names } from '../../../src/ui/commands/parse.ts';
import { pathOf } from '../../../src/ui/commands/path.ts';

/** `text:…`, `command:NAME:rest` or `unknown:WORD:nearest`. */
function meant(text: string): string {
  const parsed = parseInput(text);
  if (parsed.type === 'text') return `text:${parsed.text}`;
  if (parsed.type === 'unknown') return `unknown:${parsed.word}:${parsed.nearest}`;
  return `command:${parsed.command.name}:${parsed.rest}`;
}

describe('what was typed', () => {
  test.each([
    ['hello', 'text:hello'],
    [' /who', 'text: /who'],
    ['/who', 'command:/who:'],
    ['/WHO', 'command:/who:'],
    ['!INFO', 'command:/who:'],
    ['!info', 'command:/who:'],
    ['!Info please', 'command:/who:please'],
    ['!FILE ~/my plan.pdf', 'command:/file:~/my plan.pdf'],
    ['!file x', 'command:/file:x'],
    ['!DISCONNECT', 'command:/quit:'],
    ['!Disconnect', 'command:/quit:'],
    ['/exit', 'command:/quit:'],
    ['/disconnect', 'command:/quit:'],
    ['/upload a', 'command:/file:a'],
    ['/attach a', 'command:/file:a'],
    ['/download 3', 'command:/get:3'],
    ['/names', 'command:/names:'],
    ['/me  waves ', 'command:/me:waves'],
    ['/whi', 'unknown:/whi:/who'],
    ['/quti', 'unknown:/quti:/quit'],
    ['/disco', 'unknown:/disco:/disconnect'],
    ['/xyzzy', 'unknown:/xyzzy:undefined'],
    ['/usr/bin/x', 'text:/usr/bin/x'],
    ['/etc/passwd is a file', 'text:/etc/passwd is a file'],
    ['/', 'text:/'],
    ['/ hm', 'text:/ hm'],
    ['//who', 'text:/who'],
    ['!INFOO', 'unknown:!INFOO:!INFO'],
    ['!ifno', 'unknown:!ifno:!INFO'],
    ['!FIEL x', 'unknown:!FIEL:!FILE'],
    ['!DISCONECT', 'unknown:!DISCONECT:!DISCONNECT'],
    ['!deploy', 'text:!deploy'],
    ['!', 'text:!'],
    ['!!INFO', 'text:!INFO'],
    ['!important: read this', 'text:!important: read this'],
  ])('%j is %s', (text, expected) => {
    expect(meant(text)).toBe(expected);
  });

  test('no word runs two commands', () => {
    const words = commands.flatMap(names);
    expect(new Set(words).size).toBe(words.length);
  });

  test('every command stands in help with what it does', () => {
    expect(commandHelp().map(({ words }) => words.split(/[ ,]/)[0])).toEqual(
      commands.map(({ name }) => name),
    );
  });

  test.each([
    ['who', 'who', 0],
    ['whi', 'who', 1],
    ['hwo', 'who', 1],
    ['wo', 'who', 1],
    ['', 'who', 3],
  ])('%j and %j are %i apart', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });
});

describe('paths', () => {
  test.each([
    ['/tmp/a b.txt', '/tmp/a b.txt'],
    ['"/tmp/a b.txt"', '/tmp/a b.txt'],
    ["'/tmp/a b.txt'", '/tmp/a b.txt'],
    ['/tmp/a\\ b.txt', '/tmp/a b.txt'],
    ['"/tmp/a\\b.txt"', '/tmp/a\\b.txt'],
    ['file:///tmp/a%20b.txt', '/tmp/a b.txt'],
    ['~', '/home/x'],
    ['~/a', '/home/x/a'],
    ['~a', `${process.cwd()}/~a`],
    ['a', `${process.cwd()}/a`],
  ])('%s is %s', (typed, path) => {
    expect(pathOf(typed, '/home/x')).toBe(path);
  });

  test('~ is the home folder', () => {
    expect(pathOf('~/x')).toBe(`${homedir()}/x`);
  });
});

describe('opening', () => {
  test('takes absolute paths and web links only, and never a shell', () => {
    expect(openerFor('linux', '/tmp/a;b')).toEqual({ program: 'xdg-open', args: ['/tmp/a;b'] });
    expect(openerFor('darwin', '/tmp/-x')).toEqual({ program: 'open', args: ['--', '/tmp/-x'] });
    expect(openerFor('win32', 'C:\\a & b.txt')).toEqual({ program: 'explorer.exe', args: ['C:\\a & b.txt'] });
    for (const target of ['-x', 'file.txt', 'javascript:alert(1)', 'file:///etc/passwd', 'ssh://host']) {
      expect(() => openerFor('linux', target)).toThrow('neither');
    }
  });
});
