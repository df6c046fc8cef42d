// The whole screen through Ink into a terminal, by named facts at the sizes that the layout turns at.
import { afterEach, describe, expect, test } from 'vitest';
import { safeLine } from '../../src/text/safe-text.ts';
import { columns } from '../../src/text/width.ts';
import { insert } from '../../src/ui/input/editor.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import type { State } from '../../src/ui/state/state.ts';
import { roomNote } from '../helpers/around.ts';
import {
  came,
  clientEvent,
  membership,
  message,
  noon,
  online,
  past,
  postId,
  roster,
  welcome,
} from '../helpers/events.ts';
import { openScreen, room, type Screen, stateOf } from '../helpers/screen.ts';

const open: Screen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

const show = async (size: Partial<State>, ...actions: readonly Action[]): Promise<Screen> => {
  const screen = await openScreen(stateOf(size));
  open.push(screen);
  await screen.act(welcome(), online, roster('ada', 'bob', 'carl'), past('newest', []), ...actions);
  return screen;
};
const typed = (screen: Screen, text: string): Action => ({
  type: 'editor',
  editor: insert(screen.store.get().editor, text),
});
const talk = Array.from({ length: 60 }, (_, index) =>
  message(index + 1, `message ${index + 1} ${'word '.repeat(index % 30)}漢字 👩‍👩‍👧`, {
    nick: index % 4 ? 'bob' : 'carl',
  }),
);

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 40, rows: 10 },
] as const;

