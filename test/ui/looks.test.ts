// What messages look like and how one acts on them, on the whole screen, at the sizes that the layout turns at.
import { afterEach, describe, expect, test } from 'vitest';
import type { AnyEvent, MessageEvent, Seq } from '../../src/protocol/packet.ts';
import { columns } from '../../src/text/width.ts';
import { layoutFor } from '../../src/ui/layout.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { came, memberOf, message, noon, room } from '../helpers/events.ts';
import { type KeyedScreen, openKeyed } from '../helpers/keyed-screen.ts';
import { stateOf } from '../helpers/screen.ts';

const open: KeyedScreen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});
const show = async (...[size, ...actions]: Parameters<typeof openKeyed>): Promise<KeyedScreen> => {
  const screen = await openKeyed(size, ...actions);
  open.push(screen);
  return screen;
};

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 40, rows: 10 },
] as const;

const head = (seq: number, nick: string) =>
  ({ seq: seq as Seq, room, member: memberOf(nick), nick, at: noon + seq * 1_000 }) as const;
const deletion = (seq: number, target: number, nick = 'bob'): AnyEvent => ({
  type: 'deletion',
  ...head(seq, nick),
  target: target as Seq,
});
const quote = (nick: string, text: string) => ({ member: memberOf(nick), nick, text });
const talk = (count: number): MessageEvent[] =>
  Array.from({ length: count }, (_, index) =>
    message(index + 1, `message ${index + 1}`, { nick: index % 2 ? 'bob' : 'carl' }),
  );
const up = '\x1b[1;3A';

