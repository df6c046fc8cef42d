// Who is typing, by the state's clock.
import { expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { typingText } from '../../../src/ui/state/typists.ts';
import { update } from '../../../src/ui/state/update.ts';
import { named } from '../../helpers/around.ts';
import { came, clientEvent, memberOf, message, noon, online, room, welcome } from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const typing = (nick: string, where = room): Action =>
  clientEvent({ type: 'typing', typing: { kind: 'typing', room: where, member: memberOf(nick), nick } });
const having = (...actions: readonly Action[]): State =>
  [welcome(), online, ...actions].reduce(update, stateOf());
const later = (ms: number): Action => ({ type: 'tick', at: noon + ms });

test.each([
  [['bob'], 'bob is typing…'],
  [['bob', 'carl', 'bob'], 'carl and bob are typing…'],
  [['bob', 'carl', 'dan'], 'Several people are typing…'],
  [['ada'], undefined],
])('%j', (nicks, text) => {
  expect(typingText(having(...nicks.map((nick) => typing(nick))))).toBe(text);
});

test('it runs out by itself, and is gone from the state then', () => {
  const state = having(typing('bob'), later(2 * limits.typingMs - 1));
  expect(typingText(state)).toBe('bob is typing…');
  const over = update(state, later(2 * limits.typingMs));
  expect([typingText(over), over.typing.size]).toEqual([undefined, 0]);
});

test('who said it is not typing it any more', () => {
  expect(typingText(having(typing('bob'), typing('carl'), came(message(1, 'there'))))).toBe(
    'carl is typing…',
  );
});

test('in another room it is not told here', () => {
  expect(typingText(having(typing('bob', named('random'))))).toBeUndefined();
});

test('ignored people are not told of', () => {
  const ignored = [{ member: memberOf('bob'), nick: 'bob' }];
  expect(typingText(having({ type: 'ignored', ignored }, typing('bob')))).toBeUndefined();
});
