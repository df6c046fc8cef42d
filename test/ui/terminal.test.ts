import { expect, test } from 'vitest';
import { safeLine, safeText } from '../../src/text/safe-text.ts';
import { makeTerminal } from '../../src/ui/terminal.ts';
import { leftOn } from '../helpers/left-on.ts';
import { FakeTerminal } from '../helpers/screen.ts';

const open = () => {
  const screen = new FakeTerminal(80, 24);
  const raw: boolean[] = [];
  const stdin = { isTTY: true, isRaw: true, setRawMode: (to: boolean) => raw.push(to) };
  return { screen, raw, terminal: makeTerminal(stdin, screen) };
};

const [screenOn, screenOff] = ['\u001b[?1049h', '\u001b[?1049l'];

test('what is switched on when the chat opens is off when it is left, on the screen where it was on', async () => {
  const { screen, raw, terminal } = open();
  const before = screen.modes();
  terminal.setTitle(safeLine('chat-tui #general'));
  screen.write(screenOn);
  terminal.enter();
  await screen.lines();
  expect(screen.modes()).not.toEqual(before);
  screen.write('\u001b[?25l');
  terminal.close(() => screen.write(screenOff));
  await screen.lines();
  expect(screen.modes()).toEqual(before);
  expect(screen.isAlternate).toBe(false);
  expect(leftOn(screen.raw)).toEqual([]);
  expect(raw).toEqual([false]);
  expect(screen.raw.indexOf('\u001b[23;2t')).toBeGreaterThan(
    screen.raw.indexOf('\u001b]2;chat-tui #general'),
  );
});

test('the alternate screen is left also where Ink cannot', async () => {
  const { screen, terminal } = open();
  screen.write(screenOn);
  terminal.enter();
  terminal.close(() => {
    throw new Error('no last frame');
  });
  await screen.lines();
  expect(screen.isAlternate).toBe(false);
  expect(leftOn(screen.raw)).toEqual([]);
});

test('given back twice it is given back once, so that a shell that came between keeps its modes', () => {
  const { screen, terminal } = open();
  terminal.enter();
  terminal.close(() => {});
  const { raw } = screen;
  terminal.close(() => {});
  terminal.enter();
  expect(screen.raw).toBe(raw);
});

test('lent to the shell and taken back it is whole, and a mouse that was given to the terminal stays with it', async () => {
  const { screen, terminal } = open();
  terminal.enter();
  terminal.setMouse('terminal');
  terminal.lend();
  expect(leftOn(screen.raw)).toEqual([]);
  terminal.enter();
  await screen.lines();
  expect(screen.modes()).toEqual({ mouse: 'none', focus: true, paste: true, wrap: false });
});

test('closed while it is lent, the cursor stays where the shell has it', async () => {
  const { screen, terminal } = open();
  screen.write(`at the start${screenOn}`);
  terminal.enter();
  terminal.lend();
  screen.write(`${screenOff}\nthe shell's words`);
  const at = await screen.cursor();
  terminal.close(() => screen.write(screenOff));
  await screen.lines();
  expect(await screen.cursor()).toEqual(at);
});

test('a terminal that is gone stops nobody from leaving', () => {
  const write = () => {
    throw new Error('write EIO');
  };
  const terminal = makeTerminal({}, { write });
  terminal.enter();
  expect(() => terminal.close(() => {})).not.toThrow();
});

test('what is copied goes to the clipboard as base64, through tmux where that is between', () => {
  const stdin = { isTTY: true, isRaw: true, setRawMode: () => undefined };
  const copied = (env: NodeJS.ProcessEnv) => {
    const screen = new FakeTerminal(80, 24);
    const terminal = makeTerminal(stdin, screen, env);
    terminal.copy(safeText('before it is ours'));
    terminal.enter();
    const before = screen.raw.length;
    terminal.copy(safeText('hi\n漢'));
    return screen.raw.slice(before);
  };
  const base64 = Buffer.from('hi\n漢').toString('base64');
  expect(copied({})).toBe(`\u001b]52;c;${base64}\u001b\\`);
  expect(copied({ TMUX: '/tmp/tmux,1,0' })).toBe(
    `\u001bPtmux;\u001b\u001b]52;c;${base64}\u001b\u001b\\\u001b\\`,
  );
});
