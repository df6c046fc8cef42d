// Lines and the width of the nick column grow with what comes at the end. Whatever came before, they are those that the
// same window gives when it is looked at for the first time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutboxEntry } from '../../../src/client/client.ts';
import { limits } from '../../../src/protocol/limits.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { linesOf } from '../../../src/ui/state/lines.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { openTimeline, paneOf } from '../../../src/ui/state/view.ts';
import {
  came,
  clientEvent,
  memberOf,
  membership,
  message,
  noon,
  online,
  past,
  postId,
  room,
  welcome,
} from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const start = [welcome(), online].reduce(update, stateOf());
const firstSeq = 10_000;

/** Items are remembered by what they are, not by what they say: a copy of the window is a new one. */
const asNew = (state: State): State => ({ ...state, timelines: structuredClone(state.timelines) });
const seen = (state: State) => ({ lines: linesOf(state), pane: paneOf(state, 80) });
const expectAsNew = (state: State) => expect(seen(state)).toEqual(seen(asNew(state)));

const nicks = ['bob', 'carl', 'somebody-with-a-long-nick'];
const nick = fc.constantFrom(...nicks);
/** Around a minute, around five, a day; the server's clock may be set back. */
const pause = fc.constantFrom(0, 1_000, 50_000, 4 * 60_000, 6 * 60_000, 26 * 3_600_000, -60_000);

type Now = { readonly state: State; readonly seq: number; readonly at: number };
type Doing = (now: Now) => Action;

const entry = (number: number): OutboxEntry => ({
  id: postId(number),
  room,
  typedAt: noon,
  state: 'sending',
  saying: { kind: 'post', text: `own ${number}` },
});

const ackOf: Doing = ({ state, seq, at }) => {
  const first = state.pending[0];
  if (!first) return { type: 'tick', at };
  const own = { ...entry(0), id: first.id };
  const event = message(seq, 'own 0', { id: own.id, nick: 'ada', at });
  return clientEvent({ type: 'acked', entry: own, seq: seq as Seq, at, event });
};

const presence = (who: string, state: 'online' | 'offline', at: number): Action => {
  const change = { member: memberOf(who), nick: who, state, since: at, rooms: [room] };
  return {
    type: 'client',
    at,
    event: { type: 'presence', presence: { kind: 'presence', online: 2, changes: [change] } },
  };
};

const doing: fc.Arbitrary<Doing> = fc.oneof(
  {
    weight: 6,
    arbitrary: nick.map(
      (who): Doing =>
        ({ seq, at }) =>
          came(message(seq, 'x', { nick: who, at })),
    ),
  },
  nick.map(
    (who): Doing =>
      ({ seq, at }) =>
        came(message(seq, 'x', { nick: who, at }), message(seq + 1, 'y', { nick: who, at, style: 'action' })),
  ),
  fc.tuple(nick, fc.constantFrom('join', 'part')).map(
    ([who, did]): Doing =>
      ({ seq, at }) =>
        came({ ...membership(seq, did, who), at }),
  ),
  fc.tuple(nick, fc.constantFrom('online', 'offline')).map(
    ([who, is]): Doing =>
      ({ at }) =>
        presence(who, is, at),
  ),
  fc.constant<Doing>(({ at }) => ({ type: 'notice', at, text: 'told' as never, tone: 'info' })),
  fc.constant<Doing>(({ seq }) => clientEvent({ type: 'outbox', entries: [entry(seq), entry(seq + 1)] })),
  fc.constant(ackOf),
  fc.constant<Doing>(() => ({ type: 'clear' })),
  fc.integer({ min: -30, max: 30 }).map(
    (lines): Doing =>
      () => ({ type: 'scroll', step: { lines } }),
  ),
  // An own message that was acknowledged stood ahead of it, or an event that only later versions show.
  fc.constant<Doing>(({ seq }) => came(message(seq - 4, 'late'))),
  fc.constant<Doing>(({ seq, at }) => came({ ...membership(seq + 5, 'join', 'bob'), type: 'unknown', at })),
  fc.constant<Doing>(() => ({ type: 'scroll', step: { to: 'top' } })),
  fc.constant<Doing>(() => past('first', [message(1, 'first'), message(2, 'second')], true)),
  fc.constant<Doing>(({ state }) => past('newer', [message(openTimeline(state).last + 1, 'newer')], true)),
  fc.constant<Doing>(({ state }) => {
    const first = openTimeline(state).log[0]?.seq ?? firstSeq;
    return past('older', [message(first - 2, 'older'), membership(first - 1, 'join', 'bob')], true);
  }),
);

describe('lines that grew are those of the same window looked at anew', () => {
  test('whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(doing, pause), { maxLength: 60, size: 'max' }), (deeds) => {
        let now: Now = { state: start, seq: firstSeq, at: noon };
        for (const [deed, ms] of deeds) {
          now = { state: update(now.state, deed(now)), seq: now.seq + 3, at: now.at + ms };
          expectAsNew(now.state);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('when the window is full and lets go of its oldest', () => {
    let state = start;
    for (let seq = 1; seq <= 2 * limits.clientEventsPerRoom; seq += 90) {
      const events = Array.from({ length: 90 }, (_, n) =>
        message(seq + n, 'x', { nick: nicks[n % 3] ?? '' }),
      );
      state = update(state, came(...events));
      expectAsNew(state);
    }
  });
});

test('messages at the end leave the lines before them as they are', () => {
  const some = update(start, came(message(1, 'one'), message(2, 'two', { nick: 'carl' })));
  const before = linesOf(some);
  const after = linesOf(update(some, came(message(3, 'three'))));
  expect(after).toHaveLength(3);
  for (const [index, line] of before.entries()) expect(after[index]).toBe(line);
});

test('whose coming was left out is told of once they speak', () => {
  const silent = update(start, came(message(1, 'one'), membership(2, 'join', 'carl')));
  expect(linesOf(silent)).toHaveLength(1);
  const spoke = update(silent, came(message(3, 'hello', { nick: 'carl' })));
  expect(linesOf(spoke).map(({ item }) => item.is)).toEqual(['message', 'merged', 'message']);
});

test('what comes late stands before the notice that was told after it', () => {
  const ahead: Action = came({ ...membership(9, 'join', 'bob'), type: 'unknown' });
  const notice: Action = { type: 'notice', at: noon, text: 'told' as never, tone: 'info' };
  const told = [came(message(1, 'one')), ahead, notice].reduce(update, start);
  expect(linesOf(told).map(({ item }) => item.is)).toEqual(['message', 'notice']);
  const after = update(told, came(message(5, 'late')));
  expect(linesOf(after).map(({ item }) => item.is)).toEqual(['message', 'message', 'notice']);
});

test('two rooms that were not looked at yet have lines of their own', () => {
  const other = 'other' as typeof room;
  const typed = update(start, clientEvent({ type: 'outbox', entries: [entry(1)] }));
  const unseen = { ...typed, timelines: new Map() };
  expect(linesOf(unseen)).toHaveLength(1);
  expect(linesOf({ ...unseen, room: other })).toEqual([]);
  expect(linesOf(unseen)).toHaveLength(1);
});
