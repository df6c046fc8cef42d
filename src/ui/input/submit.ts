// Enter in the chat: the composer is emptied at once and what it held is sent or run; a command that is refused at once
// comes back into it. Called by handle.ts.
import { withCodes } from '../commands/codes.ts';
import type { CommandContext, KnownFile } from '../commands/command.ts';
import { parseInput } from '../commands/index.ts';
import { launch } from '../commands/launch.ts';
import { runInput } from '../commands/run.ts';
import { composingIn } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import type { State } from '../state/state.ts';
import { openTimeline } from '../state/view.ts';
import { aroundOf } from './around.ts';
import { giveUp, sendEdit } from './compose.ts';
import { setText, take } from './editor.ts';
import { toggleMouse } from './mouse.ts';
import { talkOf } from './talk.ts';

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
  const composing = composingIn(store.get(), context.room());
  if (composing?.is === 'edit') {
    sendEdit(context, talkOf(context).chosen(), composing.before);
    return;
  }
  if (text.trim() === '') return;
  const parsed = parseInput(text);
  const startedAt = clock();
  if (parsed.type !== 'unknown') store.dispatch({ type: 'editor', editor: take(editor) });
  if (parsed.type === 'text') context.scroll({ to: 'end' });
  const isSaid = parsed.type === 'text' || (parsed.type === 'command' && parsed.command.argument === 'text');
  const reply = parsed.type === 'text' ? composing : undefined;
  if (reply) giveUp(context);
  const outcome = await runInput(
    commandContext(context),
    isSaid ? withCodes(text) : text,
    reply ? { reply: reply.seq } : {},
  );
  const now = store.get().editor;
  const isPrompt = clock() - startedAt <= promptMs;
  if (outcome !== 'refused' || !isPrompt || now.text !== '') return;
  store.dispatch({ type: 'editor', editor: setText(now, text) });
  if (reply) store.dispatch({ type: 'compose', composing: reply });
}

export function commandContext(context: ChatContext): CommandContext {
  const { store } = context;
  return {
    client: context.client,
    around: aroundOf(context),
    talk: talkOf(context),
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
