// Keys while a message is chosen. Called by handle.ts before anything else is made of a key.

import { safeLine } from '../../text/safe-text.ts';
import { deleteIt } from '../commands/act.ts';
import { launch } from '../commands/launch.ts';
import { runInput } from '../commands/run.ts';
import { chosenMessage } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import { goToMessage } from '../state/jump.ts';
import type { MessageItem } from '../state/state.ts';
import { firstLink } from '../text/links.ts';
import { type ChoiceName, choiceOf } from './choice-keys.ts';
import { beginEdit, beginReply } from './compose.ts';
import { chord, type Key } from './key.ts';
import { commandContext } from './submit.ts';
import { knownMessage } from './talk.ts';

/** Whether the key was used up. Typing does nothing here; any other key leaves the choice and does what it does. */
export function choiceKey(context: ChatContext, key: Key): boolean {
  const { store } = context;
  const state = store.get();
  const item = chosenMessage(state);
  if (!item) {
    store.dispatch({ type: 'unchoose' });
    return false;
  }
  const choice = choiceOf(chord(key));
  if (choice?.name !== 'delete' && state.chosen?.isDeleting) {
    store.dispatch({ type: 'deleting', is: 'not' });
    if (choice?.name === 'back') return true;
  }
  if (!choice) {
    if (key.text !== undefined) return true;
    store.dispatch({ type: 'unchoose' });
    // Ctrl-c means only this.
    return chord(key) === 'ctrl-c';
  }
  if (choice.fits && !choice.fits(item)) hint(context, unfit[choice.name] ?? 'Not with this message.');
  else acts[choice.name](context, item);
  return true;
}

function hint({ store }: ChatContext, text: string): void {
  store.dispatch({ type: 'hint', text: safeLine(text) });
}

const unfit: Partial<Record<ChoiceName, string>> = {
  edit: 'Only your own messages can be edited, and no files.',
  delete: 'Only your own messages can be deleted.',
  open: 'There is no link and no file in it.',
  save: 'There is no file in it.',
  quoted: 'It answers no other message.',
};

type Act = (context: ChatContext, item: MessageItem) => void;

const acts: Readonly<Record<ChoiceName, Act>> = {
  up: ({ store }) => store.dispatch({ type: 'choose', step: { by: -1 } }),
  down: ({ store }) => store.dispatch({ type: 'choose', step: { by: 1 } }),
  'page-up': ({ store }) => store.dispatch({ type: 'choose', step: { pages: -1 } }),
  'page-down': ({ store }) => store.dispatch({ type: 'choose', step: { pages: 1 } }),
  first: ({ store }) => store.dispatch({ type: 'choose', step: { to: 'first' } }),
  newest: ({ store }) => store.dispatch({ type: 'choose', step: { to: 'newest' } }),
  reply: beginReply,
  edit: (context, item) => beginEdit(context, knownMessage(item)),
  react: ({ store, room }, { seq }) =>
    store.dispatch({ type: 'picker', picker: { room: room(), seq, search: '', selected: 0 } }),
  delete: (context, item) => {
    const { store } = context;
    if (!store.get().chosen?.isDeleting) {
      store.dispatch({ type: 'deleting', is: 'asked' });
      return;
    }
    deleteIt(context, knownMessage(item));
    store.dispatch({ type: 'unchoose' });
  },
  copy: (context, item) => {
    context.copy(item.file ? item.file.name : item.text);
    hint(context, 'Copied.');
  },
  open: (context, item) => {
    if (item.file) {
      leaveAndRun(context, `/open ${item.seq}`);
      return;
    }
    const link = firstLink(item.text) ?? '';
    launch(link).then(
      () => hint(context, `Opened ${link}`),
      (error: Error) => context.notice(error.message, 'error'),
    );
  },
  save: (context, { seq }) => leaveAndRun(context, `/get ${seq}`),
  quoted: (context, { reply }) => {
    if (reply) goToMessage(context, context.room(), reply.seq);
  },
  back: ({ store }) => store.dispatch({ type: 'unchoose' }),
};

function leaveAndRun(context: ChatContext, command: string): void {
  context.store.dispatch({ type: 'unchoose' });
  void runInput(commandContext(context), command);
}
