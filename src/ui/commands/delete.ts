// /delete: takes one's own message away, for everybody and for good.
import { deleteIt } from './act.ts';
import {
  type Command,
  type CommandContext,
  CommandRefused,
  type KnownMessage,
  type Unsent,
} from './command.ts';
import { nearest, numbered, numberIn } from './target.ts';
import { checkAtHand, newestUnsent } from './unsent.ts';

const isMine = ({ isOwn }: KnownMessage): boolean => isOwn;

function remove(context: CommandContext, rest: string): void {
  const seq = numberIn(rest);
  if (rest !== '' && seq === undefined)
    throw new CommandRefused('Which message? Type /delete or /delete NUMBER.');
  const unsent = seq === undefined ? newestUnsent(context) : undefined;
  if (unsent) dropIt(context, unsent);
  else
    deleteIt(context, seq === undefined ? nearest(context, isMine, 'none of yours') : numbered(context, seq));
}

function dropIt({ client, notice }: CommandContext, unsent: Unsent): void {
  checkAtHand(unsent);
  client.drop(unsent.id);
  notice('Your last message was not sent yet, and is dropped.');
}

export const deleteMessage: Command = {
  name: '/delete',
  aliases: ['/del'],
  args: '[NUMBER]',
  summary: 'delete your last message, or the one with that number',
  run: remove,
};
