// What a command answers is seen by a reader who has scrolled up, and /goto says what is true of a number.
import { afterEach, expect, test } from 'vitest';
import type { PastBounds } from '../../../src/client/client.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { came, message, room } from '../../helpers/events.ts';
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

test('/goto a number that no message of the room has says so, and stays in the composer', async () => {
  const screen = await chat();
  const asked: PastBounds[] = [];
  screen.client.answer('history', async (_room, bounds) => {
    asked.push(bounds);
    return { kind: 'past', re: 1, room, events: [message(60, 'line 60')], more: true };
  });
  await screen.press('/goto #99\r');
  expect((await screen.lines()).join('\n')).toContain('There is no message #99 in #general.');
  expect(await composer(screen)).toBe('[#general] /goto #99');
  expect(asked).toEqual([{ around: 99, limit: 1 }]);
  expect(screen.store.get().target).toBeUndefined();
  await screen.press('\x15/goto #5\r');
  expect(screen.store.get().target).toEqual({ room, seq: 5 as Seq });
});
