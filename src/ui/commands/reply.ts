// /reply: answers a message, by its number or the newest of somebody else.
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { say } from './say.ts';
import { nearest, numbered, numberIn } from './target.ts';
import { checkAllSent } from './unsent.ts';

function answer(context: CommandContext, rest: string): void {
  const [, first = '', text = ''] = /^(\S+)\s+(\S[\s\S]*)$/.exec(rest) ?? [];
  const seq = numberIn(first);
  const said = seq === undefined ? rest : text;
  if (said === '' || numberIn(rest) !== undefined)
    throw new CommandRefused('What do you answer? Type /reply TEXT, or /reply NUMBER TEXT.');
  const isOthers = ({ isOwn }: { readonly isOwn: boolean }) => !isOwn;
  if (seq === undefined) checkAllSent(context);
  const message = seq === undefined ? nearest(context, isOthers, 'none of others') : numbered(context, seq);
  if (message.isDeleted) throw new CommandRefused('That message is gone: there is nothing to answer.');
  say(context, said, { reply: message.seq });
}

export const reply: Command = {
  name: '/reply',
  aliases: ['/re'],
  args: '[NUMBER] TEXT',
  argument: 'text',
  summary: 'answer a message (without a number: the newest of somebody else)',
  run: answer,
};
