// The row above the composer: what the connection does, what was last said to the user, how much is below.
import { safeLine } from '../../text/safe-text.ts';
import { columns } from '../../text/width.ts';
import { choiceHints } from '../input/choice-keys.ts';
import { chosenMessage } from '../state/choosing.ts';
import { callsOf } from '../state/marks.ts';
import { offered } from '../state/picking.ts';
import type { State } from '../state/state.ts';
import { isDetached } from '../state/timeline.ts';
import { typingText } from '../state/typists.ts';
import { layoutOf, openTimeline } from '../state/view.ts';
import { duration } from '../text/format.ts';
import { cutTo } from '../text/wrap.ts';
import type { Role } from '../theme.ts';

/** As many as fit are shown, the most needed first. */
type Hints = { readonly wide: readonly string[]; readonly narrow: readonly string[] };
const newcomerHints: Hints = {
  wide: ['F1 help', 'Tab completes', '!FILE path sends a file', '!INFO who is here', '!DISCONNECT leaves'],
  narrow: ['F1 help', 'Tab completes', '!FILE path'],
};
const usualHints: Hints = {
  wide: ['F1 help', 'Tab completes', 'PgUp PgDn scroll'],
  narrow: ['F1 help', 'Tab completes'],
};
/** From here on the wide ones say more than the narrow ones. */
const wideFrom = 50;

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

/** While a message is chosen the line is about that, and nothing else. */
const choosing = (state: State, width: number): Told | undefined => {
  if (state.picker) {
    const { search } = state.picker;
    const isNone = offered(state.picker).length === 0;
    const is = search === '' ? 'type to search' : `${safeLine(search)}▏`;
    return isNone
      ? { role: 'error', text: `“${safeLine(search)}” is no emoji and no code of one` }
      : { role: 'accent', text: `react with: ${is}  Enter takes it  Esc back` };
  }
  const item = chosenMessage(state);
  if (!item) return undefined;
  if (state.chosen?.isDeleting)
    return { role: 'warn', text: 'd again deletes it for everybody, any other key does not' };
  const hints = choiceHints(item);
  // The way back is never left out.
  const back = hints.at(-1) ?? '';
  const others = hintsWithin(hints.slice(0, -1), width - back.length - 2);
  return { role: 'accent', text: others === '' ? back : `${others}  ${back}` };
};

const left = (state: State, width: number): Told => {
  if (state.hint !== undefined) return { role: 'accent', text: state.hint };
  const choice = choosing(state, width);
  if (choice) return choice;
  const told = connection(state);
  if (told) return told;
  const { loading, goal, log } = openTimeline(state);
  if (goal ?? (log.length === 0 && loading)) return { role: 'dim', text: 'fetching messages …' };
  const typing = typingText(state);
  if (typing !== undefined) return { role: 'dim', text: typing };
  const news = newsElsewhere(state, width);
  if (news !== undefined) return { role: 'accent', text: news };
  return { role: 'dim', text: hintsWithin(hintsOf(state, width), width) };
};

const hintsOf = ({ isFirstRun, mouse }: State, width: number): readonly string[] => {
  const hints = isFirstRun ? newcomerHints : usualHints;
  const usual = width < wideFrom ? hints.narrow : hints.wide;
  return mouse === 'terminal' ? ['Alt-m takes the mouse back', ...usual] : usual;
};

/** Where no list of rooms is drawn, this line tells what the list would. */
const newsElsewhere = (state: State, width: number): string | undefined => {
  if (layoutOf(state).roomList > 0) return undefined;
  const calls = state.rooms
    .filter(({ room }) => room !== state.room)
    .map(({ room }) => callsOf(state, room))
    .filter(({ unread, mentions, isMuted }) => !isMuted && unread + mentions > 0);
  if (calls.length === 0) return undefined;
  const sum = (count: (call: (typeof calls)[number]) => number) =>
    calls.reduce((all, call) => all + count(call), 0);
  const mentions = sum((call) => call.mentions);
  const count = sum((call) => Math.max(call.unread, call.mentions));
  const toYou = mentions > 0 ? ` (${mentions} to you)` : '';
  const where = calls.length === 1 ? 'another room' : `${calls.length} other rooms`;
  const all = `${count} new${toYou} in ${where} (Alt-a)`;
  return all.length <= width ? all : `${count} new${toYou} elsewhere (Alt-a)`;
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
