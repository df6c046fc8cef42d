// The help over the timeline: keys and commands, each from the table that also makes them work.
import { columns } from '../../text/width.ts';
import { commandHelp } from '../commands/index.ts';
import { keyHelp } from '../input/keys.ts';

import type { State } from '../state/state.ts';
import { cutTo, padEnd, wrap } from '../text/wrap.ts';
import type { Theme } from '../theme.ts';
import type { PaintedRow } from './text-pane.tsx';

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

/** All rows of the help; the pane shows those from `state.help.row` on. */
const allRows = (width: number, theme: Theme): readonly string[] => [
  ...section('Commands', commandHelp(), width, theme),
  ...section('Keys', keyHelp(), width, theme),

  'Anything else you type is sent to the room. //text sends /text, !!text sends !text.',
];

export const helpRows = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const rows = allRows(width - 2, state.theme);
  const first = Math.max(0, Math.min(state.help?.row ?? 0, rows.length - height + 1));
  const shown = rows.slice(first, first + height - 1);
  const isMore = first + shown.length < rows.length;
  const foot = isMore ? 'PgDn shows more, Esc or F1 goes back' : 'Esc or F1 goes back';
  return [...shown, state.theme.paint('dim', foot)].map((text, index) => ({
    key: `${index}`,
    text: ` ${cutPlain(text, width - 1)}`,
  }));
};

/** Painted rows were made to fit; only the unpainted ones may need a cut. */
const cutPlain = (text: string, width: number): string =>
  text.includes('\u001b') ? text : cutTo(text, width);
