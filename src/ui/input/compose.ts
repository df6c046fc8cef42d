// How a reply and an edit begin in the composer, how an edit is sent, and how both are given up. Called by choice.ts for
// the keys of a chosen message, by submit.ts for Enter and by handle.ts for Esc.
import { errorOf } from '../../client/errors.ts';
import { safeLine } from '../../text/safe-text.ts';
import { checkEditable, editTo } from '../commands/act.ts';
import { withCodes } from '../commands/codes.ts';
import type { KnownMessage, Post, Unsent } from '../commands/command.ts';
import { parseInput } from '../commands/index.ts';
import { composingIn } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import type { MessageItem } from '../state/state.ts';
import { quoteOf } from '../state/timeline.ts';
import { setText } from './editor.ts';

export function beginReply(context: ChatContext, item: MessageItem): void {
  const composing = { is: 'reply', room: context.room(), seq: item.seq, quote: quoteOf(item) } as const;
  context.store.dispatch({ type: 'compose', composing });
}

/** Throws CommandRefused for what cannot be edited. */
export function beginEdit({ store, room }: ChatContext, message: KnownMessage): void {
  checkEditable(message);
  const { seq, text } = message;
  const composing = { is: 'edit', room: room(), seq, before: text, draft: store.get().editor } as const;
  store.dispatch({ type: 'compose', composing });
}

/** What was not sent yet is back as it was typed, with what it answers. */
export function takeBack({ client, store, room }: ChatContext, { id, saying }: Unsent): void {
  const { pending, editor } = store.get();
  const view = pending.find((one) => one.id === id)?.reply;
  client.drop(id);
  store.dispatch({ type: 'editor', editor: setText(editor, typedText(saying)) });
  if (saying.reply === undefined) return;
  const quote = view?.quote ?? { nick: safeLine('somebody'), text: safeLine(`message ${saying.reply}`) };
  store.dispatch({ type: 'compose', composing: { is: 'reply', room: room(), seq: saying.reply, quote } });
}

/** The line that says this when it is entered: what would be a command is doubled at its mark. */
function typedText({ text, style }: Post): string {
  if (style === 'action') return `/me ${text}`;
  const parsed = parseInput(text);
  return parsed.type === 'text' && parsed.text === text ? text : `${text[0]}${text}`;
}

/** What is not sent cannot be chosen: that it is passed over is said. */
export function beginChoice({ store, room }: ChatContext): void {
  const { pending } = store.get();
  store.dispatch({ type: 'choose', step: { by: -1 } });
  if (!store.get().chosen || !pending.some((one) => one.room === room())) return;
  const text = 'Your last message is not sent yet: this is one before it. Esc goes back.';
  store.dispatch({ type: 'hint', text: safeLine(text) });
}

/** Whether there was anything to give up. */
export function giveUp({ store, room }: ChatContext): boolean {
  if (!composingIn(store.get(), room())) return false;
  store.dispatch({ type: 'compose', composing: undefined });
  return true;
}

/** The text of the composer in place of the message's; where that is refused it stays there, with the reason. */
export function sendEdit(context: ChatContext, message: KnownMessage | undefined, before: string): void {
  const text = context.store.get().editor.text.trimEnd();
  try {
    if (!message) context.notice('That message is out of sight by now. Esc gives the edit up.', 'error');
    else {
      if (text !== before) editTo(context, message, withCodes(text));
      giveUp(context);
    }
  } catch (error) {
    context.notice(errorOf(error).message, 'error');
  }
}
