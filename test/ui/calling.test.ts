// What calls somebody who looks elsewhere, and what is told to the server of what was read.
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientEvent } from '../../src/client/client.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { startNotify, titleOf } from '../../src/ui/notify.ts';
import { startReading } from '../../src/ui/reading.ts';
import { makeStore } from '../../src/ui/state/store.ts';
import { makeTerminal } from '../../src/ui/terminal.ts';
import { directNote, mark, marks, named, roomNote } from '../helpers/around.ts';
import {
  came,
  clientEvent,
  memberOf,
  message,
  noon,
  online,
  past,
  room,
  welcome,
} from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { stateOf } from '../helpers/screen.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const bob = directNote('bob');
const chat = () => {
  const client = fakeClient();
  const store = makeStore(stateOf());
  const rooms = [roomNote('general'), roomNote('random'), bob];
  const all = [mark('general'), mark('random'), mark(bob.room)];
  for (const action of [welcome({ rooms }), online, past('newest', []), marks(...all)])
    store.dispatch(action);
  const calls: string[] = [];
  const clock = { now: noon };
  stops.push(startNotify(client, store, { notify: (text) => calls.push(text), now: () => clock.now }));
  stops.push(startReading(client, store));
  const tell = (...events: readonly ReturnType<typeof message>[]) => {
    const event: ClientEvent = { type: 'events', events: [...events], gaps: [], isLive: true };
    client.tell(event);
    store.dispatch(clientEvent(event));
    // The store tells its subscribers with the next thing that is done.
    store.dispatch({ type: 'tick', at: store.get().now + 1 });
  };
  const read = () => client.asked.filter(([name]) => name === 'markRead').map(([, ...given]) => given);
  return {
    client,
    store,
    calls,
    clock,
    tell,
    read,
    blur: () => store.dispatch({ type: 'focus', is: 'out' }),
  };
};

describe('a call', () => {
  test('comes only while the terminal has no focus', () => {
    const { calls, tell, blur } = chat();
    tell(message(1, 'hi'));
    expect(calls).toEqual([]);
    blur();
    tell(message(2, 'hello'));
    expect(calls).toEqual(['#general bob: hello']);
  });

  test('what does not speak to one calls no more often than every five seconds; a mention does', () => {
    const { calls, clock, tell, blur } = chat();
    blur();
    tell(message(1, 'a'));
    tell(message(2, 'b'));
    tell(message(3, '@ada c'));
    clock.now += 5_000;
    tell(message(4, 'd'), message(5, 'e'));
    expect(calls).toEqual(['#general bob: a', '#general bob: @ada c', '#general bob: e (and 1 more)']);
  });

  test.each([
    ['all', ['x', '@ada y']],
    ['mentions', ['@ada y']],
    ['none', []],
  ] as const)('in a room of level %s', (level, said) => {
    const { calls, clock, tell, blur, store } = chat();
    store.dispatch({ type: 'level', room: named('random'), level });
    blur();
    tell(message(1, 'x', { room: named('random') }));
    clock.now += 9_000;
    tell(message(2, '@ada y', { room: named('random') }));
    expect(calls).toEqual(said.map((text) => `#random bob: ${text}`));
  });

  test('what is said to one alone speaks to one; own words and those of ignored people call nobody', () => {
    const { calls, tell, blur, store } = chat();
    store.dispatch({ type: 'ignored', ignored: [{ member: memberOf('carl'), nick: 'carl' }] });
    blur();
    tell(message(1, 'mine', { nick: 'ada' }));
    tell(message(2, '@ada', { nick: 'carl' }));
    tell(message(3, 'a', { room: bob.room }));
    tell(message(4, 'b', { room: bob.room }));
    expect(calls).toEqual(['@bob bob: a', '@bob bob: b']);
  });

  test('is safe text whatever was said, and short', () => {
    const { calls, tell, blur } = chat();
    blur();
    tell(message(1, `\u001b]0;x\u0007\u009c\n${'long '.repeat(99)}`, { nick: 'b\u001b\\' }));
    expect(calls[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(calls[0]?.length).toBeLessThan(200);
  });
});

test.each([
  [{ TERM: 'xterm-256color' }, '\u0007\u001b]9;#a b\u001b\\'],
  [{ TERM: 'xterm-kitty' }, '\u0007\u001b]99;;#a b\u001b\\'],
  [{ TERM: 'rxvt-unicode' }, '\u0007\u001b]777;notify;chat-tui;#a b\u001b\\'],
  [{ TERM: 'tmux', TMUX: '/x' }, '\u0007\u001bPtmux;\u001b\u001b]9;#a b\u001b\u001b\\\u001b\\'],
])('a terminal of %j is called in its words', (env, expected) => {
  let written = '';
  const terminal = makeTerminal({}, { write: (text) => (written += text) }, env);
  terminal.notify(safeLine('#a b'));
  expect(written).toBe('');
  terminal.enter();
  written = '';
  terminal.notify(safeLine('#a b'));
  expect(written).toBe(expected);
});

test('the title counts what speaks to one and waits, but not of muted rooms', () => {
  const { store, tell, blur } = chat();
  blur();
  expect(titleOf(store.get())).toBe('chat-tui #general');
  tell(
    message(1, '@ada'),
    message(2, 'x', { room: bob.room }),
    message(3, '@ada', { room: named('random') }),
  );
  expect(titleOf(store.get())).toBe('(3) chat-tui #general');
  store.dispatch({ type: 'level', room: named('random'), level: 'none' });
  expect(titleOf(store.get())).toBe('(2) chat-tui #general');
});

describe('what was read', () => {
  test('is told where the end is in sight, each place once', () => {
    const { read, tell } = chat();
    tell(message(4, 'a'));
    tell(message(5, 'b'));
    expect(read()).toEqual([
      [room, 4],
      [room, 5],
    ]);
  });

  test('is not told without focus, nor over the help, nor from another room', () => {
    const { read, tell, blur, store } = chat();
    tell(message(3, 'x', { room: named('random') }));
    store.dispatch({ type: 'help', is: 'open' });
    tell(message(4, 'a'));
    store.dispatch({ type: 'help', is: 'closed' });
    blur();
    tell(message(5, 'b'));
    expect(read()).toEqual([[room, 4]]);
    store.dispatch({ type: 'focus', is: 'in' });
    expect(read()).toEqual([
      [room, 4],
      [room, 5],
    ]);
  });

  test('is not told again where the server knows it', () => {
    const { read, store } = chat();
    store.dispatch(marks(mark('general', { read: 9 as Seq })));
    store.dispatch(came(message(9, 'known')));
    store.dispatch({ type: 'tick', at: noon + 1 });
    expect(read()).toEqual([]);
  });
});
