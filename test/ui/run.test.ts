// runChat from its first frame to the terminal given back, with a keyboard, a terminal and a client of our own.
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { safeLine } from '../../src/text/safe-text.ts';
import { type ChatEnd, runChat } from '../../src/ui/run.tsx';
import { message, noon, postId, room, welcome } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { FakeTerminal } from '../helpers/screen.ts';

const running: Promise<ChatEnd>[] = [];
afterEach(async () => {
  await Promise.allSettled(running.splice(0));
});

const keyboard = (terminal: FakeTerminal) => {
  const stream = new PassThrough();
  const state: { isRaw: boolean; paintedBeforeRaw?: string } = { isRaw: false };
  return Object.assign(stream, {
    isTTY: true,
    setRawMode: (to: boolean) => {
      state.paintedBeforeRaw ??= terminal.raw;
      state.isRaw = to;
      return stream;
    },
    ref: () => stream,
    unref: () => stream,
    state,
  });
};

type Odd = { readonly tells?: readonly [columns: number, rows: number]; readonly env?: NodeJS.ProcessEnv };

const open = (events: Parameters<typeof fakeClient>[0] = [], { tells, env = {} }: Odd = {}) => {
  const client = fakeClient(events);
  const terminal = new FakeTerminal(80, 24);
  if (tells) Object.assign(terminal, { columns: tells[0], rows: tells[1] });
  const keys = keyboard(terminal);
  const end = runChat({
    client,
    room,
    nick: 'ada',
    isFirstRun: false,
    serverLabel: safeLine('the local server'),
    isLocal: true,
    downloads: '/nowhere',
    stdin: keys as unknown as NodeJS.ReadStream,
    stdout: terminal as unknown as NodeJS.WriteStream,
    now: () => noon,
    env: { NO_COLOR: '1', ...env },
  });
  running.push(end);
  const come = () => {
    client.tell({ type: 'status', status: { is: 'online' } });
    const greeting = welcome();
    if (greeting.type === 'client') client.tell(greeting.event);
  };
  return { client, terminal, keys, end, come };
};

test('the first frame is painted before the client is online, on the alternate screen', async () => {
  const { terminal, keys, end } = open();
  await terminal.until((lines) => lines.at(-2)?.includes('connecting to the local server') ?? false);
  expect(terminal.isAlternate).toBe(true);
  keys.write('hi there');
  await terminal.until((lines) => lines.at(-1) === '[#general] hi there');
  keys.write('\x15\x04');
  expect(await end).toEqual({ why: 'quit', code: 0 });
});

test('the keyboard is raw before anything is painted, so that no Enter comes as a line feed', async () => {
  const { terminal, keys, end } = open();
  await terminal.until((lines) => lines.at(-1)?.startsWith('[#general]') ?? false);
  expect(keys.state.paintedBeforeRaw).toBe('');
  keys.write('/quit\r');
  expect(await end).toEqual({ why: 'quit', code: 0 });
});

test('Enter posts what was typed, Ctrl-d leaves and tells the others, and the terminal is as before', async () => {
  const { client, terminal, keys, end, come } = open();
  const before = new FakeTerminal(80, 24).modes();
  come();
  keys.write('hello\r');
  await terminal.until(() => client.posted.length > 0);
  expect(client.posted).toEqual(['hello']);
  keys.write('\x04');
  expect(await end).toEqual({ why: 'quit', code: 0 });
  expect(client.closed).toEqual(['quit']);
  await terminal.lines();
  expect(terminal.modes()).toEqual(before);
  expect(terminal.isAlternate).toBe(false);
  expect(keys.state.isRaw).toBe(false);
  expect(terminal.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?25l'));
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s ends it with %i, the terminal as before', async (signal, code) => {
  const { client, terminal, end, come } = open();
  const before = process.listenerCount(signal);
  come();
  process.emit(signal, signal);
  expect(await end).toEqual({ why: 'signal', code });
  expect(client.closed).toEqual(['quit']);
  await terminal.lines();
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.modes().mouse).toBe('none');
  expect(process.listenerCount(signal)).toBe(before - 1);
});

describe('what is on its way when one leaves', () => {
  const entry = (number: number, text: string) =>
    ({ id: postId(number), room, typedAt: noon, state: 'sending', saying: { kind: 'post', text } }) as const;

  test('is let out first', async () => {
    const { client, terminal, keys, end, come } = open();
    come();
    client.tell({ type: 'outbox', entries: [entry(1, 'hi')] });
    keys.write('\x04');
    await terminal.until((lines) => lines.at(-2)?.includes('leaving') ?? false);
    expect(client.closed).toEqual([]);
    client.tell({ type: 'outbox', entries: [] });
    expect(await end).toEqual({ why: 'quit', code: 0 });
    expect(client.closed).toEqual(['quit']);
  });

  test('is named where leaving cannot wait for it: twice, or with no server there', async () => {
    const left = (how: string) => ({ why: 'quit', code: 0, message: `2 messages ${how}: “hi” “there”.` });
    const entries = [entry(1, 'hi'), entry(2, 'there')];
    const twice = open();
    twice.come();
    twice.client.tell({ type: 'outbox', entries });
    twice.keys.write('\x04\x04');
    expect(await twice.end).toEqual(left('may not have been sent'));
    const offline = open();
    offline.client.tell({ type: 'outbox', entries: entries.map((one) => ({ ...one, state: 'queued' })) });
    offline.keys.write('/quit\r');
    expect(await offline.end).toEqual(left('not sent'));
  });
});

test('a client that ended for good ends the chat with its sentence', async () => {
  const { client, terminal, end } = open();
  client.tell({ type: 'status', status: { is: 'ended', error: new Error('The server does not know you.') } });
  expect(await end).toMatchObject({ why: 'ended', message: 'The server does not know you.' });
  await terminal.lines();
  expect(terminal.isAlternate).toBe(false);
});

test('the first message ever is reached from the keyboard, and End comes back', async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => message(index + 1, `message ${index + 1}`));
  const { terminal, keys, end, come } = open(all);
  come();
  await terminal.until((lines) => lines.at(-3)?.endsWith('message 1000') ?? false);
  keys.write('\u001b[1;5H');
  await terminal.until((lines) => lines.some((line) => line.endsWith('│ message 1')));
  keys.write('\u001b[F');
  await terminal.until((lines) => lines.at(-3)?.endsWith('message 1000') ?? false);
  keys.write('\x04');
  await end;
});

test('what is thrown while drawing is thrown by runChat, after the terminal was given back', async () => {
  const { client, terminal, end, come } = open();
  const failed = expect(end).rejects.toThrow(TypeError);
  come();
  client.tell({ type: 'latency', ms: Symbol('no number') as never });
  await failed;
  await terminal.lines();
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.modes().mouse).toBe('none');
});

test('a crash gives the terminal back before it is printed', async () => {
  const { terminal, end } = open();
  const boom = new Error('boom');
  const emitter: NodeJS.EventEmitter = process;
  emitter.emit('uncaughtExceptionMonitor', boom, 'uncaughtException');
  await terminal.lines();
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.modes().mouse).toBe('none');
  process.emit('SIGTERM', 'SIGTERM');
  await end;
});

test('where the terminal tells no size, COLUMNS and LINES do', async () => {
  const { terminal, keys, end } = open([], { tells: [0, 0], env: { COLUMNS: '60', LINES: '12' } });
  await terminal.until(() => terminal.raw.includes('say something'));
  expect((await terminal.cursor()).y).toBe(12 - 1);
  keys.write('/quit\r');
  expect(await end).toEqual({ why: 'quit', code: 0 });
});
