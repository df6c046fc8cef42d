// Choosing a message, going to one, and the window that holds both.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { MessageEvent, Seq } from '../../../src/protocol/packet.ts';
import { wanted } from '../../../src/ui/pager.ts';
import type { Action, ChoiceStep } from '../../../src/ui/state/actions.ts';
import { chosenMessage } from '../../../src/ui/state/choosing.ts';
import { visible } from '../../../src/ui/state/scroll.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { extentOf, openTimeline } from '../../../src/ui/state/view.ts';
import { came, membership, message, online, past, welcome } from '../../helpers/events.ts';
import { room, stateOf } from '../../helpers/screen.ts';

const run = (state: State, ...actions: readonly Action[]) => actions.reduce(update, state);
const choose = (step: ChoiceStep): Action => ({ type: 'choose', step });
const many = (from: number, to: number): MessageEvent[] =>
  Array.from({ length: to - from }, (_, index) =>
    message(from + index, `message ${from + index} ${'word '.repeat((from + index) % 25)}`, {
      nick: index % 2 ? 'bob' : 'carl',
    }),
  );
const start = run(stateOf(), welcome(), online, past('newest', []));
const full = run(start, came(...many(100, 200)));

const chosenSeq = (state: State) => chosenMessage(state)?.seq;
/** Seqs of the messages that are on the screen. */
const inSight = (state: State): number[] => {
  const { rows } = visible(extentOf(state), openTimeline(state).anchor);
  return [...new Set(rows.flatMap(({ line }) => ('seq' in line.item ? [line.item.seq as number] : [])))];
};

describe('choosing', () => {
  test('begins with the last message in sight, and goes up and down', () => {
    const one = run(full, choose({ by: -1 }));
    expect(chosenSeq(one)).toBe(199);
    expect(chosenSeq(run(one, choose({ by: -1 }), choose({ by: -1 })))).toBe(197);
    expect(chosenSeq(run(one, choose({ by: -1 }), choose({ by: 1 }), choose({ by: 1 })))).toBe(199);
  });

  test('passes what is no message, and what is deleted', () => {
    const deleted = {
      type: 'deletion',
      seq: 203 as Seq,
      target: 199 as Seq,
      room,
      member: message(199, '', { nick: 'bob' }).member,
      nick: 'bob',
      at: 0,
    } as const;
    const state = run(full, came(membership(201, 'join', 'bob')), came(deleted));
    expect(chosenSeq(run(state, choose({ by: -1 })))).toBe(198);
  });

  test('the chosen one is in sight, however far one goes, and the view moves no more than it must', () => {
    let state = run(full, choose({ by: -1 }));
    const before = inSight(state);
    state = run(state, choose({ by: -1 }));
    expect(inSight(state)).toEqual(before);
    for (let at = 0; at < 60; at += 1) {
      state = run(state, choose({ by: -1 }));
      expect(inSight(state)).toContain(chosenSeq(state));
    }
    for (let at = 0; at < 70; at += 1) {
      state = run(state, choose({ by: 1 }));
      expect(inSight(state)).toContain(chosenSeq(state));
    }
    expect(chosenSeq(state)).toBe(199);
  });

  test('stays where it is when new ones come, and Esc is back at the end', () => {
    const chosen = run(full, choose({ by: -1 }), choose({ by: -1 }));
    const after = run(chosen, came(...many(200, 240)));
    expect(inSight(after)).toEqual(inSight(chosen));
    expect(chosenSeq(after)).toBe(198);
    const left = run(after, { type: 'unchoose' });
    expect([openTimeline(left).anchor, openTimeline(left).unseen]).toEqual([{ at: 'end' }, 0]);
  });

  test('who was scrolled up stays there', () => {
    const up = run(full, { type: 'scroll', step: { pages: -2 } });
    const left = run(up, choose({ by: -1 }), { type: 'unchoose' });
    expect(openTimeline(left).anchor.at).toBe('row');
    // No further than for the chosen one to be whole.
    expect(inSight(up)).toContain(inSight(left)[0]);
    expect(inSight(left)).toContain(inSight(up).at(-1));
  });

  test('by pages and to the ends', () => {
    const one = run(full, choose({ by: -1 }));
    const page = chosenSeq(run(one, choose({ pages: -1 }))) ?? 0;
    expect(page).toBeLessThan(199);
    expect(page).toBeGreaterThan(170);
    expect(chosenSeq(run(one, choose({ to: 'first' })))).toBe(100);
    expect(chosenSeq(run(one, choose({ to: 'first' }), choose({ to: 'newest' })))).toBe(199);
  });

  test('the choice ends with its room, and with a new log', () => {
    const chosen = run(full, choose({ by: -1 }));
    const other = 'other' as typeof room;
    expect(run(chosen, { type: 'open-room', room: other }).chosen).toBeUndefined();
    const quote = { nick: 'bob', text: 'x' } as never;
    const replying = run(full, { type: 'compose', composing: { is: 'reply', room, seq: 150 as Seq, quote } });
    expect(run(replying, { type: 'open-room', room: other }).composing).toBeUndefined();
  });
});

