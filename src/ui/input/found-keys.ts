// Keys while the search view is open: it is stepped through and left; what edits a line edits the query. Called by
// handle.ts before its table.
import { errorOf } from '../../client/errors.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { ChatContext } from '../state/context.ts';
import { goToMessage } from '../state/jump.ts';
import { layoutOf } from '../state/view.ts';
import { steps } from './editor.ts';
import type { ActionName } from './keys.ts';

/** Whether the key was used up. `action`: what it does elsewhere. */
export function foundKey(context: ChatContext, name: string, action: ActionName | undefined): boolean {
  const { store } = context;
  const { finding: found, editor } = store.get();
  if (!found) return false;
  const step = stepsOf(context)[name];
  if (step !== undefined) {
    store.dispatch({ type: 'find-step', by: step });
    return true;
  }
  const isEmpty = editor.text === '';
  if (name === 'enter') choose(context);
  else if (name === 'escape' || action === 'interrupt') store.dispatch({ type: 'find-closed' });
  else if (action === 'delete-right-or-leave' && isEmpty) store.dispatch({ type: 'find-closed' });
  else if (action === 'line-end-or-bottom' && isEmpty) store.dispatch({ type: 'find-step', by: everything });
  else if (action === undefined) return found.of === 'mentions';
  else if (asElsewhere(action)) return false;
  else if (isOfTheView(action)) return true;
  else return leaveFirst(context);
  return true;
}

const everything = Number.MAX_SAFE_INTEGER;

function stepsOf({ store }: ChatContext): Readonly<Record<string, number>> {
  const page = Math.max(1, layoutOf(store.get()).body - 3);
  return {
    up: -1,
    down: 1,
    'shift-up': -1,
    'shift-down': 1,
    pageup: -page,
    pagedown: page,
    'ctrl-home': -everything,
    'alt-home': -everything,
    'ctrl-end': everything,
    'alt-end': everything,
  };
}

/** What edits the line, and what is about the screen. */
const asElsewhere = (action: ActionName): boolean =>
  (action in steps && action !== 'new-line') ||
  ['line-end-or-bottom', 'delete-right-or-leave', 'redraw', 'suspend', 'mouse'].includes(action);

/** Keys that mean nothing over the timeline's place: a query is one line, and nothing is sent from it. */
const isOfTheView = (action: ActionName): boolean =>
  action === 'new-line' || action === 'complete' || action === 'complete-back' || action === 'back';

/** Any other key is about what lies below. */
function leaveFirst({ store }: ChatContext): false {
  store.dispatch({ type: 'find-closed' });
  return false;
}

/** A public room that one is not in is entered only by a second Enter: the others are told. */
function choose(context: ChatContext): void {
  const { store } = context;
  const { finding: found, rooms } = store.get();
  const item = found?.items[found.selected];
  if (!found || !item) return;
  const { room, seq } = item;
  const isIn = rooms.some((one) => one.room === room);
  if (!isIn && found.entering !== room) {
    store.dispatch({ type: 'find-entering', room });
    store.dispatch({ type: 'hint', text: safeLine(`You are not in #${room}. Enter again joins it.`) });
    return;
  }
  store.dispatch({ type: 'find-closed' });
  void enterAndShow(context, isIn ? 'is-in' : 'enters', { room, seq });
}

type Place = { readonly room: RoomName; readonly seq: Seq };

async function enterAndShow(context: ChatContext, how: 'is-in' | 'enters', place: Place): Promise<void> {
  const { client, store } = context;
  try {
    if (how === 'enters') {
      store.dispatch({ type: 'joined', note: (await client.join(place.room)).room });
    }
    goToMessage(context, place.room, place.seq);
  } catch (error) {
    context.notice(errorOf(error).message, 'error');
  }
}
