// The rows of the help at a width: commands and keys, each from the table that also makes them work. Called by the
// help's pane, and by the state for how far it scrolls.
import { columns } from '../../text/width.ts';
import { commandHelp } from '../commands/index.ts';
import { choiceHelp } from '../input/choice-keys.ts';
import { keyHelp } from '../input/keys.ts';
import type { Theme } from '../theme.ts';
import { cutTo, padEnd, wrap } from './wrap.ts';

type Entry = { readonly words: string; readonly summary: string };

const section = (title: string, entries: readonly Entry[], width: number, theme: Theme): string[] => {
  const widest = Math.max(...entries.map(({ words }) => columns(words)));
  const wordColumns = Math.min(widest, Math.floor(width * 0.45));
  const rows = [theme.paint('title', cutTo(title, width))];
  for (const { words, summary } of entries) {
    const lines = wrap(summary, Math.max(8, width - wordColumns - 3));
    const names = wrap(words, wordColumns);
    for (let at = 0; at < Math.max(lines.length, names.length); at++)
      rows.push(` ${theme.paint('key', padEnd(names[at] ?? '', wordColumns))}  ${lines[at] ?? ''}`);
  }
  return [...rows, ''];
};

const lastWords = 'Anything else you type is sent to the room. //text sends /text, !!text sends !text.';

/** Each at most `width` columns, painted. */
export const helpLines = (width: number, theme: Theme): readonly string[] => [
  ...section('Commands', commandHelp(), width, theme),
  ...section('Keys', keyHelp(), width, theme),
  ...section('Keys with a message chosen (Alt-Up)', choiceHelp(), width, theme),
  ...wrap(lastWords, width),
];