describe('going to a message', () => {
  const around = (seq: number, events: readonly MessageEvent[], more = true, newer = true): Action => ({
    type: 'past',
    room,
    want: { side: 'around', around: seq as Seq },
    past: { kind: 'past', re: 1, room, events: [...events], more, newer },
  });
  const goTo = (seq: number): Action => ({ type: 'go-to', to: { around: seq as Seq } });

  test('one that is in the window is shown and marked, without asking', () => {
    const state = run(full, goTo(120));
    expect(inSight(state)).toContain(120);
    expect(state.target).toEqual({ room, seq: 120 });
    expect(wanted(state)?.side).not.toBe('around');
    expect(run(state, { type: 'forget-target' }).target).toBeUndefined();
  });

  test('another one is asked for with what is around it, and takes the window’s place', () => {
    const asked = run(full, goTo(20));
    expect(wanted(asked)).toEqual({ side: 'around', around: 20 });
    const there = run(asked, around(20, many(10, 60)));
    expect(inSight(there)).toContain(20);
    expect(inSight(there)[0]).toBeLessThan(20);
    const timeline = openTimeline(there);
    expect([timeline.log[0]?.seq, timeline.last, timeline.hasOlder, timeline.goal]).toEqual([
      10,
      59,
      true,
      undefined,
    ]);
    // What comes at the end of the log does not come into this window.
    expect(inSight(run(there, came(...many(200, 230))))).toEqual(inSight(there));
    // End goes back to the newest.
    const back = run(there, { type: 'scroll', step: { to: 'end' } });
    expect(wanted(back)).toEqual({ side: 'newest' });
  });

  test('a page that reaches the end of the log is its end', () => {
    const there = run(full, goTo(20), around(20, many(10, 60), true, false));
    expect(openTimeline(there).latest).toBe(59);
    expect(openTimeline(run(there, { type: 'scroll', step: { to: 'end' } })).anchor).toEqual({ at: 'end' });
  });

  test('what is gone is said', () => {
    const there = run(full, goTo(20), around(20, many(30, 60)));
    expect(there.hint).toBe('There is no message #20 in #general.');
    expect(there.target).toBeUndefined();
  });

  test('a time is where the first of what was said from then on stands', () => {
    const at = message(25, '').at - 500;
    const asked = run(full, { type: 'go-to', to: { at } });
    expect(wanted(asked)).toEqual({ side: 'at', at });
    const there = run(asked, {
      type: 'past',
      room,
      want: { side: 'at', at },
      past: { kind: 'past', re: 1, room, events: many(25, 60), more: true, newer: true },
    });
    expect(there.target?.seq).toBe(25);
    expect(inSight(there)).toContain(25);
  });
});

test('the row of a reader who is scrolled up stays in the window when thousands come at once', () => {
  for (const [held, come] of [
    [limits.clientEventsPerRoom, 3_000],
    [limits.clientEventsPerRoom, 1_200],
    [200, 10_000],
  ] as const) {
    const there = run(start, came(...many(1, held)));
    for (const pages of [-1, -20, -1_000]) {
      const up = run(there, { type: 'scroll', step: { pages } });
      const top = inSight(up)[0];
      const after = run(up, came(...many(held, held + come)));
      expect([held, pages, inSight(after)[0]]).toEqual([held, pages, top]);
      expect(openTimeline(after).log.length).toBeLessThanOrEqual(limits.clientEventsPerRoom);
    }
  }
});
