// Keys of the picker of reactions: typing searches by short code, Enter takes what is chosen. Called by handle.ts.
import { reactTo } from '../commands/act.ts';
import { chosenMessage } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import { offered } from '../state/picking.ts';
import { chord, type Key } from './key.ts';
import { previousStop } from './stops.ts';
import { knownMessage } from './talk.ts';

/** Longer than any code, and than any emoji that is typed for itself. */
const searchUnitsMax = 64;

const steps: Readonly<Record<string, number>> = {
  up: -1,
  'shift-tab': -1,
  down: 1,
  tab: 1,
  pageup: -5,
  pagedown: 5,
};

/** Every key is the picker's own; those that mean nothing to it do nothing. */
export function pickerKey(context: ChatContext, key: Key): void {
  const name = chord(key);
  const step = steps[name];
  const { picker } = context.store.get();
  if (!picker) return;
  const { search } = picker;
  if (step !== undefined) move(context, step);
  else if (name === 'enter') pick(context);
  else if (name === 'escape' || name === 'ctrl-c')
    context.store.dispatch({ type: 'picker', picker: undefined });
  else if (name === 'backspace' || name === 'ctrl-h')
    searchFor(context, search.slice(0, previousStop(search, search.length)));
  else if (name === 'ctrl-u') searchFor(context, '');
  else if (key.text !== undefined) searchFor(context, search + key.text);
}

export function searchFor({ store }: ChatContext, text: string): void {
  const { picker } = store.get();
  const search = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '').slice(0, searchUnitsMax);
  if (picker) store.dispatch({ type: 'picker', picker: { ...picker, search, selected: 0 } });
}

function move({ store }: ChatContext, by: number): void {
  const { picker } = store.get();
  if (!picker) return;
  const last = Math.max(0, offered(picker).length - 1);
  const selected = Math.max(0, Math.min(last, picker.selected + by));
  store.dispatch({ type: 'picker', picker: { ...picker, selected } });
}

/** What fits nothing stays to be mended; the line above says that it is no emoji. */
function pick(context: ChatContext): void {
  const { store } = context;
  const state = store.get();
  const { picker } = state;
  const item = chosenMessage(state);
  const choice = picker && offered(picker)[picker.selected];
  if (!picker || !choice) return;
  store.dispatch({ type: 'unchoose' });
  if (item?.seq === picker.seq) reactTo(context, knownMessage(item), choice.emoji);
}