describe.each(sizes)('at $columns by $rows', (size) => {
  const listColumns = size.columns >= 70 ? 14 : 0;

  test('the title stands in the first row, the composer in the last, the status above it', async () => {
    const lines = await (await show(size, came(...talk))).lines();
    expect(lines).toHaveLength(size.rows);
    expect(lines[0]).toMatch(/^ #general/);
    expect(lines[0]).toContain('3 online ●');
    expect(lines.at(-2)).toContain('F1 help');
    expect(lines.at(-1)).toMatch(/^\[#general\] /);
  });

  test('no row is wider than the screen, and the newest message is the last row of the timeline', async () => {
    const lines = await (await show(size, came(...talk, message(61, 'the newest')))).lines();
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(size.columns);
    expect(lines.at(-3)).toContain('│ the newest');
  });

  test('the nick column ends where the bar stands, in every row', async () => {
    const lines = await (await show(size, came(...talk))).lines();
    const body = lines.slice(1, -2).filter((line) => !line.includes('─'));
    const bars = body.map((line) => line.indexOf('│', listColumns));
    expect(new Set(bars).size).toBe(1);
    expect(body.some((line) => /(carl|bob) │/.test(line))).toBe(true);
  });

  test('the cursor of the terminal stands behind what is typed', async () => {
    const screen = await show(size);
    await screen.act(typed(screen, 'hi 漢'));
    expect((await screen.lines()).at(-1)).toBe('[#general] hi 漢');
    expect(await screen.terminal.cursor()).toEqual({ x: 11 + 5, y: size.rows - 1 });
  });

  test('the composer grows to a third of the screen and no further', async () => {
    const screen = await show(size, came(...talk));
    await screen.act(typed(screen, Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n')));
    const lines = await screen.lines();
    expect(lines).toHaveLength(size.rows);
    const typedRows = lines.filter((line) => /^\S* +line \d+$/.test(line));
    expect(typedRows).toHaveLength(Math.floor(size.rows / 3));
    expect(lines.at(-1)).toContain('line 49');
    expect(lines[0]).toMatch(/^ #general/);
  });

  test('an empty room says what to do, and that serve lets others in', async () => {
    const text = (await (await show(size)).lines()).join(' ').replaceAll(/[\s│]+/g, ' ');
    expect(text).toContain('Nobody has said anything in #general yet');
    expect(text).toContain('!FILE path');
    expect(text).toContain('chat-tui serve');
  });

  test('the help stands over the timeline and leaves the composer', async () => {
    const lines = await (await show(size, { type: 'help', is: 'open' })).lines();
    expect(lines.join('\n')).toContain('!INFO');
    expect(lines.at(-3)).toContain('Esc or F1 goes back');
    expect(lines.at(-1)).toMatch(/^\[#general\] /);
  });

  test('the help ends with its last row at the bottom, however far one scrolls, and one step up shows', async () => {
    const screen = await show(size, { type: 'help', is: 'open' });
    const shown = async () =>
      (await screen.lines()).slice(1, -3).map((line) => line.slice(listColumns).replace(/│.*/, '').trim());
    const rows = await shown();
    let last = rows;
    do {
      last = await shown();
      await screen.act({ type: 'help-scroll', step: { pages: 1 } });
      // A page repeats one row and leaves none out.
      const next = await shown();
      if (next.join() !== last.join()) expect(rows).toContain(next[0]);
      rows.push(...next);
    } while ((await shown()).join() !== last.join());
    expect(last.join(' ')).toContain('!!text sends !text.');
    await screen.act(
      { type: 'help-scroll', step: { to: 'end' } },
      { type: 'help-scroll', step: { lines: -1 } },
    );
    expect((await shown()).slice(1)).toEqual(last.slice(0, -1));
    await screen.act({ type: 'help-scroll', step: { to: 'top' } });
    expect((await shown())[0]).toBe('Commands');
  });

  test('new messages do not move a scrolled view, and End is offered', async () => {
    const screen = await show(size, came(...talk), { type: 'scroll', step: { pages: -2 } });
    const timelineOf = (lines: readonly string[]) =>
      lines.slice(1, -2).map((line) => line.slice(listColumns));
    const before = timelineOf(await screen.lines());
    await screen.act(came(message(70, 'later'), membership(71, 'part', 'bob')));
    const after = await screen.lines();
    expect(timelineOf(after)).toEqual(before);
    expect(after.at(-2)).toMatch(/↓ \d+ more \(End\)/);
    await screen.act({ type: 'scroll', step: { to: 'end' } });
    expect((await screen.lines()).join('\n')).toContain('later');
  });
});

test('an empty room has exactly three lines at 80 by 24', async () => {
  const lines = await (await show({ columns: 80, rows: 24 })).lines();
  expect(lines.slice(1, -2).filter((line) => line.slice(14).trim() !== '')).toHaveLength(3);
});

test('a long nick that comes in widens the column, and no row is lost', async () => {
  const screen = await show({ columns: 80, rows: 24 }, came(...talk));
  const barOf = (lines: readonly string[]) => lines.at(-3)?.indexOf('│', 14);
  expect(barOf(await screen.lines())).toBe(14 + 1 + 6 + 6 + 1);
  await screen.act(came(message(61, 'hello', { nick: 'grace-hopper' })));
  const lines = await screen.lines();
  expect(barOf(lines)).toBe(14 + 1 + 6 + 12 + 1);
  expect(lines.at(-3)).toContain('grace-hopper │ hello');
});

describe('who gets a place', () => {
  const hasRooms = (lines: readonly string[]) => lines[1]?.startsWith(' 1#general') ?? false;
  const hasRoster = (lines: readonly string[]) => lines[1]?.includes('│ online 3') ?? false;

  test.each([
    [69, false, false],
    [70, true, false],
    [99, true, false],
    [100, true, true],
  ])('at %i columns: rooms %s, roster %s', async (width, rooms, people) => {
    const lines = await (await show({ columns: width, rows: 24 })).lines();
    expect([hasRooms(lines), hasRoster(lines)]).toEqual([rooms, people]);
  });

  test('lists are hidden and shown again', async () => {
    const screen = await show({ columns: 120, rows: 24 });
    await screen.act({ type: 'toggle-list', list: 'rooms' }, { type: 'toggle-list', list: 'roster' });
    const lines = await screen.lines();
    expect([hasRooms(lines), hasRoster(lines)]).toEqual([false, false]);
  });

  test('a resize leaves nothing of the old frame', async () => {
    const screen = await show({ columns: 120, rows: 40 }, came(...talk));
    for (const [width, height] of [
      [40, 10],
      [100, 30],
      [80, 24],
    ] as const) {
      screen.terminal.resize(width, height);
      await screen.act();
      const fresh = await show({ columns: width, rows: height }, came(...talk));
      expect(await screen.lines()).toEqual(await fresh.lines());
    }
  });

  test('of more rooms than rows the open one is in sight, and those beyond are counted', async () => {
    const rooms = Array.from({ length: 30 }, (_, index) => roomNote(`r${index}`));
    const screen = await show(
      { columns: 80, rows: 13 },
      ...rooms.map((note): Action => ({ type: 'joined', note })),
    );
    const list = async () => (await screen.lines()).slice(1, 11).map((line) => line.slice(0, 13).trim());
    expect((await list()).at(-1)).toBe('↓ 22 more');
    await screen.act({ type: 'open-room', room: 'r14' as typeof room });
    const middle = await list();
    expect([middle[0], middle[5], middle.at(-1)]).toEqual(['↑ 11 more', '#r14', '↓ 12 more']);
    await screen.act({ type: 'open-room', room: 'r29' as typeof room });
    expect((await list()).at(-1)).toBe('#r29');
  });

  test('people beyond the pane are counted', async () => {
    const nicks = Array.from({ length: 40 }, (_, index) => `nick${index}`);
    const lines = await (await show({ columns: 120, rows: 12 }, roster(...nicks))).lines();
    expect(lines.join('\n')).toContain('and 33 more');
  });

  test('somebody who is away has another sign, not only another colour', async () => {
    const change = { member: 99 as never, nick: 'dora', state: 'away', since: noon, rooms: [room] } as const;
    const presence = { kind: 'presence', online: 4, changes: [change] } as const;
    const gone = clientEvent({
      type: 'presence',
      presence: { ...presence, changes: [{ ...change, rooms: [room] }] },
    });
    const lines = await (await show({ columns: 120, rows: 24 }, gone)).lines();
    expect(lines.join('\n')).toContain('◐ dora (away)');
  });
});

describe('what the status line tells', () => {
  test('the first frame is there before the server is, and takes keys', async () => {
    const screen = await openScreen(stateOf());
    open.push(screen);
    expect((await screen.lines()).at(-2)).toContain('connecting to the local server');
    await screen.act(typed(screen, 'early'));
    expect((await screen.lines()).at(-1)).toBe('[#general] early');
  });

  test('offline is told with the reason and the next try', async () => {
    const waiting = { is: 'waiting', until: noon + 3_000, reason: 'the server was not reached' } as const;
    const lines = await (
      await show({ columns: 80, rows: 24 }, clientEvent({ type: 'status', status: waiting }))
    ).lines();
    expect(lines.at(-2)).toContain('offline, next try in 3 s: the server was not reached');
    expect(lines[0]).toContain('○ offline');
  });

  test('a message typed while offline stands in the timeline as on its way', async () => {
    const entry = {
      id: postId(1),
      room,
      typedAt: noon,
      state: 'queued',
      saying: { kind: 'post', text: 'later, then' },
    } as const;
    const lines = await (
      await show({ columns: 80, rows: 24 }, clientEvent({ type: 'outbox', entries: [entry] }))
    ).lines();
    expect(lines.join('\n')).toContain('ada○│ later, then');
  });

  test.each([
    [40, ['F1 help', 'Tab completes', '!FILE path']],
    [80, ['F1 help', 'Tab completes', '!FILE path sends a file', '!INFO who is here']],
  ])('a newcomer is told what to press at %i columns', async (columns, hints) => {
    const lines = await (await show({ columns, rows: 10 })).lines();
    expect(lines.at(-2)).toBe(` ${hints.join('  ')}`);
  });

  test('where no list of rooms is drawn, the status line says that something came elsewhere', async () => {
    const other = 'talk' as typeof room;
    const screen = await show(
      { columns: 40, rows: 10 },
      { type: 'joined', note: roomNote('talk') },
      came(message(1, 'x', { room: other })),
      came(message(2, 'y', { room: other }), message(3, 'z', { room: other })),
    );
    expect((await screen.lines()).at(-2)).toBe(' 3 new in another room (Alt-a)');
    await screen.act({ type: 'open-room', room: other });
    expect((await screen.lines()).at(-2)).toContain('F1 help');
  });

  test('choices of Tab stand above the status line', async () => {
    const popup = { items: [{ label: safeLine('@bob') }, { label: safeLine('@bobby') }], selected: 1 };
    const lines = await (await show({ columns: 80, rows: 24 }, { type: 'popup', popup })).lines();
    expect(lines.at(-4)).toBe('   @bob');
    expect(lines.at(-3)).toBe(' › @bobby');
  });
});
