// /react: an emoji on a message, or away with it.
import { reactTo } from './act.ts';
import { type Command, type CommandContext, CommandRefused, type KnownMessage } from './command.ts';
import { nearest, numbered, numberIn } from './target.ts';
import { checkAllSent } from './unsent.ts';

const isOthers = ({ isOwn }: KnownMessage): boolean => !isOwn;

function give(context: CommandContext, rest: string): void {
  const [emoji = '', number, ...more] = rest.split(/\s+/);
  const seq = number === undefined ? undefined : numberIn(number);
  if (emoji === '' || more.length > 0 || (number !== undefined && seq === undefined))
    throw new CommandRefused('With what? Type /react :tada: or /react 🎉, and a message’s number behind it.');
  if (seq === undefined) checkAllSent(context);
  reactTo(
    context,
    seq === undefined ? nearest(context, isOthers, 'none of others') : numbered(context, seq),
    emoji,
  );
}

export const react: Command = {
  name: '/react',
  aliases: [],
  args: 'EMOJI | :CODE: [NUMBER]',
  argument: 'text',
  summary: 'react to a message (again: take it back)',
  run: give,
};
