// The help over the timeline: as many of its rows as there is place for, and a foot that says how to go on.
import type { State } from '../state/state.ts';
import { helpExtent } from '../state/view.ts';
import { helpLines } from '../text/help-rows.ts';
import { cutTo } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

export const helpRows = (state: State, width: number): readonly PaintedRow[] => {
  const { columns, page, topMost } = helpExtent(state);
  // The terminal may have grown since the help was scrolled.
  const first = Math.min(state.help?.row ?? 0, topMost);
  const shown = helpLines(columns, state.theme).slice(first, first + page);
  const foot = first < topMost ? 'PgDn shows more, Esc or F1 goes back' : 'Esc or F1 goes back';
  return [...shown, state.theme.paint('dim', cutTo(foot, width - 1))].map((text) => ` ${text}`);
};
