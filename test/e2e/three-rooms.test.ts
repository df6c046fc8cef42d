// Three rooms and the people in them, in pseudo-terminals with the built program: what one does to a message with the
// keys the other sees, whoever comes late to a private room sees it from the invitation on, and who left it nothing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const up = '\x1b[1;3A';
const size = { columns: 120, rows: 40 };

async function bothIn(home: Home, ...nicks: readonly string[]): Promise<Terminal[]> {
  const people: Terminal[] = [];
  for (const nick of nicks) {
    const terminal = home.chat(['--nick', nick], size);
    await terminal.shows('● ');
    people.push(terminal);
    await Promise.all(people.map((one) => one.shows(`● ${nick}`)));
  }
  return people;
}

/** Opens a room that one is in by the key of its place in the list. */
async function open(terminal: Terminal, place: number, label: string): Promise<void> {
  terminal.type(`\x1b${place}`);
  await terminal.shows(`[${label}]`);
}

/** A reply, an edit, a reaction and a deletion, each made with the keys and seen by both. */
async function talk(ada: Terminal, bob: Terminal, word: string): Promise<void> {
  ada.enter(`${word} one`);
  await Promise.all([ada.shows(new RegExp(`✓│ ${word} one`)), bob.shows(`│ ${word} one`)]);

  bob.type(`${up}r`);
  await bob.shows(`reply to ada: ${word} one`);
  bob.enter(`${word} two`);
  await Promise.all([ada, bob].map((one) => one.shows(`╭ ada: ${word} one`)));
  await Promise.all([ada.shows(`│ ${word} two`), bob.shows(`│ ${word} two`)]);

  ada.type(`${up}${up}e`);
  await ada.shows(`] ${word} one`);
  ada.enter(' and more');
  const edited = `│ ${word} one and more (edited)`;
  await Promise.all([ada, bob].map((one) => one.shows(edited)));
  await Promise.all([ada, bob].map((one) => one.shows(`╭ ada: ${word} one and more`)));

  bob.type(`${up}${up}+`);
  await bob.shows(':+1:');
  bob.type('heart');
  await bob.shows('› ❤️  :heart:');
  bob.type('\r');
  await Promise.all([bob.shows('[❤️ 1]'), ada.shows(/│ ❤️ 1/)]);

  bob.type(`${up}d`);
  await bob.shows('d again deletes it for everybody');
  bob.type('d');
  await Promise.all([ada, bob].map((one) => one.shows('(deleted)')));
  for (const { text } of [ada, bob]) expect(text).not.toContain(`${word} two`);
}

test('in a public, a private and a direct room the same is seen on both sides', async () => {
  await using home = new Home();
  const [ada, bob] = (await bothIn(home, 'ada', 'bob')) as [Terminal, Terminal];
  await talk(ada, bob, 'public');

  ada.enter('/join plans');
  await ada.shows('[#plans]');
  ada.enter('/room private');
  await ada.shows('#plans is private');
  ada.enter('/invite bob');
  await ada.shows('bob is invited to #plans');
  await bob.shows('+plans');
  bob.enter('/join plans');
  await bob.shows('[#plans]');
  await talk(ada, bob, 'private');

  ada.enter('/query bob');
  await ada.shows('[@bob]');
  ada.enter('just us');
  await bob.shows('3@ada');
  await open(bob, 3, '@ada');
  await bob.shows('│ just us');
  await talk(ada, bob, 'direct');

  // Nothing of one room stands in another, and who comes back finds all three as they were left.
  for (const [place, label, word] of [
    [1, '#general', 'public'],
    [2, '#plans', 'private'],
    [3, '@bob', 'direct'],
  ] as const) {
    await open(ada, place, label);
    await ada.shows(`│ ${word} one and more (edited)`);
    expect(ada.text.match(/(public|private|direct) one/g)?.every((found) => found === `${word} one`)).toBe(
      true,
    );
  }
  bob.enter('/quit');
  await bob.exited;
  const again = home.chat(['--nick', 'bob'], size);
  await again.shows('● ada');
  for (const [place, label, word] of [
    [1, '#general', 'public'],
    [2, '#plans', 'private'],
    [3, '@ada', 'direct'],
  ] as const) {
    await open(again, place, label);
    await again.shows(`│ ${word} one and more (edited)`);
    await again.shows('[❤️ 1]');
    await again.shows('(deleted)');
    expect(again.text).not.toContain(`${word} two`);
  }
}, 60_000);

