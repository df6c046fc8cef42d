// Rooms and people in real pseudo-terminals: a private room by invitation, a room of two, what is unread, the search
// view, and the scripts beside them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const isOnline = (count: number) => (terminal: Terminal) =>
  (terminal.lines[0] ?? '').includes(`${count} online`);

const altKey = (key: string) => `\x1b${key}`;

test('a private room by invitation: counts, the marker, and the read position over a restart', async () => {
  await using home = new Home();
  const ada = home.chat(['--nick', 'ada'], { columns: 120, rows: 30 });
  await ada.shows(isOnline(1));
  const bob = home.chat(['--nick', 'bob']);
  await Promise.all([ada, bob].map((terminal) => terminal.shows(isOnline(2))));
  bob.enter('/join secret');
  await bob.shows('#secret is new, and yours');
  bob.enter('/room private');
  await bob.shows('by invitation only');
  ada.enter('/join secret');
  await ada.shows(/invitation/);
  ada.type('\x15');
  bob.enter('/invite ada');
  await ada.shows('+secret');
  ada.enter('/join secret');
  await ada.shows(/^ #secret/m);
  ada.type(altKey('1'));
  await ada.shows(/^ #general/m);
  bob.enter('first for @ada');
  bob.enter('second');
  await ada.shows(/2#secr. +2 1!|2#secret 2 1!/);
  await ada.shows(() => ada.title.startsWith('(1) chat-tui'));
  ada.enter('/quit');
  expect(await ada.exited).toBe(0);
  const again = home.chat(['--nick', 'ada'], { columns: 120, rows: 30 });
  await again.shows(/2#secr. +2 1!|2#secret 2 1!/);
  again.type(altKey('2'));
  await again.shows('─ 2 new ─');
  await again.shows('second');
  const outsider = await home.run(['history', '-r', 'secret', '--nick', 'eve']);
  expect([outsider.code, outsider.stdout]).toEqual([5, '']);
});

test('what is said to one alone, found by search, exported and logged', async () => {
  await using home = new Home();
  const logs = join(home.dir, 'logs');
  const ada = home.chat(['--nick', 'ada', '--log-dir', logs], { columns: 120, rows: 30 });
  await ada.shows(isOnline(1));
  const bob = home.chat(['--nick', 'bob']);
  await Promise.all([ada, bob].map((terminal) => terminal.shows(isOnline(2))));
  bob.enter('/msg ada the key is under the mat');
  await ada.shows(/2@bob +1!/);
  bob.enter('nothing about it here');
  await ada.shows('nothing about it here');
  ada.type(altKey('s'));
  ada.type('mat');
  await ada.shows(/@bob +bob: the key is under the mat/);
  ada.type('\r');
  await ada.shows(/^ @bob/m);
  await ada.shows('the key is under the mat');
  ada.enter('/whois bob');
  await ada.shows(/bob is online.*\n.*here first/);
  const sent = await home.run(['send', '-r', '@ada', '--nick', 'bob', 'once', 'more']);
  expect([sent.code, sent.stderr]).toEqual([0, '']);
  await ada.shows('once more');
  const found = await home.run(['search', 'mat', '--nick', 'ada', '--json']);
  expect(
    found.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ from: 'bob', kind: 'message', text: 'the key is under the mat' }]);
  const path = join(home.dir, 'with-bob.txt');
  const written = await home.run(['export', '-r', '@bob', '--nick', 'ada', '-o', path]);
  expect([written.code, written.stderr]).toEqual([0, '']);
  expect(readFileSync(path, 'utf8')).toMatch(/bob: the key is under the mat\n.*bob: once more\n$/);
  const twice = await home.run(['export', '-r', '@bob', '--nick', 'ada', '-o', path]);
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('nothing is overwritten')]);
  const stranger = await home.run(['search', 'mat', '--nick', 'eve']);
  expect(stranger.stdout).not.toContain('under the mat');
  ada.enter('/quit');
  expect(await ada.exited).toBe(0);
  const [server = ''] = readdirSync(logs);
  const names = readdirSync(join(logs, server));
  expect(names.some((name) => name.startsWith('with bob '))).toBe(true);
  expect(existsSync(join(logs, server, '.logged.json'))).toBe(true);
});

test('a code of /link makes another device the same member', async () => {
  await using home = new Home();
  await using other = new Home();
  const { link } = await home.serve();
  const ada = home.chat([link, '--nick', 'ada'], { columns: 120, rows: 30 });
  await ada.shows(isOnline(1));
  ada.enter('/link');
  await ada.shows(/one-time code is \S+, until/);
  const code = /--code (\S+)/.exec(ada.text)?.[1] ?? '';
  const phone = other.chat([link, '--nick', 'ada', '--code', code], { columns: 120, rows: 30 });
  await phone.shows(isOnline(1));
  phone.enter('said on the other device');
  await ada.shows('said on the other device');
  ada.enter('/devices');
  await ada.shows(/this one[\s\S]*key/);
});
