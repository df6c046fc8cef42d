// What stands around the timeline, on the screen at three sizes.
import { afterEach, describe, expect, test } from 'vitest';
import type { Seq } from '../../src/protocol/packet.ts';
import { columns } from '../../src/text/width.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import type { State } from '../../src/ui/state/state.ts';
import { directNote, mark, marks, named, person, roomNote } from '../helpers/around.ts';
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
import { openScreen, type Screen, stateOf } from '../helpers/screen.ts';

const open: Screen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

const bob = directNote('bob');
const rooms = [roomNote('general', { topic: 'all about it' }), roomNote('random'), roomNote('quiet'), bob];
const show = async (size: Partial<State>, ...actions: readonly Action[]): Promise<Screen> => {
  const screen = await openScreen(stateOf({ ...size, isFirstRun: false }));
  open.push(screen);
  const people = [person('ada'), person('bob', { state: 'away' }), person('carl', { rooms: [] })];
  const roster = { kind: 'roster', re: 1, online: 3, people } as const;
  await screen.act(
    welcome({ rooms }),
    online,
    { type: 'roster', roster: { ...roster, people: [...people] } },
    past('newest', []),
    marks(
      mark('general'),
      mark('random', { unread: 2, mentions: 1 }),
      mark('quiet', { level: 'none', unread: 4 }),
      mark(bob.room, { unread: 1 }),
    ),
    ...actions,
  );
  return screen;
};
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 40, rows: 10 },
] as const;

describe.each(sizes)('at $columns by $rows', (size) => {
  const fits = (lines: readonly string[]) => {
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(size.columns);
  };

  test('the title tells room, topic and its members online', async () => {
    const lines = await (await show(size)).lines();
    fits(lines);
    expect(lines[0]).toMatch(/^ #general · all/);
    expect(lines[0]).toContain('2 online ●');
  });

  test('rooms stand in order with their counts, those invited to at the end; without a list the status line counts', async () => {
    const secret = roomNote('secret', { access: 'private' });
    const invited = clientEvent({ type: 'invited', invited: { kind: 'invited', room: secret, by: 'bob' } });
    const lines = await (await show(size, invited)).lines();
    fits(lines);
    if (size.columns < 70) expect(lines.at(-2)).toBe(' 3 new (2 to you) elsewhere (Alt-a)');
    else
      expect(lines.slice(1, 6).map((line) => line.slice(0, 13))).toEqual([
        ' 1#general   ',
        ' 2#quiet    4',
        ' 3#rand… 2 1!',
        ' 4@bob     1!',
        '  +secret    ',
      ]);
    expect(lines.join('\n')).toContain('bob invites you');
  });

  test('the unread marker goes over the whole timeline', async () => {
    const screen = await show(
      size,
      { type: 'focus', is: 'out' },
      came(message(1, 'old')),
      marks(mark('general', { read: 1 as Seq })),
      came(message(2, 'first'), message(3, 'second')),
    );
    const lines = await screen.lines();
    fits(lines);
    const at = lines.findIndex((line) => line.includes(' 2 new '));
    expect(lines[at]).toMatch(/─ ─ ─ 2 new ─ ─ ─/);
    expect(lines[at - 1]).toContain('│ old');
    expect(lines[at + 1]).toMatch(/bob ?│ first/);
  });

  test('who types stands in the status line', async () => {
    const typing = { kind: 'typing', room, member: memberOf('bob'), nick: 'bob' } as const;
    const lines = await (await show(size, clientEvent({ type: 'typing', typing }))).lines();
    fits(lines);
    expect(lines.at(-2)).toBe(' bob is typing…');
  });

  test('ignored messages are one line', async () => {
    const ignored = [{ member: memberOf('bob'), nick: 'bob' }];
    const lines = await (
      await show(size, came(message(1, 'a'), message(2, 'b')), { type: 'ignored', ignored })
    ).lines();
    fits(lines);
    expect(lines.filter((line) => line.includes('│ 2 ignored messages'))).toHaveLength(1);
  });

  test('the search view takes the body, says how to search, and shows what is found, the newest at the bottom', async () => {
    const screen = await show(size, { type: 'find', of: 'search', query: '' });
    let lines = await screen.lines();
    fits(lines);
    expect(lines.join('\n')).toContain('from:ada');
    expect(lines.at(-1)).toMatch(/^\[search\] /);
    const events = [
      message(3, 'older plan'),
      message(9, `the plan ${'long '.repeat(50)}`, { room: named('random') }),
    ];
    await screen.act(
      { type: 'find', of: 'search', query: 'plan' },
      { type: 'find-asked', query: 'plan' },
      { type: 'found', query: 'plan', found: { events, more: true, isLocal: true } },
    );
    lines = await screen.lines();
    fits(lines);
    expect(lines[0]).toMatch(/^ #general/);
    expect(lines.at(-1)).toBe('[search] plan');
    const rows = lines.slice(1, -2);
    const found = rows.findIndex((line) => line.includes('older plan'));
    expect(rows[found]).toMatch(/^ {3}22 Nov 2026 12:00 /);
    expect(rows[found + 1]).toMatch(/^ › 22 Nov 2026 12:00 .*bob: /);
    expect(rows.join(' ')).toContain('Offline: only what is kept');
  });

  test('a direct room goes by the other one’s nick, in the title, the list and the composer', async () => {
    const lines = await (await show(size, { type: 'open-room', room: bob.room })).lines();
    fits(lines);
    expect(lines[0]).toMatch(/^ @bob {3}.*2 online/);
    expect(lines.at(-1)).toMatch(/^\[@bob\]/);
  });
});

test('a click on a room opens it, one on a name in the roster asks for the room of the two', async () => {
  const { handleInput } = await import('../../src/ui/input/handle.ts');
  const { chatWith, settled } = await import('../helpers/around.ts');
  const { fakeClient } = await import('../helpers/fake-client.ts');
  const client = fakeClient();
  const asked: string[] = [];
  client.answer('direct', async (nick) => {
    asked.push(nick);
    return directNote(nick);
  });
  const { store, context } = chatWith(client, { columns: 120, rows: 24 });
  const people = ['ada', 'bob', 'carl'].map((nick) => person(nick));
  for (const action of [welcome({ rooms }), online]) store.dispatch(action);
  store.dispatch({ type: 'roster', roster: { kind: 'roster', re: 1, online: 3, people } });
  const click = (column: number, row: number) => handleInput({ type: 'click', column, row }, context);
  click(3, 2);
  expect(store.get().room).toBe('quiet');
  click(110, 2);
  click(110, 1);
  click(110, 4);
  await settled();
  expect(asked).toEqual(['carl']);
  expect(store.get().room).toBe(directNote('carl').room);
  click(3, 1);
  click(110, 3);
  expect([asked, store.get().room]).toEqual([['carl'], bob.room]);
  click(3, 20);
  expect(store.get().now).toBeGreaterThanOrEqual(0 * noon);
});
