// Where the reader is, whatever comes: the promise is that a row once at the top of a scrolled view stays there.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageEvent, Seq } from '../../../src/protocol/packet.ts';
import { wanted } from '../../../src/ui/pager.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { endTop, topOf, visible } from '../../../src/ui/state/scroll.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { extentOf, openTimeline } from '../../../src/ui/state/view.ts';
import { came, membership, message, online, past, welcome } from '../../helpers/events.ts';
import { room, stateOf } from '../../helpers/screen.ts';

const run = (state: State, ...actions: readonly Action[]) => actions.reduce(update, state);
const start = run(stateOf(), welcome(), online);
const nicks = ['bob', 'carl', 'dora'];
const many = (from: number, to: number): MessageEvent[] =>
  Array.from({ length: to - from }, (_, index) =>
    message(from + index, `message ${from + index} ${'word '.repeat((from + index) % 40)}`, {
      nick: nicks[(from + index) % 3] ?? 'bob',
    }),
  );

/** The row at the top of the pane: of which item, and which of its rows. */
const topRow = (state: State) => {
  const extent = extentOf(state);
  const { index, row } = topOf(extent, openTimeline(state).anchor);
  return `${extent.lines[index]?.item.key} ${row}`;
};
const isScrolled = (state: State) => openTimeline(state).anchor.at === 'row';

describe('steps', () => {
  const full = run(start, came(...many(100, 200)));

  test('a view at the end shows the last row at the bottom, and goes along with what comes', () => {
    const { rows, below } = visible(extentOf(full), openTimeline(full).anchor);
    expect(rows).toHaveLength(extentOf(full).height);
    expect(rows.at(-1)?.line.item.key).toBe('e199');
    expect(below).toBe(0);
    expect(
      visible(extentOf(run(full, came(message(200, 'x')))), { at: 'end' }).rows.at(-1)?.line.item.key,
    ).toBe('e200');
  });

  test('up and down by the same rows is where it was', () => {
    const up = run(full, { type: 'scroll', step: { lines: -30 } });
    const there = topRow(up);
    const back = run(up, { type: 'scroll', step: { lines: -7 } }, { type: 'scroll', step: { lines: 7 } });
    expect(topRow(back)).toBe(there);
  });

  test('down to the last row is the end again', () => {
    const down = run(full, { type: 'scroll', step: { pages: -1 } }, { type: 'scroll', step: { pages: 1 } });
    expect(openTimeline(down).anchor).toEqual({ at: 'end' });
  });

  test('the first row stops the way up', () => {
    const top = run(full, { type: 'scroll', step: { lines: -100_000 } });
    expect(topRow(top)).toBe('e100 -1');
  });

  test('what is below a scrolled view is counted', () => {
    const up = run(full, { type: 'scroll', step: { pages: -1 } });
    const { below } = visible(extentOf(up), openTimeline(up).anchor);
    expect(visible(extentOf(run(up, came(message(200, 'x')))), openTimeline(up).anchor).below).toBe(
      below + 1,
    );
  });

  test('/clear hides what is there, scrolling up brings it back', () => {
    const cleared = run(full, { type: 'clear' });
    expect(extentOf(cleared).lines).toHaveLength(0);
    expect(extentOf(run(cleared, { type: 'scroll', step: { pages: -1 } })).lines.length).toBeGreaterThan(50);
  });
});

describe('what is fetched', () => {
  test('a new room asks for its newest page, then is content', () => {
    expect(wanted(start)).toEqual({ side: 'newest' });
    expect(wanted(run(start, past('newest', [])))).toBeUndefined();
  });

  test('near the first row older ones are wanted, until the first ever is there', () => {
    const near = run(start, came(...many(500, 540)), { type: 'scroll', step: { pages: -1 } });
    expect(wanted(near)).toEqual({ side: 'older', before: 500 });
    const full = run(near, past('older', many(400, 500), true));
    expect(wanted(full)).toBeUndefined();
    const all = run(full, { type: 'scroll', step: { lines: -100_000 } }, past('older', many(300, 400)));
    expect(wanted(run(all, { type: 'scroll', step: { lines: -100_000 } }))).toBeUndefined();
  });

  test('the top is the first message ever, from where newer ones are wanted on the way down', () => {
    const going = run(start, came(...many(5_000, 5_100)), { type: 'scroll', step: { to: 'top' } });
    expect(wanted(going)).toEqual({ side: 'first' });
    const top = run(going, past('first', many(1, 30), true));
    expect(topRow(top)).toBe('e1 -1');
    const down = run(top, { type: 'scroll', step: { pages: 2 } });
    expect(wanted(down)).toEqual({ side: 'newer', after: 29 });
    expect(wanted(run(down, { type: 'scroll', step: { to: 'end' } }))).toEqual({ side: 'newest' });
  });

  test('the window stays bounded while one scrolls through everything, and goes back to what it let go', () => {
    let state = run(start, came(...many(10_000, 10_100)), { type: 'scroll', step: { pages: -1 } });
    for (let first = 9_800; first >= 2_000; first -= 200) {
      state = run(state, past('older', many(first, first + 200), true), {
        type: 'scroll',
        step: { lines: -100_000 },
      });
      expect(openTimeline(state).log.length).toBeLessThanOrEqual(2_100);
    }
    expect(openTimeline(state).last).toBeLessThan(10_000);
    const down = run(state, { type: 'scroll', step: { lines: 100_000 } });
    expect(wanted(down)).toEqual({ side: 'newer', after: openTimeline(down).last });
  });

  test('messages that come while the window is elsewhere do not get into it', () => {
    const top = run(
      start,
      came(...many(5_000, 5_100)),
      { type: 'scroll', step: { to: 'top' } },
      past('first', many(1, 300), true),
    );
    const after = run(top, came(message(5_100, 'new')));
    expect(openTimeline(after).log).toBe(openTimeline(top).log);
    expect(openTimeline(after).latest).toBe(5_100);
  });
});