describe.each(sizes)('at $columns by $rows', (size) => {
  const { roomList, timeline } = layoutFor(stateOf(size), { composer: 1, popup: 0, composing: 0 });
  /** What stands in the timeline's columns. */
  const texts = async (screen: KeyedScreen) =>
    (await screen.terminal.columnsOf(roomList, roomList + timeline)).slice(1, -2).map((row) => row.trimEnd());
  const isWhole = async (screen: KeyedScreen) => {
    const lines = await screen.lines();
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(size.columns);
    expect(lines[0]).toMatch(/^ #general/);
  };

  test('a reply has the line that it answers above it, in one row, behind the bar', async () => {
    const long = `how it begins ${'and goes on '.repeat(20)}`;
    const screen = await show(
      size,
      came(message(1, long), message(2, 'yes', { nick: 'carl', reply: 1 as Seq, quote: quote('bob', long) })),
    );
    await isWhole(screen);
    const rows = await texts(screen);
    const at = rows.findIndex((row) => row.includes('╭ bob: how it'));
    expect(rows[at]).toMatch(/carl ?│ ╭ bob: how it .*…$/);
    expect(rows[at + 1]).toMatch(/^ +│ yes$/);
  });

  test('what was edited says so, what was deleted is no more than that', async () => {
    const screen = await show(
      size,
      came(message(1, 'teh'), message(2, 'a secret', { nick: 'carl' })),
      came({ type: 'edit', ...head(3, 'bob'), target: 1 as Seq, text: 'the' }, deletion(4, 2, 'carl')),
    );
    await isWhole(screen);
    const rows = (await texts(screen)).join('\n');
    expect(rows).toMatch(/bob │ the \(edited\)/);
    expect(rows).toMatch(/carl │ \(deleted\)/);
    expect(rows).not.toContain('secret');
  });

  test('reactions stand beneath with their number, one’s own in brackets', async () => {
    const reactions = [
      { emoji: '👍', by: [memberOf('bob'), memberOf('carl')] },
      { emoji: '🎉', by: [memberOf('ada')] },
    ];
    const screen = await show(size, came(message(1, 'done', { reactions })));
    await isWhole(screen);
    expect((await texts(screen)).join('\n')).toMatch(/│ 👍 2 {2}\[🎉 1\]/);
  });

  test('what speaks to the reader has a bar of its own, in all of its rows', async () => {
    const screen = await show(size, came(message(1, `hi @ada ${'word '.repeat(30)}`), message(2, 'not you')));
    await isWhole(screen);
    const rows = (await texts(screen)).filter((row) => /[┃│]/.test(row));
    expect(rows.filter((row) => row.includes('┃')).length).toBeGreaterThan(1);
    expect(rows.at(-1)).toContain('│ not you');
  });

  test('code keeps its lines behind a bar, and words of other marks their place', async () => {
    const screen = await show(size, came(message(1, 'look:\n```js\nif (a) {\n  b();\n}\n```\n**so** `x`')));
    await isWhole(screen);
    const rows = (await texts(screen))
      .filter((row) => row.includes('│'))
      .map((row) => row.replace(/^.*?│ /, ''));
    expect(rows).toEqual(['look:', '▏ if (a) {', '▏   b();', '▏ }', 'so `x`']);
  });

  test('choosing marks the message and names the keys; it stays when others come, and Esc is back', async () => {
    const screen = await show(size, came(...talk(60)));
    await screen.press(up);
    await isWhole(screen);
    const chosen = async () => (await texts(screen)).filter((row) => row.includes('▌'));
    expect(await chosen()).toEqual([expect.stringMatching(/bob ▌ message 60$/)]);
    expect((await screen.lines()).at(-2)).toMatch(/r reply .*Esc back/);
    await screen.press('\x1b[A\x1b[A');
    expect(await chosen()).toEqual([expect.stringMatching(/bob ▌ message 58$/)]);
    await screen.act(came(...talk(90).slice(60)));
    expect(await chosen()).toEqual([expect.stringMatching(/bob ▌ message 58$/)]);
    await screen.press('\x1b');
    expect(await chosen()).toEqual([]);
    expect((await texts(screen)).join('\n')).toContain('message 90');
  });

  test('a reply says above the composer what it answers, and Enter sends it as one', async () => {
    const screen = await show(size, came(...talk(60)));
    await screen.press(`${up}r`);
    await isWhole(screen);
    expect((await screen.lines()).at(-2)).toMatch(/^ reply to bob: message 60/);
    await screen.press('sure\r');
    expect(screen.client.said).toEqual([{ room, saying: { kind: 'post', text: 'sure', reply: 60 } }]);
    expect((await screen.lines()).join('\n')).not.toContain('reply to bob');
  });

  test('the picker finds by code, and Enter reacts', async () => {
    const screen = await show(size, came(...talk(60)));
    await screen.press(`${up}+`);
    await isWhole(screen);
    expect((await screen.lines()).join('\n')).toContain(':+1:');
    await screen.press('tad');
    const lines = await screen.lines();
    expect(lines.at(-3)).toBe(' › 🎉  :tada:');
    expect(lines.at(-2)).toContain('react with: tad');
    await screen.press('\r');
    const saying = { kind: 'react', target: 60, emoji: '🎉', did: 'added' };
    expect(screen.client.said).toEqual([{ room, saying }]);
    expect((await screen.lines()).join('\n')).not.toContain(':tada:');
  });

  test('the one that a quote leads to is marked until the next key', async () => {
    const reply = message(60, 'yes', { nick: 'carl', reply: 31 as Seq, quote: quote('carl', 'message 31') });
    const screen = await show(size, came(...talk(59), reply));
    await screen.press(`${up}j`);
    await isWhole(screen);
    expect((await texts(screen)).filter((row) => row.includes('▌'))).toEqual([
      expect.stringMatching(/▌ message 31$/),
    ]);
    await screen.press('\x1b[1;2B');
    expect((await texts(screen)).join('\n')).not.toContain('▌');
    await screen.press(`\x1b[F${up}j${up}`);
    expect(screen.store.get().chosen?.key).toBe('e31');
  });
});

test('what the reader does shows at once, with the mark of what is on its way', async () => {
  const screen = await show({ columns: 80, rows: 24 }, came(message(1, 'teh', { nick: 'ada' })));
  await screen.act(screen.saying({ kind: 'edit', target: 1 as Seq, text: 'the' }));
  expect((await screen.lines()).join('\n')).toContain('ada○│ the (edited)');
});

test('words that the reader chose stand out as the nick does, from then on', async () => {
  const screen = await show({ columns: 80, rows: 24 }, { type: 'highlights', words: ['Deploy'] });
  await screen.act(came(message(1, 'the deploy is done'), message(2, 'deployed', { nick: 'carl' })));
  const text = (await screen.lines()).join('\n');
  expect(text).toMatch(/bob ┃ the deploy is done/);
  expect(text).toMatch(/carl │ deployed/);
});

test('a link is one for the terminal, and what it shows is what was typed', async () => {
  const screen = await show({ columns: 80, rows: 24 }, came(message(1, 'see https://example.org/x?y=ü now')));
  expect((await screen.lines()).join('\n')).toContain('│ see https://example.org/x?y=ü now');
  expect(screen.terminal.raw).toContain('\u001b]8;;https://example.org/x?y=%C3%BC\u001b\\');
  expect(screen.terminal.raw.match(/\u001b\]8;;\u001b\\/g)?.length).toBe(1);
});

test('a link that goes over rows beside the roster moves nothing', async () => {
  const long = `https://example.org/${'x'.repeat(200)}`;
  const screen = await show(
    { columns: 120, rows: 24, theme: themeFor({ TERM: 'xterm-256color' }) },
    came(message(1, long)),
  );
  const lines = await screen.lines();
  const edges = new Set(lines.slice(1, -2).map((line) => line.indexOf('│', 100)));
  expect(edges).toEqual(new Set([102]));
  expect(lines.join('').replaceAll(/[^x]/g, '').length).toBeGreaterThanOrEqual(200);
});
