// Acts on what the keyboard tells: looks the key up in the table and steps the editor, the view or the chat. Called by
// run.tsx for each event, in order; everything it changes goes through the store or the context.

import type { PostId } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { ScrollStep } from '../state/actions.ts';
import type { ChatContext } from '../state/context.ts';
import { callsOf } from '../state/marks.ts';
import { refusedIn } from '../state/outbox.ts';
import { composerWidth } from '../state/view.ts';
import { choiceKey } from './choice.ts';
import { clicked } from './click.ts';
import { beginChoice, giveUp } from './compose.ts';
import {
  type Editor,
  editorLimits,
  insert,
  interrupt,
  recall,
  type StepName,
  step,
  steps,
  touch,
} from './editor.ts';
import { foundKey } from './found-keys.ts';
import { chord, type InputEvent, type Key } from './key.ts';
import { type ActionName, actionOf } from './keys.ts';
import { moveRow } from './layout.ts';
import { toggleMouse } from './mouse.ts';
import { pickerKey, searchFor } from './picker.ts';
import { submit } from './submit.ts';
import { closePopup, tab } from './tab.ts';
import { firstUnread } from './unread.ts';

export function handleInput(event: InputEvent, context: ChatContext): void {
  const { store } = context;
  if (event.type === 'focus') {
    store.dispatch({ type: 'focus', is: event.is });
    return;
  }
  if (event.type === 'click') {
    clicked(context, event.column, event.row);
    return;
  }
  if (event.type === 'wheel') {
    scrollLines(context, event.lines);
    return;
  }
  if (store.get().hint !== undefined) store.dispatch({ type: 'hint', text: undefined });
  if (event.type === 'paste') {
    pasteText(context, event.text, event.isCut === true ? 'cut' : 'whole');
    return;
  }
  const { target } = store.get();
  pressed(context, event.key);
  // Unless the key went to another one.
  if (target && store.get().target === target) store.dispatch({ type: 'forget-target' });
}

function pressed(context: ChatContext, key: Key): void {
  const name = chord(key);
  const action = actionOf(name);
  if (context.store.get().help && helpKey(context, name)) return;
  if (context.store.get().finding && foundKey(context, name, action)) return;
  if (context.store.get().picker) {
    pickerKey(context, key);
    return;
  }
  if (context.store.get().chosen && choiceKey(context, key)) return;
  if (action !== 'complete' && action !== 'complete-back') closePopup(context);
  if (action !== undefined) {
    act(context, action);
    return;
  }
  if (key.text === undefined) return;
  editWith(context, (editor) => insert(editor, key.text ?? ''));
  tellTyping(context);
}

/** The others see who types to them; commands and queries are nobody's business. */
function tellTyping({ client, store }: ChatContext): void {
  const { editor, finding, room, tellsTyping } = store.get();
  const isCommand = /^([/!])(?!\1)/.test(editor.text);
  if (tellsTyping && !finding && !isCommand && editor.text.trim() !== '') client.typing(room);
}

function act(context: ChatContext, action: ActionName): void {
  if (isStep(action)) {
    editWith(context, (editor) => step(editor, action));
    return;
  }
  const { editor } = context.store.get();
  // Any other key ends what depends on the last one: joined kills, the second Ctrl-c.
  if (action !== 'interrupt' && editor.last !== 'other') editWith(context, touch);
  if (isRoom(action)) openRoom(context, Number(action.slice('room-'.length)));
  else actions[action](context);
}

const isStep = (action: ActionName): action is StepName => action in steps;
const isRoom = (action: ActionName): action is `room-${number}` => /^room-\d$/.test(action);

type OtherAction = Exclude<ActionName, StepName | `room-${number}`>;

const actions: Readonly<Record<OtherAction, (context: ChatContext) => void>> = {
  send: (context) => void submit(context),
  'delete-right-or-leave': (context) =>
    context.store.get().editor.text === ''
      ? context.quit()
      : editWith(context, (editor) => step(editor, 'delete-right')),
  'line-end-or-bottom': (context) =>
    context.store.get().editor.text === ''
      ? context.scroll({ to: 'end' })
      : editWith(context, (editor) => step(editor, 'line-end')),
  'row-up': (context) => moveOrRecall(context, -1),
  'row-down': (context) => moveOrRecall(context, 1),
  complete: (context) => void tab(context, 1),
  'complete-back': (context) => void tab(context, -1),
  'page-up': (context) => context.scroll({ pages: -1 }),
  'page-down': (context) => context.scroll({ pages: 1 }),
  'scroll-up': (context) => context.scroll({ lines: -1 }),
  'scroll-down': (context) => context.scroll({ lines: 1 }),
  top: (context) => context.scroll({ to: 'top' }),
  bottom: (context) => context.scroll({ to: 'end' }),
  'room-next': (context) => turnRoom(context, 1),
  'room-previous': (context) => turnRoom(context, -1),
  'room-active': openActive,
  unread: (context) => firstUnread(context),
  mentions: ({ store }) => store.dispatch({ type: 'find', of: 'mentions', query: '' }),
  search: ({ store }) => store.dispatch({ type: 'find', of: 'search', query: '' }),
  'list-rooms': ({ store }) => store.dispatch({ type: 'toggle-list', list: 'rooms' }),
  'list-roster': ({ store }) => store.dispatch({ type: 'toggle-list', list: 'roster' }),
  mouse: toggleMouse,
  retry: (context) => eachFailed(context, (id) => context.client.retry(id)),
  discard: (context) => eachFailed(context, (id) => context.client.drop(id)),
  help: ({ store }) => store.dispatch({ type: 'help', is: 'open' }),
  redraw: (context) => context.redraw(),
  suspend: (context) => context.suspend(),
  interrupt: interruptOrQuit,
  choose: beginChoice,
  back: (context) => void giveUp(context),
};

