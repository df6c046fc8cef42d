import { expect, test } from 'vitest';
import { makeTerminal } from '../../src/ui/terminal.ts';
import { FakeTerminal } from '../helpers/screen.ts';

const open = () => {
  const screen = new FakeTerminal(80, 24);
  const raw: boolean[] = [];
  const stdin = { isTTY: true, isRaw: true, setRawMode: (to: boolean) => raw.push(to) };
  return { screen, raw, terminal: makeTerminal(stdin, screen) };
};

test('what is switched on when the chat opens is off when it is left', async () => {
  const { screen, raw, terminal } = open();
  const before = screen.modes();
  terminal.setTitle('chat-tui #general');
  terminal.enter();
  await screen.lines();
  expect(screen.modes()).not.toEqual(before);
  terminal.restore('leave');
  await screen.lines();
  expect(screen.modes()).toEqual(before);
  expect(screen.isAlternate).toBe(false);
  expect(raw).toEqual([false]);
  expect(screen.raw).toContain('\u001b[22;2t');
  expect(screen.raw.indexOf('\u001b[23;2t')).toBeGreaterThan(
    screen.raw.indexOf('\u001b]2;chat-tui #general'),
  );
});

test('given back twice it is given back once, so that a shell that came between keeps its modes', () => {
  const { screen, terminal } = open();
  terminal.enter();
  terminal.restore('leave');
  const { raw } = screen;
  terminal.restore('leave');
  expect(screen.raw).toBe(raw);
});

test('a mouse that was given to the terminal stays with it over a stop and a return', async () => {
  const { screen, terminal } = open();
  terminal.enter();
  terminal.setMouse('terminal');
  terminal.restore('left-by-ink');
  terminal.enter();
  await screen.lines();
  expect(screen.modes().mouse).toBe('none');
});

test('a terminal that is gone stops nobody from leaving', () => {
  const write = () => {
    throw new Error('write EIO');
  };
  const terminal = makeTerminal({}, { write });
  terminal.enter();
  expect(() => terminal.restore('leave')).not.toThrow();
});
