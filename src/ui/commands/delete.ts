// /delete: takes one's own message away, for everybody and for good.
import { deleteIt } from './act.ts';
import { type Command, type CommandContext, CommandRefused, type KnownMessage } from './command.ts';
import { nearest, numbered, numberIn } from './target.ts';

const isMine = ({ isOwn }: KnownMessage): boolean => isOwn;

function remove(context: CommandContext, rest: string): void {
  const seq = numberIn(rest);
  if (rest !== '' && seq === undefined)
    throw new CommandRefused('Which message? Type /delete or /delete NUMBER.');
  deleteIt(context, seq === undefined ? nearest(context, isMine, 'none of yours') : numbered(context, seq));
}

export const deleteMessage: Command = {
  name: '/delete',
  aliases: ['/del'],
  args: '[NUMBER]',
  summary: 'delete your last message, or the one with that number',
  run: remove,
};