/** The refused messages of the open room, oldest first. */
function eachFailed({ store, room }: ChatContext, act: (id: PostId) => void): void {
  for (const id of refusedIn(store.get(), room())) act(id);
}

function editWith({ store }: ChatContext, change: (editor: Editor) => Editor): void {
  store.dispatch({ type: 'editor', editor: change(store.get().editor) });
}

/** More lines than these may not all be seen in the composer, so their number is said. */
const pastedLinesMax = 5;

/** A paste never sends: line ends in it are lines. What does not fit is said, not dropped in silence. */
function pasteText(context: ChatContext, text: string, whole: 'whole' | 'cut'): void {
  const { picker, editor, chosen } = context.store.get();
  if (picker) {
    searchFor(context, picker.search + text);
    return;
  }
  if (chosen) context.store.dispatch({ type: 'unchoose' });
  closePopup(context);
  const before = editor.text.length;
  // What is copied from a terminal ends its last line; an empty row below would be all that shows for it.
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  editWith(context, (editor) => insert(editor, lines));
  const count = lines.split('\n').length;
  if (count > pastedLinesMax) {
    const hint = `${count} lines pasted. Enter sends them, Ctrl-c clears.`;
    context.store.dispatch({ type: 'hint', text: safeLine(hint) });
  }
  if (whole === 'cut' || before + text.length > editorLimits.textUnits) {
    context.notice('The paste was cut: it is longer than the input line holds. /file sends a file.', 'error');
  }
}

/** Up and Down go by rows; at the text's edge they go through what was sent. */
function moveOrRecall(context: ChatContext, by: -1 | 1): void {
  const width = composerWidth(context.store.get());
  editWith(context, (editor) => moveRow(editor, by, width) ?? recall(editor, by));
}

/** The first Ctrl-c clears, the second in a row leaves. */
function interruptOrQuit(context: ChatContext): void {
  if (context.store.get().editor.last === 'interrupt') {
    context.quit();
    return;
  }
  // An edit that is given up leaves the draft, which is not what was to be cleared.
  const isEdit = context.store.get().composing?.is === 'edit';
  if (giveUp(context) && isEdit) return;
  editWith(context, interrupt);
  context.store.dispatch({ type: 'hint', text: safeLine('Ctrl-c again leaves') });
}

function scrollLines(context: ChatContext, lines: number): void {
  if (context.store.get().help) {
    context.store.dispatch({ type: 'help-scroll', step: { lines } });
    return;
  }
  if (context.store.get().finding) {
    context.store.dispatch({ type: 'find-step', by: lines });
    return;
  }
  context.scroll({ lines });
}

/** The help has no cursor, so the plain keys scroll it too. */
const helpSteps: Readonly<Record<string, ScrollStep>> = {
  up: { lines: -1 },
  down: { lines: 1 },
  'shift-up': { lines: -1 },
  'shift-down': { lines: 1 },
  pageup: { pages: -1 },
  pagedown: { pages: 1 },
  home: { to: 'top' },
  'ctrl-home': { to: 'top' },
  'alt-home': { to: 'top' },
  end: { to: 'end' },
  'ctrl-end': { to: 'end' },
  'alt-end': { to: 'end' },
};

/** Keys while the help is open: it scrolls or goes; whether the key was used up by that. */
function helpKey({ store }: ChatContext, name: string): boolean {
  const step = helpSteps[name];
  if (step !== undefined) {
    store.dispatch({ type: 'help-scroll', step });
    return true;
  }
  store.dispatch({ type: 'help', is: 'closed' });
  return name === 'escape' || name === 'f1';
}

function openRoom({ store }: ChatContext, index: number): void {
  const room = store.get().rooms[index];
  if (room) store.dispatch({ type: 'open-room', room: room.room });
}

/** The next room, from the open one on, that something came to; first of all one where somebody speaks to the reader. */
function openActive({ store }: ChatContext): void {
  const state = store.get();
  const at = state.rooms.findIndex(({ room }) => room === state.room);
  const others = [...state.rooms.slice(at + 1), ...state.rooms.slice(0, Math.max(0, at))];
  const calls = others.map(({ room }) => ({ room, ...callsOf(state, room) })).filter((one) => !one.isMuted);
  const active = calls.find(({ mentions }) => mentions > 0) ?? calls.find(({ unread }) => unread > 0);
  if (active) store.dispatch({ type: 'open-room', room: active.room });
  else store.dispatch({ type: 'hint', text: safeLine('Nothing new in other rooms.') });
}

function turnRoom(context: ChatContext, by: -1 | 1): void {
  const { rooms, room } = context.store.get();
  const at = rooms.findIndex((one) => one.room === room);
  openRoom(context, (at + by + rooms.length) % Math.max(1, rooms.length));
}
