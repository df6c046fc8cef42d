// The store applies what the network brings when somebody looks, and a flood as few changes: nobody may see a difference.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Action } from '../../../src/ui/state/actions.ts';
import { makeStore } from '../../../src/ui/state/store.ts';
import { update } from '../../../src/ui/state/update.ts';
import { openTimeline } from '../../../src/ui/state/view.ts';
import { came, clientEvent, message, online, type room, welcome } from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const start = [welcome(), online].reduce(update, stateOf());
const other = 'talk' as typeof room;
const latency = clientEvent({ type: 'latency', ms: 3 });
const key: Action = { type: 'tick', at: 1 };

/** In the order of the log, whatever room they are for. */
const inOrder = (kinds: readonly ('here' | 'there' | 'other news' | 'key' | 'up')[]): readonly Action[] =>
  kinds.map((kind, at) => {
    if (kind === 'other news') return latency;
    if (kind === 'key') return key;
    if (kind === 'up') return { type: 'scroll', step: { lines: -1 } };
    return came(message(at + 1, `text ${at}`, kind === 'here' ? {} : { room: other }));
  });

test('is the state that one action after the other makes', () => {
  const kinds = fc.array(fc.constantFrom('here', 'here', 'there', 'other news', 'key', 'up'), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(kinds, (some) => {
      const actions = inOrder(some);
      const store = makeStore(start);
      for (const action of actions) store.dispatch(action);
      expect(store.get()).toEqual(actions.reduce(update, start));
    }),
  );
});

test('whoever looks sees at once what came', () => {
  const store = makeStore(start);
  store.dispatch(came(message(1, 'hello')));
  expect(openTimeline(store.get()).latest).toBe(1);
  store.dispatch(came(message(2, 'again')));
  expect(openTimeline(store.get()).log).toHaveLength(2);
});

test('a key is told at once, and takes along what came before it', () => {
  const store = makeStore(start);
  const seen: number[] = [];
  store.subscribe(() => seen.push(openTimeline(store.get()).log.length));
  for (let seq = 1; seq <= 50; seq++) store.dispatch(came(message(seq, 'flood')));
  expect(seen).toEqual([]);
  store.dispatch(key);
  expect(seen).toEqual([50]);
});

test('what changes nothing is not told', () => {
  const store = makeStore(start);
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.dispatch({ type: 'hint', text: undefined });
  expect(told).toBe(0);
});

describe('pictures of what comes from the network', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** When a picture was told, in milliseconds since the one before the messages; each millisecond brings `perMs`. */
  const picturesOf = (perMs: number, forMs: number, ofRoom?: typeof room) => {
    const store = makeStore(start);
    store.dispatch(came(message(1, 'before')));
    vi.advanceTimersByTime(0);
    const begun = performance.now();
    const pictures: number[] = [];
    store.subscribe(() => pictures.push(performance.now() - begun));
    let seq = 2;
    for (let ms = 0; ms < forMs; ms++) {
      for (let n = 0; n < perMs; n++) store.dispatch(came(message(seq++, 'x', ofRoom && { room: ofRoom })));
      vi.advanceTimersByTime(1);
    }
    vi.runAllTimers();
    return pictures;
  };

  test('come every 80 ms while the screen has rows for the news', () => {
    expect(picturesOf(1, 1)).toEqual([80]);
    expect(picturesOf(1, 20)).toEqual([80]);
  });

  test('come every 160 ms where more messages than rows came', () => {
    expect(picturesOf(1, 320)).toEqual([160, 320]);
  });

  test('do not wait for messages of another room', () => {
    expect(picturesOf(1, 160, other)).toEqual([80, 160]);
  });

  test('do not wait for what was missed while away', () => {
    const store = makeStore(start);
    store.dispatch(came(message(1, 'before')));
    vi.advanceTimersByTime(0);
    const begun = performance.now();
    const pictures: number[] = [];
    store.subscribe(() => pictures.push(performance.now() - begun));
    const events = Array.from({ length: 100 }, (_, n) => message(n + 2, 'missed'));
    store.dispatch(clientEvent({ type: 'events', events, gaps: [], isLive: false }));
    vi.runAllTimers();
    expect(pictures).toEqual([80]);
  });
});
