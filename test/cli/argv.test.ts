import { describe, expect, test } from 'vitest';
import { parseArgv, wholeNumber } from '../../src/cli/argv.ts';
import { UsageError } from '../../src/cli/failure.ts';
import { helpText } from '../../src/cli/help.ts';
import { commands, isCommand } from '../../src/cli/options.ts';
import { nearest } from '../../src/cli/suggest.ts';
import { editDistance } from '../../src/text/edit-distance.ts';

function parse(line: string, env: NodeJS.ProcessEnv = {}) {
  return parseArgv(line === '' ? [] : line.split(' '), env);
}

describe('a command line', () => {
  test.each([
    ['', 'chat', [], {}],
    ['--nick ada', 'chat', [], { nick: 'ada' }],
    ['chat.example.org', 'chat', ['chat.example.org'], {}],
    ['chat://10.0.0.1:2428/general', 'chat', ['chat://10.0.0.1:2428/general'], {}],
    ['[::1]:2428 -n ada', 'chat', ['[::1]:2428'], { nick: 'ada' }],
    ['raspberrypi', 'chat', ['raspberrypi'], {}],
    [
      '-n ada -r dev --plain --commands',
      'chat',
      [],
      { nick: 'ada', room: 'dev', plain: true, commands: true },
    ],
    ['send hello world', 'send', ['hello', 'world'], {}],
    ['--nick ada send hi', 'send', ['hi'], { nick: 'ada' }],
    ['-nada send hi', 'send', ['hi'], { nick: 'ada' }],
    ['get 12 -o-', 'get', ['12'], { output: '-' }],
    ['-n=ada --room=dev who', 'who', [], { nick: 'ada', room: 'dev' }],
    ['chat -n ada', 'chat', [], { nick: 'ada' }],
    ['-n ada -- send', 'chat', ['send'], { nick: 'ada' }],
    ['help', 'chat', [], { help: true }],
    ['help send', 'send', [], { help: true }],
    ['send -', 'send', ['-'], {}],
    ['send a=b -- --c=d', 'send', ['a=b', '--c=d'], {}],
    ['send -- --nick is text', 'send', ['--nick', 'is', 'text'], {}],
    ['send 007 0x10 1e3', 'send', ['007', '0x10', '1e3'], {}],
    [
      'send --id 01890000-0000-7000-8000-000000000000 x',
      'send',
      ['x'],
      { id: '01890000-0000-7000-8000-000000000000' },
    ],
    ['get 12 -o -', 'get', ['12'], { output: '-' }],
    ['who --all --json', 'who', [], { all: true, json: true }],
    [
      'history --limit 5 --before 9 --after 2 --follow',
      'history',
      [],
      { limit: '5', before: '9', after: '2', follow: true },
    ],
    ['serve --no-limits --plain-tcp --open', 'serve', [], { limits: false, plainTcp: true, open: true }],
    [
      'serve --listen [::]:0 --public example.org --data /d --name N',
      'serve',
      [],
      { listen: '[::]:0', public: 'example.org', data: '/d', name: 'N' },
    ],
    ['put a b', 'put', ['a', 'b'], {}],
    ['trust chat://h:1#x', 'trust', ['chat://h:1#x'], {}],
    ['serve --help', 'serve', [], { help: true }],
    ['-h', 'chat', [], { help: true }],
    ['--version', 'chat', [], { version: true }],
  ])('%j is %s', (line, command, input, flags) => {
    expect(parse(line)).toEqual({ command, input, flags });
  });

  test.each([
    ['--nik ada', 'Did you mean --nick?'],
    ['send --flow', 'See chat-tui send --help'],
    ['history --folow', 'Did you mean --follow?'],
    ['-x', '"-x" is no option'],
    ['serv', 'Did you mean chat-tui serve?'],
    ['hsitory', 'Did you mean chat-tui history?'],
    ['who --follow', '--follow is no option of chat-tui who'],
    ['who me', 'one word too many'],
    ['a.example b.example', 'one word too many'],
    ['--nick', '--nick wants a value'],
    ['--nick ada --nick bob', 'only be set once'],
    ['invite', 'planned'],
    ['backup', 'planned'],
    ['restore', 'planned'],
    ['status', 'planned'],
    ['doctor', 'planned'],
    ['serve --store nats://h', 'planned'],
  ])('%j is wrong usage, with the next step', (line, sentence) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(sentence);
  });

  test('an environment variable stands in for an absent option, and an option beats it', () => {
    const env = { CHAT_TUI_SERVER: 'h:1', CHAT_TUI_NICK: 'ada', CHAT_TUI_DIR: '/d' };
    expect(parse('who', env).flags).toEqual({ server: 'h:1', nick: 'ada', dir: '/d' });
    expect(parse('who -n bob', env).flags.nick).toBe('bob');
    expect(parse('who', { CHAT_TUI_NICK: '' }).flags).toEqual({});
  });

  test('words of the user come back in sentences without their control characters', () => {
    expect(() => parseArgv(['who', '\u001b[31mx'], {})).toThrow(/"\\u001b\[31mx"/);
  });
});

describe('a number of an option', () => {
  test('is whole and not below its least', () => {
    expect(wholeNumber('limit', '0', 0)).toBe(0);
    for (const text of ['-1', '1.5', 'ten', '', '99999999999999999']) {
      expect(() => wholeNumber('limit', text, 0)).toThrow(UsageError);
    }
    expect(() => wholeNumber('limit', '0', 1)).toThrow(UsageError);
  });
});

describe('help', () => {
  test('names every subcommand and every option of each, and no hidden one', () => {
    const main = helpText('chat');
    for (const name of Object.keys(commands)) {
      if (name === 'serve-local') expect(main).not.toContain(name);
      else expect(main).toContain(`chat-tui ${name === 'chat' ? '[LINK]' : name}`);
    }
    expect(helpText('serve')).toMatch(/--listen HOST:PORT[\s\S]*--no-limits[\s\S]*--nick NAME/);
    expect(helpText('history')).toContain('--follow');
    expect(isCommand('toString')).toBe(false);
  });

  test('fits a terminal of 120 columns', () => {
    for (const name of ['chat', 'serve', 'send', 'get'] as const) {
      for (const line of helpText(name).split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
  });
});

describe('the nearest word', () => {
  test('is one that may have been meant, or none', () => {
    expect(nearest('hsitory', ['history', 'who'])).toBe('history');
    expect(nearest('nas', ['who', 'get', 'history'])).toBeUndefined();
    expect(nearest('x'.repeat(100_000), ['who'])).toBeUndefined();
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});