describe('comings and goings', () => {
  const texts = (state: State) =>
    extentOf(state).lines.map(({ item }) =>
      item.is === 'merged' ? item.items.map((one) => `${one.nick} ${one.did}`).join(', ') : item.key,
    );

  test('silent people come and go unseen', () => {
    expect(texts(run(start, came(membership(1, 'join', 'bob'), message(2, 'x', { nick: 'carl' }))))).toEqual([
      'e2',
    ]);
  });

  test('those who spoke within five minutes are told of, neighbours in one line', () => {
    const events = [
      membership(1, 'join', 'bob'),
      message(2, 'x'),
      message(3, 'y', { nick: 'carl' }),
      membership(4, 'part', 'bob'),
      membership(5, 'part', 'carl'),
      membership(900, 'join', 'bob'),
    ];
    expect(texts(run(start, came(...events)))).toEqual(['bob joined', 'e2', 'e3', 'bob left, carl left']);
  });
});

describe('whatever happens', () => {
  type Doing = (state: State, next: () => number) => Action;
  const doing: fc.Arbitrary<Doing> = fc.oneof(
    fc.string({ maxLength: 300 }).map(
      (text): Doing =>
        (_, next) =>
          came(message(next(), `x${text}`)),
    ),
    fc.constantFrom(...nicks).map(
      (nick): Doing =>
        (_, next) =>
          came(membership(next(), 'part', nick)),
    ),
    fc.constant<Doing>((state) => {
      const first = openTimeline(state).log[0]?.seq ?? 1;
      return past('older', many(Math.max(1, first - 50), first), first > 51);
    }),
    fc.constant<Doing>((_, next) => ({ type: 'notice', at: next(), text: 'told' as never, tone: 'info' })),
    fc.constant<Doing>((_, next) => ({ type: 'tick', at: next() })),
  );
  const step = fc
    .integer({ min: -60, max: 20 })
    .map((lines): Action => ({ type: 'scroll', step: { lines } }));

  test('nothing that comes moves the top row of a scrolled view', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.array(doing, { maxLength: 30 }),
        (moves, deeds) => {
          let seq = 3_000;
          const next = () => ++seq;
          let state = run(start, came(...many(2_900, 3_000)), ...moves);
          if (!isScrolled(state)) return;
          const before = topRow(state);
          for (const deed of deeds) state = run(state, deed(state, next));
          // Only the day line above the first message goes when older ones of that day stand there.
          expect(topRow(state).replace('-1', '0')).toBe(before.replace('-1', '0'));
        },
      ),
    );
  });

  test('the pane is always filled when there is enough, and no row is drawn twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 30, max: 130 }), (moves, columns) => {
        const state = run(start, came(...many(1, 100)), { type: 'size', columns, rows: 20 }, ...moves);
        const extent = extentOf(state);
        const { rows } = visible(extent, openTimeline(state).anchor);
        expect(rows).toHaveLength(extent.height);
        expect(new Set(rows.map(({ line, row }) => `${line.item.key} ${row}`)).size).toBe(rows.length);
      }),
    );
  });

  test('a message is in the window once, whatever page repeats it', () => {
    const twice = run(start, came(...many(10, 20)), past('older', many(5, 15)), came(...many(15, 25)));
    const seqs = openTimeline(twice).log.map((item) => item.seq as number);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
    expect(endTop(extentOf(twice)).index).toBeGreaterThanOrEqual(0);
    expect(room).toBe('general');
    const own = {
      id: message(18, '').id,
      room,
      typedAt: 0,
      state: 'sending',
      saying: { kind: 'post', text: 'mine' },
    } as const;
    const acked = run(twice, {
      type: 'client',
      at: 0,
      event: {
        type: 'acked',
        entry: own,
        seq: 18 as Seq,
        at: 0,
        event: message(18, 'mine', { nick: 'ada' }),
      },
    });
    expect(openTimeline(acked).log.filter((item) => item.seq === 18)).toHaveLength(1);
  });
});
