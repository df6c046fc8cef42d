// Enter in the chat: the composer is emptied at once and what it held is sent or run; a command that is refused at once
// comes back into it. Called by handle.ts.
import type { CommandContext, KnownFile } from '../commands/command.ts';
import { parseInput } from '../commands/index.ts';
import { launch } from '../commands/launch.ts';
import { runInput } from '../commands/run.ts';
import type { ChatContext } from '../state/context.ts';
import type { State } from '../state/state.ts';
import { openTimeline } from '../state/view.ts';
import { aroundOf } from './around.ts';
import { setText, take } from './editor.ts';
import { toggleMouse } from './mouse.ts';

/**
 * A refusal that comes later than this finds somebody who types on already: the command would come back into the
 * middle of that, and be sent with it as text. Then it is left to Up.
 */
const promptMs = 400;

export async function submit(
  context: ChatContext,
  clock: () => number = () => performance.now(),
): Promise<void> {
  const { store } = context;
  const { editor } = store.get();
  const text = editor.text.trimEnd();
  if (text.trim() === '') return;
  const parsed = parseInput(text);
  const startedAt = clock();
  if (parsed.type !== 'unknown') store.dispatch({ type: 'editor', editor: take(editor) });
  if (parsed.type === 'text') context.scroll({ to: 'end' });
  const outcome = await runInput(commandContext(context), text);
  const now = store.get().editor;
  const isPrompt = clock() - startedAt <= promptMs;
  if (outcome === 'refused' && isPrompt && now.text === '') {
    store.dispatch({ type: 'editor', editor: setText(now, text) });
  }
}

function commandContext(context: ChatContext): CommandContext {
  const { store } = context;
  return {
    client: context.client,
    around: aroundOf(context),
    downloads: context.downloads,
    room: () => context.room(),
    files: () => filesOf(store.get()),
    notice: (text, tone) => context.notice(text, tone),
    openRoom: (note) => {
      store.dispatch({ type: 'joined', note });
      store.dispatch({ type: 'open-room', room: note.room });
    },
    openKnown: (room) => store.dispatch({ type: 'open-room', room }),
    closeRoom: (room) => store.dispatch({ type: 'parted', room }),
    clear: () => store.dispatch({ type: 'clear' }),
    help: () => store.dispatch({ type: 'help', is: 'open' }),
    mouse: () => toggleMouse(context),
    quit: () => context.quit(),
    launch,
  };
}

function filesOf(state: State): readonly KnownFile[] {
  return openTimeline(state).log.flatMap((item) =>
    item.is === 'message' && item.file ? [{ seq: item.seq, ...item.file }] : [],
  );
}
