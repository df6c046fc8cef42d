// The list on the right: who has a chat open, with a sign for away; as many as fit, and how many more there are.
import type { PersonView, State } from '../state/state.ts';
import { padEnd } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

const byNick = (one: PersonView, other: PersonView): number => one.nick.localeCompare(other.nick);
const sorted = new WeakMap<State['people'], readonly PersonView[]>();

const inOrder = (people: State['people']): readonly PersonView[] => {
  const held = sorted.get(people) ?? [...people.values()].sort(byNick);
  sorted.set(people, held);
  return held;
};

const personText = (state: State, person: PersonView, width: number): string => {
  const isAway = person.state === 'away';
  const text = padEnd(isAway ? `◐ ${person.nick} (away)` : `● ${person.nick}`, width);
  return isAway ? state.theme.paint('dim', text) : state.theme.nick(person.nick, text);
};

export const roster = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const inner = width - 2;
  const border = state.theme.paint('dim', '│ ');
  const people = inOrder(state.people);
  const places = Math.max(0, height - 1);
  const hasAll = people.length <= places && state.online <= people.length;
  const shown = people.slice(0, hasAll ? places : Math.max(0, places - 1));
  const texts = [state.theme.paint('title', `online ${state.online}`)];
  for (const person of shown) texts.push(personText(state, person, inner));
  const more = Math.max(state.online, people.length) - shown.length;
  if (more > 0) texts.push(state.theme.paint('dim', `  and ${more} more`));
  while (texts.length < height) texts.push('');
  return texts.slice(0, height).map((text) => border + text);
};
