// People in real pseudo-terminals with the built program: first run, talk, history, who is there, leaving.
import { describe, expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const isOnline = (count: number) => (terminal: Terminal) =>
  (terminal.lines[0] ?? '').includes(`${count} online`);

describe('a first run', () => {
  test('asks nothing, starts a server, and the empty room says in three lines what to do', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('Nobody has said anything');
    expect(ada.lines[0]).toMatch(/^ #general .* 1 online/);
    expect(ada.text).toContain('chat-tui serve');
    expect(ada.lines.at(-1)).toMatch(/^ ?\[#general\]/);
    expect(ada.modes).toMatchObject({ screen: 'alternate', paste: true });
  });

  test('tells what to press, and who was there before is not told again', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('!FILE path sends a file');
    ada.enter('/quit');
    expect(await ada.exited).toBe(0);
    const again = home.chat(['--nick', 'ada']);
    await again.shows(isOnline(1));
    expect(again.lines.at(-2)).not.toContain('!FILE');
    const bob = home.chat(['--nick', 'bob']);
    await bob.shows('!FILE path sends a file');
  });

  test.each([
    ['/quit', '/quit\r'],
    ['!DISCONNECT', '!DISCONNECT\r'],
    ['Ctrl-d', '\x04'],
    ['Ctrl-c twice', '\x03\x03'],
  ])('%s typed at the first frame leaves at once, whatever is there by then', async (_what, keys) => {
    await using home = new Home();
    await home.run(['who']);
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('[#general]');
    ada.type(keys);
    expect(await ada.exited).toBe(0);
    expect(ada.modes).toMatchObject({ screen: 'normal', cursor: 'shown', mouse: 'none', paste: false });
  });

  test('without a nick asks for one, offers $USER, and refuses a bad one with a sentence', async () => {
    await using home = new Home();
    const guest = home.chat([], { env: { USER: 'grace' } });
    await guest.shows('grace');
    guest.type('\x7f'.repeat(5));
    guest.enter('admin');
    await guest.shows('This nick is kept for the system');
    guest.type('\x7f'.repeat(5));
    guest.enter('grace');
    await guest.shows(isOnline(1));
    guest.enter('!INFO');
    await guest.shows(/1 online.*grace/);
  });

  test('two first runs at the same moment end in one server', async () => {
    await using home = new Home();
    const [ada, bob] = [home.chat(['--nick', 'ada']), home.chat(['--nick', 'bob'])];
    await Promise.all([ada, bob].map((terminal) => terminal.shows(isOnline(2))));
    ada.enter('are you there?');
    await bob.shows('are you there?');
  });
});

describe('two people', () => {
  test('talk, and each sees who wrote what', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada'], { columns: 120, rows: 40 });
    await ada.shows(isOnline(1));
    const bob = home.chat(['--nick', 'bob'], { columns: 40, rows: 10 });
    await Promise.all([ada, bob].map((terminal) => terminal.shows(isOnline(2))));
    ada.enter('hello from the wide one');
    await bob.shows(/ada │ hello from/);
    bob.enter('and 你好 👩‍👩‍👧 back');
    await ada.shows(/bob │ and 你好 👩‍👩‍👧 back/);
    expect(bob.lines).toHaveLength(10);
    expect(bob.lines.at(-1)).toContain('[#general]');
  });

  test('!INFO names exactly who is there, in any letter case', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows(isOnline(1));
    const bob = home.chat(['--nick', 'bob']);
    await ada.shows(isOnline(2));
    ada.enter('!info');
    await ada.shows(/2 online: ada, bob/);
    bob.enter('!DISCONNECT');
    expect(await bob.exited).toBe(0);
    await ada.shows(isOnline(1));
    ada.enter('!INFO');
    await ada.shows(/1 online: ada/);
  });

  test('!DISCONNECT is seen by the others at once', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows(isOnline(1));
    const bob = home.chat(['--nick', 'bob']);
    await ada.shows(isOnline(2));
    bob.enter('I have to go');
    await ada.shows('I have to go');
    bob.enter('!DISCONNECT');
    await ada.shows(/bob left/);
    expect(isOnline(1)(ada)).toBe(true);
  });

  test('what looks like a command and is none is never sent', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows(isOnline(1));
    ada.enter('/wo');
    await ada.shows('/who');
    ada.type('\x15');
    ada.enter('/usr/bin/env is text');
    await ada.shows(/ada✓│ \/usr\/bin\/env is text/);
    ada.enter('!!info');
    await ada.shows(/│ !info/);
    const { stdout } = await home.run(['history', '--json']);
    const texts = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text?: string }).text);
    expect(texts.filter((text) => text !== undefined)).toEqual(['/usr/bin/env is text', '!info']);
  });
});

/** The numbers of the messages on the screen, from the top. */
function visible(terminal: Terminal): number[] {
  return [...terminal.text.matchAll(/message (\d+) of many/g)].map((match) => Number(match[1]));
}

/** A whole page above `top`, not a screen that is half drawn. */
function isOnePage(numbers: readonly number[], top: number): boolean {
  const [first = top] = numbers;
  return first < top && numbers.every((number, index) => number === first + index);
}

describe('somebody who comes later', () => {
  test('scrolls back through 2,000 messages to the first one ever', async () => {
    await using home = new Home();
    await home.serve(['--no-limits']);
    const lines = Array.from({ length: 2_000 }, (_, n) => `message ${n} of many`);
    const carla = home.chat(['--nick', 'carla', '--plain']);
    await carla.shows('joined');
    for (const line of lines) carla.enter(line);
    await carla.shows('message 1999 of many', 60_000);
    const carl = home.chat(['--nick', 'carl']);
    await carl.shows('message 1999 of many');
    const seen = new Set(visible(carl));
    while (!seen.has(0)) {
      const top = Math.min(...visible(carl));
      carl.type('\x1b[5~');
      await carl.shows((terminal) => isOnePage(visible(terminal), top));
      for (const number of visible(carl)) seen.add(number);
    }
    expect(seen.size).toBe(2_000);
    carl.type('\x1b[1;5F');
    await carl.shows('message 1999 of many');
  }, 120_000);
});
