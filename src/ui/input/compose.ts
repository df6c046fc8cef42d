// How a reply and an edit begin in the composer, how an edit is sent, and how both are given up. Called by choice.ts for
// the keys of a chosen message, by submit.ts for Enter and by handle.ts for Esc.
import { errorOf } from '../../client/errors.ts';
import { checkEditable, editTo } from '../commands/act.ts';
import { withCodes } from '../commands/codes.ts';
import type { KnownMessage } from '../commands/command.ts';
import { composingIn } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import type { MessageItem } from '../state/state.ts';
import { quoteOf } from '../state/timeline.ts';

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
