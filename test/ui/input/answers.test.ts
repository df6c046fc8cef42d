// What a command answers is seen by a reader who has scrolled up.
import { afterEach, expect, test } from 'vitest';
import { came, message } from '../../helpers/events.ts';
import { type KeyedScreen, openKeyed } from '../../helpers/keyed-screen.ts';

const open: KeyedScreen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});
const chat = async () => {
  const messages = Array.from({ length: 60 }, (_, index) => message(index + 1, `line ${index + 1}`));
  const screen = await openKeyed({ columns: 80, rows: 24 }, came(...messages));
  open.push(screen);
  return screen;
};
const composer = async (screen: KeyedScreen) => (await screen.lines()).at(-1);
const status = async (screen: KeyedScreen) => (await screen.lines()).at(-2);
const pageUp = '\x1b[5~';

test('an answer begins in the status line while its place is out of sight, until the next key', async () => {
  const screen = await chat();
  await screen.press(`${pageUp}${pageUp}`);
  const top = (await screen.lines())[2];
  await screen.press('/nosuchcmd\r');
  expect(await status(screen)).toMatch(/^ .*\/nosuchcmd/);
  expect((await screen.lines())[2]).toBe(top);
  await screen.press('\x15/goto foo\r');
  expect(await status(screen)).toContain('“foo” is no time.');
  await screen.press('\x15');
  expect(await status(screen)).not.toContain('is no time');
});

test('at the end it stands there, and the status line goes on with its own', async () => {
  const screen = await chat();
  await screen.press('/goto foo\r');
  expect(await status(screen)).toContain('F1 help');
  expect((await screen.lines()).join('\n')).toContain('“foo” is no time.');
});