test('who comes late to a private room sees it from the invitation on, and an ex-member nothing', async () => {
  await using home = new Home();
  const [ada, carl] = (await bothIn(home, 'ada', 'carl')) as [Terminal, Terminal];
  const file = join(home.dir, 'secret-plan.txt');
  writeFileSync(file, 'the key is under the mat');
  ada.enter('/join plans');
  await ada.shows('[#plans]');
  ada.enter('/room private');
  await ada.shows('#plans is private');
  ada.enter('/room past invited');
  await ada.shows('who is invited reads what is said from then');
  ada.enter('said before the door opened');
  await ada.shows('✓│ said before');
  ada.enter('/invite carl');
  await ada.shows('carl is invited');
  ada.enter('said after the invitation');
  await ada.shows('✓│ said after');
  ada.enter(`/file ${file}`);
  await ada.shows(/⇩ secret-plan\.txt/);
  await carl.shows('+plans');

  // Invited and not in yet: nothing.
  const from = ['--nick', 'carl', '-r', 'plans'];
  expect(await home.run(['history', ...from])).toMatchObject({ code: 5, stdout: '' });

  carl.enter('/join plans');
  await carl.shows('[#plans]');
  await carl.shows('said after the invitation');
  carl.type('\x1b[1;5H');
  carl.enter('I am in');
  await ada.shows(/carl │ I am in/);
  expect(carl.text).not.toContain('said before the door opened');
  carl.enter('/search said');
  await carl.shows('said after the invitation');
  expect(carl.text).not.toContain('said before the door opened');
  carl.type('\x1b');
  await carl.shows('[#plans]');

  const lines = (await home.run(['history', '--json', ...from])).stdout.trim().split('\n');
  const seen = lines.map((line) => JSON.parse(line) as { text?: string; name?: string; seq: number });
  expect(seen.map(({ text }) => text)).toContain('said after the invitation');
  expect(seen.map(({ text }) => text)).not.toContain('said before the door opened');
  const plan = seen.find(({ name }) => name === 'secret-plan.txt');
  const toStdout = ['get', `${plan?.seq}`, '-o', '-', ...from];
  expect(await home.run(toStdout)).toMatchObject({ code: 0, stdout: 'the key is under the mat' });

  carl.enter('/part plans');
  await carl.shows('[#general]');
  ada.enter('now he is gone');
  await ada.shows('✓│ now he is gone');
  expect(carl.text).not.toMatch(/2#plans|said after|now he is gone/);
  carl.enter('/search said');
  await carl.shows('Nothing');
  expect(carl.text).not.toContain('said after');
  carl.type('\x1b');
  await carl.shows('[#general]');
  carl.enter('/join plans');
  await carl.shows(/invitation/);

  const refused = { code: 5, stdout: '' };
  expect(await home.run(['history', ...from])).toMatchObject(refused);
  expect(await home.run(['search', 'said', ...from])).toMatchObject(refused);
  expect(await home.run(toStdout)).toMatchObject({ stdout: '' });
  expect((await home.run(toStdout)).code).not.toBe(0);
  const everywhere = await home.run(['search', 'said', '--nick', 'carl']);
  expect(everywhere.stdout).toBe('Nothing was found.\n');
  const unknown = await home.run(['history', '--nick', 'carl', '-r', 'no-such-room']);
  const closed = await home.run(['history', ...from]);
  expect(closed.stderr.replaceAll('plans', 'no-such-room')).toBe(unknown.stderr);
}, 60_000);
