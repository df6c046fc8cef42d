// The terminal's stream: read by us alone, told in order; what waits is decided by an injected clock.
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { chord, type InputEvent } from '../../../src/ui/input/key.ts';
import { type After, openInput, silenceMs } from '../../../src/ui/input/stdin.ts';

class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  isPaused = true;
  setRawMode(mode: boolean) {
    this.isRaw = mode;
    return this;
  }
  resume() {
    this.isPaused = false;
  }
  pause() {
    this.isPaused = true;
  }
  ref() {}
  unref() {}
}

function opened() {
  const terminal = new FakeTerminal();
  const timers: { ms: number; run: () => void }[] = [];
  const after: After = (ms, run) => {
    const timer = { ms, run };
    timers.push(timer);
    return () => timers.splice(timers.indexOf(timer), 1);
  };
  const input = openInput(terminal as unknown as NodeJS.ReadStream, after);
  const told: string[] = [];
  input.listen((event: InputEvent) =>
    told.push(event.type === 'key' ? (event.key.text ?? chord(event.key)) : event.type),
  );
  const send = (text: string) => terminal.emit('data', Buffer.from(text));
  return { terminal, timers, input, told, send };
}

describe('the terminal', () => {
  test('an Escape alone is told after a silence, and the rest of a sequence in time is one key', () => {
    const { send, told, timers } = opened();
    send('\x1b');
    expect([told, timers.map(({ ms }) => ms)]).toEqual([[], [silenceMs.escape]]);
    send('[A');
    expect([told, timers.length]).toEqual([['up'], 0]);
    send('\x1b');
    timers[0]?.run();
    expect(told).toEqual(['up', 'escape']);
  });

  test('an emoji family of one chunk is one key', () => {
    const { send, told } = opened();
    send('a👨‍👩‍👧b');
    expect(told).toEqual(['a', '👨‍👩‍👧', 'b']);
  });

  test('Ink sees a terminal, sets raw mode, and reads nothing', () => {
    const { input, terminal, send } = opened();
    input.ink.setRawMode(true);
    send('x');
    expect([terminal.isRaw, input.ink.isTTY, input.ink.read()]).toEqual([true, true, null]);
  });

  test('while another program has the terminal nothing is read, and afterwards again', () => {
    const { input, terminal, send, told } = opened();
    input.ink.setRawMode(false);
    send('x');
    expect([terminal.isPaused, told]).toEqual([true, []]);
    input.ink.setRawMode(true);
    send('y');
    expect(told).toEqual(['y']);
  });

  test('once closed, nothing is read and no timer runs', () => {
    const { input, terminal, send, told, timers } = opened();
    send('\x1b');
    input.close();
    send('x');
    expect([told, timers.length, terminal.isPaused, terminal.listenerCount('data')]).toEqual([
      [],
      0,
      true,
      0,
    ]);
  });
});
