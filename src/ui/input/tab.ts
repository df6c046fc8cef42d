// Tab in the chat: what there is to offer comes from the state, the choice is shown as a popup. Called by handle.ts.
import { errorOf } from '../../client/errors.ts';
import { emojiOfCode } from '../../text/emoji.ts';
import { safeLine } from '../../text/safe-text.ts';
import { commands } from '../commands/index.ts';
import type { Popup } from '../state/actions.ts';
import type { ChatContext } from '../state/context.ts';
import { isDirect } from '../state/room-label.ts';
import type { State } from '../state/state.ts';
import { openTimeline } from '../state/view.ts';
import { type Sources, startCycle, turn } from './completion.ts';
import type { Editor } from './editor.ts';
import { listFolder } from './folder.ts';

export async function tab(context: ChatContext, by: -1 | 1): Promise<void> {
  const before = context.store.get().editor;
  if (before.cycle) {
    show(context, turn(before, by));
    return;
  }
  try {
    const editor = await startCycle(before, sourcesOf(context.store.get()), by);
    // A folder took its time and somebody typed on: what was found belongs to another text.
    if (context.store.get().editor === before) show(context, editor);
  } catch (error) {
    const why = errorOf(error).message;
    context.store.dispatch({ type: 'hint', text: safeLine(`Nothing to complete: ${why}`) });
  }
}

export function closePopup({ store }: ChatContext): void {
  if (store.get().popup) store.dispatch({ type: 'popup', popup: undefined });
}

function show({ store }: ChatContext, editor: Editor): void {
  store.dispatch({ type: 'editor', editor });
  const { cycle } = editor;
  const items = cycle?.candidates.map(itemOf);
  const popup = cycle && items ? { items, selected: cycle.index } : undefined;
  if (popup || store.get().popup) store.dispatch({ type: 'popup', popup });
}

/** A short code shows what it becomes. */
function itemOf(candidate: string): Popup['items'][number] {
  const label = safeLine(candidate.trimEnd());
  const emoji = label.startsWith(':') ? emojiOfCode(label) : undefined;
  return emoji === undefined ? { label } : { label, detail: safeLine(emoji) };
}

/** Those online first, then who spoke in what is loaded; never oneself. */
function sourcesOf(state: State): Sources {
  const { log } = openTimeline(state);
  const messages = log.filter((item) => item.is === 'message').toReversed();
  const online = [...state.people.values()]
    .filter(({ state: is }) => is !== 'offline')
    .map(({ nick }) => nick);
  const spoke = messages.map(({ nick }) => nick);
  const nicks = [...new Set([...online.sort((a, b) => a.localeCompare(b)), ...spoke])];
  return {
    commands,
    nicks: nicks.filter((nick) => nick !== state.me.nick),
    rooms: [...state.rooms, ...state.invitations].map(({ room }) => room).filter((room) => !isDirect(room)),
    files: [...new Set(messages.flatMap(({ file }) => (file ? [file.name] : [])))],
    list: listFolder,
  };
}
