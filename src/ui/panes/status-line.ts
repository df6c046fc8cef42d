// The row above the composer: what the connection does, what was last said to the user, how much is below.
import { columns } from '../../text/width.ts';
import type { State } from '../state/state.ts';
import { isDetached } from '../state/timeline.ts';
import { openTimeline } from '../state/view.ts';
import { duration } from '../text/format.ts';
import { cutTo } from '../text/wrap.ts';
import type { Role } from '../theme.ts';

/** As many as fit are shown, the most needed first. */
const newcomerHints = [
  'F1 help',
  'Tab completes',
  '!FILE path sends a file',
  '!INFO who is here',
  '!DISCONNECT leaves',
];
const usualHints = ['F1 help', 'PgUp PgDn scroll'];

const hintsWithin = (hints: readonly string[], width: number): string => {
  let shown = '';
  for (const hint of hints) {
    const longer = shown === '' ? hint : `${shown}  ${hint}`;
    if (longer.length > width) break;
    shown = longer;
  }
  return shown;
};

type Told = { readonly role: Role; readonly text: string };

const connection = ({ status, now, serverLabel }: State): Told | undefined => {
  if (status.is === 'connecting')
    return { role: 'warn', text: `connecting to ${serverLabel} … you can type already` };
  if (status.is === 'waiting') {
    const left = duration(Math.max(0, status.until - now) / 1000);
    return { role: 'warn', text: `offline, next try in ${left}: ${status.reason}` };
  }
  if (status.is === 'ended') return { role: 'error', text: status.reason ?? 'the connection is closed' };
  return undefined;
};

const left = (state: State, width: number): Told => {
  if (state.hint !== undefined) return { role: 'accent', text: state.hint };
  const told = connection(state);
  if (told) return told;
  const { loading, goal, log } = openTimeline(state);
  if (goal ?? (log.length === 0 && loading)) return { role: 'dim', text: 'fetching messages …' };
  return { role: 'dim', text: hintsWithin(state.isFirstRun ? newcomerHints : usualHints, width) };
};

/** `below`: lines under the last visible row. */
export const statusLine = (state: State, below: number): string => {
  const timeline = openTimeline(state);
  const isMore = isDetached(timeline);
  const right = below > 0 || isMore ? `↓ ${below}${isMore ? '+' : ''} more (End) ` : '';
  const width = Math.max(0, state.columns - columns(right) - 2);
  const { role, text } = left(state, width);
  const shown = cutTo(text, width);
  const blank = ' '.repeat(Math.max(0, state.columns - 1 - columns(shown) - columns(right)));
  return ` ${state.theme.paint(role, shown)}${blank}${state.theme.paint('accent', right)}`;
};
