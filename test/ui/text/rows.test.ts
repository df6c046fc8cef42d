import { describe, expect, test } from 'vitest';
import { columns } from '../../../src/text/width.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { linesOf } from '../../../src/ui/state/lines.ts';
import { update } from '../../../src/ui/state/update.ts';
import { gutterFor, paintRow, paintTopRow, rowCount, textRows } from '../../../src/ui/text/rows.ts';
import { themeFor } from '../../../src/ui/theme.ts';
import { came, clientEvent, message, noon, online, postId, welcome } from '../../helpers/events.ts';
import { room, stateOf } from '../../helpers/screen.ts';

const theme = themeFor({ NO_COLOR: '1' });
// The escape codes of bold and dim are not what these tests are about.
const bare = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '');

/** As if the longest nick were of these columns. */
const paneFor = (width: number) => ({ width, nickColumns: width < 64 ? 9 : 11 });

const drawn = (width: number, ...actions: readonly Action[]): string[] => {
  const state = [welcome(), online, ...actions].reduce(update, stateOf());
  return linesOf(state).flatMap((line) => {
    const first = line.day === undefined ? 0 : -1;
    const rows: string[] = [];
    for (let row = first; row < rowCount(line, paneFor(width), theme); row++)
      rows.push(bare(paintRow(line, row, paneFor(width), theme)));
    return rows;
  });
};

describe('the rows of the timeline', () => {
  test('the time is hidden where the line above has the same, the nick where it has the same author', () => {
    const rows = drawn(
      60,
      came(message(1, 'one'), message(2, 'two'), message(61, 'three'), message(62, 'four', { nick: 'carl' })),
    );
    expect(rows.slice(1)).toEqual([
      ' 12:00       bob │ one',
      '                 │ two',
      ' 12:01           │ three',
      '            carl │ four',
    ]);
  });

  test('every row of a message stands behind the bar, so that none looks like another author’s', () => {
    const forged = 'hi\n12:00 root │ all clear\n'.repeat(3) + 'word '.repeat(40);
    const bars = drawn(60, came(message(1, forged)))
      .slice(1)
      .map((row) => row.indexOf('│'));
    expect(new Set(bars)).toEqual(new Set([gutterFor(paneFor(60)).columns - 2]));
  });

  test('no row is wider than the pane', () => {
    const texts = ['漢字'.repeat(40), '👩‍👩‍👧 '.repeat(30), 'x'.repeat(300), 'नमस्ते '.repeat(20)];
    for (const width of [30, 40, 58, 88]) {
      const rows = drawn(width, came(...texts.map((text, index) => message(index + 1, text))));
      for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(width);
    }
  });

  test('an own message is marked while it is sent, when it is sent, and when it was refused', () => {
    const entry = { id: postId(9), room, typedAt: noon, saying: { kind: 'post', text: 'mine' } } as const;
    const outbox = (state: 'sending' | 'failed') =>
      clientEvent({
        type: 'outbox',
        entries: [
          {
            ...entry,
            state,
            ...(state === 'failed' && {
              error: { code: 'text-too-large', message: 'it is too large' } as never,
            }),
          },
        ],
      });
    expect(drawn(80, outbox('sending')).at(-1)).toBe(' 12:00         ada○│ mine');
    expect(drawn(120, outbox('failed')).at(-2)).toMatch(/ada✗│ mine$/);
    expect(drawn(120, outbox('failed')).at(-1)).toContain('not sent: it is too large');
    const acked = clientEvent({
      type: 'acked',
      entry: { ...entry, state: 'sending' },
      seq: 5 as never,
      at: noon,
      event: message(5, 'mine', { nick: 'ada', id: entry.id }),
    });
    expect(drawn(80, outbox('sending'), acked).at(-1)).toBe(' 12:00         ada✓│ mine');
  });

  test('a file tells its name, its size and how to get it', () => {
    const file = { name: 'plan.pdf', size: 1_234_567, sha256: 'a'.repeat(64) as never };
    expect(drawn(80, came(message(13, '', { file }))).at(-1)).toBe(
      ' 12:00         bob │ ⇩ plan.pdf 1.2 MB  /get 13',
    );
  });

  test('a running download shows bar, share, speed and time left beneath its file', () => {
    const file = { name: 'plan.pdf', size: 1_000_000, sha256: 'a'.repeat(64) as never };
    const transfer = { id: 1, direction: 'down', room, name: 'plan.pdf', size: 1_000_000, file } as const;
    const moving = { ...transfer, step: 'moving', bytes: 710_000, speed: 100_000 } as const;
    const rows = drawn(
      80,
      came(message(13, '', { file })),
      clientEvent({ type: 'transfer', transfer: moving }),
    );
    expect(rows.at(-1)).toMatch(/│ █+░+ 71 % {2}100 kB\/s {2}3 s left$/);
    const done = {
      ...transfer,
      step: 'done',
      bytes: 1_000_000,
      speed: 0,
      path: '/home/ada/plan.pdf',
    } as const;
    const after = drawn(
      80,
      came(message(13, '', { file })),
      clientEvent({ type: 'transfer', transfer: done }),
    );
    expect(after.at(-1)).toContain('✓ saved as /home/ada/plan.pdf');
  });

  test('/me names its author in the text', () => {
    expect(drawn(60, came(message(1, 'waves', { style: 'action' }))).at(-1)).toBe(
      ' 12:00         * │ bob waves',
    );
  });

  test('a message of many lines is folded, and says how much is not shown', () => {
    const rows = drawn(80, came(message(1, 'x\n'.repeat(5_000))));
    expect(rows.length).toBeLessThanOrEqual(203);
    expect(rows.at(-1)).toContain('4801 more lines');
  });

  test('the nick column is as wide as the longest nick, within its bounds', () => {
    const columnsFor = (width: number, nickColumns: number) => gutterFor({ width, nickColumns }).nickColumns;
    expect([3, 9, 40].map((longest) => columnsFor(66, longest))).toEqual([6, 9, 16]);
    expect([3, 9, 40].map((longest) => columnsFor(40, longest))).toEqual([6, 8, 8]);
  });

  test('the topmost row tells whose it is, also in the middle of a message', () => {
    const state = [welcome(), online, came(message(1, 'one\ntwo\nthree'))].reduce(update, stateOf());
    const line = linesOf(state)[0];
    if (!line) throw new Error('no line');
    expect(bare(paintTopRow(line, 2, paneFor(60), theme))).toBe(' 12:00       bob │ three');
    expect(bare(paintRow(line, 2, paneFor(60), theme))).toBe('                 │ three');
  });

  test('rows are wrapped once for a width and a theme', () => {
    const state = [welcome(), came(message(1, 'some words here'))].reduce(update, stateOf());
    const item = linesOf(state)[0]?.item;
    if (!item) throw new Error('no line');
    expect(textRows(item, 20, theme)).toBe(textRows(item, 20, theme));
    expect(textRows(item, 10, theme)).toHaveLength(2);
  });
});
