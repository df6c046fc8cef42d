// What is done to a message: its edit, its deletion, a reaction. Keys of a chosen message and the commands both come
// here. All of it goes into the client's outbox at once; how that went stands there, and the screen shows it.
import type { Saying } from '../../client/client.ts';
import { textFits } from '../../protocol/text-limit.ts';
import { emojiOfCode, isEmoji } from '../../text/emoji.ts';
import { isBlank, safeText } from '../../text/safe-text.ts';
import { type CommandContext, CommandRefused, type KnownMessage } from './command.ts';

type Acting = Pick<CommandContext, 'client' | 'room' | 'notice'>;

export function sayThat({ client, room, notice }: Acting, saying: Saying): void {
  client.say(room(), saying).catch((error: Error) => {
    // What the server refused stands in the outbox as failed; what never got there (it is full) is said here.
    if (!client.outbox.some((entry) => entry.error === error)) notice(error.message, 'error');
  });
}

/** Throws CommandRefused where the message cannot be edited to this. */
export function editTo(context: Acting, message: KnownMessage, text: string): void {
  checkEditable(message);
  checkNewText(text);
  sayThat(context, { kind: 'edit', target: message.seq, text });
}

export function checkNewText(text: string): void {
  if (isBlank(safeText(text)))
    throw new CommandRefused('Nothing is left of it, so it was not edited. /delete deletes a message.');
  if (!textFits(text))
    throw new CommandRefused('That is longer than a message may be, so it was not edited.');
}

export function checkEditable({ isOwn, isDeleted, isFile }: KnownMessage): void {
  if (isDeleted) throw new CommandRefused('That message is gone: there is nothing to edit.');
  if (!isOwn) throw new CommandRefused('Only your own messages can be edited.');
  if (isFile) throw new CommandRefused('A file cannot be edited. /delete takes it away.');
}

export function deleteIt(context: Acting, { seq, isOwn, isDeleted }: KnownMessage): void {
  if (isDeleted) throw new CommandRefused('That message is gone already.');
  if (!isOwn) throw new CommandRefused('Only your own messages can be deleted.');
  sayThat(context, { kind: 'delete', target: seq });
}

/** With the same emoji again it is taken back. */
export function reactTo(context: Acting, message: KnownMessage, typed: string): void {
  if (message.isDeleted) throw new CommandRefused('That message is gone: nobody would see it.');
  const emoji = emojiOf(typed);
  const did = message.mine.includes(emoji) ? 'removed' : 'added';
  sayThat(context, { kind: 'react', target: message.seq, emoji, did });
}

/** From an emoji or its `:code:`. */
function emojiOf(typed: string): string {
  if (isEmoji(typed)) return typed;
  // ❤ is what keyboards without a picture of it type.
  const pictured = `${typed}\ufe0f`;
  const emoji = isEmoji(pictured) ? pictured : emojiOfCode(typed);
  if (emoji === undefined)
    throw new CommandRefused(`“${typed}” is no emoji. Type one, or its code as :tada: (Tab completes them).`);
  return emoji;
}
