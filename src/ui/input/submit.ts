// Enter in the chat: the composer is emptied at once and what it held is sent or run; a refused command comes back
// into it. Called by handle.ts.
import type { CommandContext, KnownFile } from '../commands/command.ts';
import { parseInput } from '../commands/index.ts';
import { launch } from '../commands/launch.ts';
import { runInput } from '../commands/run.ts';
import type { ChatContext } from '../state/context.ts';
import type { State } from '../state/state.ts';
import { openTimeline } from '../state/view.ts';
import { setText, take } from './editor.ts';

export async function submit(context: ChatContext): Promise<void> {
  const { store } = context;
  const { editor } = store.get();
  const text = editor.text.trimEnd();
  if (text.trim() === '') return;
  const parsed = parseInput(text);
  if (parsed.type !== 'unknown') store.dispatch({ type: 'editor', editor: take(editor) });
  if (parsed.type === 'text') context.scroll({ to: 'end' });
  const outcome = await runInput(commandContext(context), text);
  // Whoever typed on meanwhile finds it with Up.
  const now = store.get().editor;
  if (outcome === 'refused' && now.text === '')
    store.dispatch({ type: 'editor', editor: setText(now, text) });
}

function commandContext(context: ChatContext): CommandContext {
  const { store } = context;
  return {
    client: context.client,
    downloads: context.downloads,
    room: () => context.room(),
    files: () => filesOf(store.get()),
    notice: (text, tone) => context.notice(text, tone),
    openRoom: (note) => {
      store.dispatch({ type: 'joined', note });
      store.dispatch({ type: 'open-room', room: note.room });
    },
    closeRoom: (room) => store.dispatch({ type: 'parted', room }),
    clear: () => store.dispatch({ type: 'clear' }),
    help: () => store.dispatch({ type: 'help', is: 'open' }),
    quit: () => context.quit(),
    launch,
  };
}

function filesOf(state: State): readonly KnownFile[] {
  return openTimeline(state).log.flatMap((item) =>
    item.is === 'message' && item.file ? [{ seq: item.seq, ...item.file }] : [],
  );
}
