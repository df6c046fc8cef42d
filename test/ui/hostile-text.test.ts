// Hostile text through the real render, one record of each class: it stays in its own rows, and the terminal's modes,
// its title and the rest of the screen are as with a harmless message.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roomNote } from '../helpers/around.ts';
import { came, message, online, past, roster, welcome } from '../helpers/events.ts';
import { openScreen, stateOf } from '../helpers/screen.ts';

type Sample = { readonly name: string; readonly class: string; readonly text?: string };

const records = readFileSync(new URL('../corpus/terminal-escapes.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Sample => JSON.parse(line));
const byClass = Map.groupBy(
  records.filter(({ text }) => text !== undefined && text.length < 16_384),
  (record) => record.class,
);
const samples = [...byClass.values()].flatMap((all) => all.slice(0, 1));

/** Codes that Ink and our panes write themselves: colours, links, cursor, erasing, modes of the alternate screen. */
const own =
  /\u001b\]8;;(?:https?:\/\/[!-~]+)?\u001b\\|\u001b\[[\d;]*m|\u001b\[\d*[A-HJK]|\u001b\[\d+;\d+H|\u001b\[\?(?:1049|25|2026|2004)[hl]/g;

test('the corpus has samples of its classes', () => {
  expect(samples.length).toBeGreaterThan(30);
});

test.each(samples)('$name', async ({ text = '' }) => {
  const screen = await openScreen(stateOf({ columns: 100, rows: 60 }));
  const modes = screen.terminal.modes();
  const short = text.split(/\r?\n/).slice(0, 5).join('\n').slice(0, 300);
  const hostile = [
    message(2, short),
    message(6, 'a reply', {
      reply: 2 as never,
      quote: { member: 1 as never, nick: short.slice(0, 40) || 'x', text: short },
    }),
    message(7, `\`\`\`${short.slice(0, 10)}\n${short}\n\`\`\``, {
      reactions: [{ emoji: short.slice(0, 16) || 'x', by: [1 as never] }],
    }),
    message(3, short, { nick: short.slice(0, 40) || 'x' }),
    message(4, '', { file: { name: short.slice(0, 80) || 'x', size: 1, sha256: 'a'.repeat(64) as never } }),
  ];
  await screen.act(
    welcome({ rooms: [roomNote('general', { topic: short })] }),
    online,
    roster('ada', short.slice(0, 40) || 'x'),
    past('newest', []),
    came(message(1, 'before'), ...hostile, message(5, 'after')),
  );
  const lines = await screen.lines();
  expect(lines.at(-1)).toBe('[#general] say something');
  expect(lines.at(-2)).toContain('F1 help');
  expect(lines.filter((line) => line.includes('│ before'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('│ after'))).toHaveLength(1);
  expect(screen.terminal.modes()).toEqual(modes);
  expect(screen.terminal.raw.replaceAll(own, '')).not.toMatch(/[\u001b\u0080-\u009f\u0007]/);
  await screen.close();
});
