// The list on the right: who has a chat open, with a sign for away; as many as fit, and how many more there are. A
// private room has its own people, those who are offline too.
import { presentIn } from '../state/present.ts';
import type { PersonView, State } from '../state/state.ts';
import { padEnd } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

const personText = (state: State, person: PersonView, width: number): string => {
  if (person.state === 'offline') return state.theme.paint('dim', padEnd(`○ ${person.nick}`, width));
  const isAway = person.state === 'away';
  const text = padEnd(isAway ? `◐ ${person.nick} (away)` : `● ${person.nick}`, width);
  return isAway ? state.theme.paint('dim', text) : state.theme.nick(person.nick, text);
};

/** The people that have a row, from the second on. Also asked for what a click meant. */
export const peopleIn = (state: State, height: number): readonly PersonView[] => {
  const { people, count } = presentIn(state);
  const places = Math.max(0, height - 1);
  return people.slice(0, count <= places ? places : Math.max(0, places - 1));
};

export const roster = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const inner = width - 2;
  const border = state.theme.paint('dim', '│ ');
  const { head, count } = presentIn(state);
  const shown = peopleIn(state, height);
  const texts = [state.theme.paint('title', head)];
  for (const person of shown) texts.push(personText(state, person, inner));
  const more = count - shown.length;
  if (more > 0) texts.push(state.theme.paint('dim', `  and ${more} more`));
  while (texts.length < height) texts.push('');
  return texts.slice(0, height).map((text) => border + text);
};
