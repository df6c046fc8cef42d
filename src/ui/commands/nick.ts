// /nick: another name for the same member. The form is checked here, whether it is taken by the server, which tells
// everybody of the change, oneself included.
import { parseNick } from '../../text/nick.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

async function rename(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused('Which name? Type /nick NAME.');
  const parsed = parseNick(rest);
  if (!parsed.ok) throw new CommandRefused(parsed.sentence);
  await context.client.rename(parsed.nick);
}

export const nick: Command = {
  name: '/nick',
  aliases: [],
  args: 'NAME',
  argument: 'text',
  summary: 'change your name',
  asks: 'server',
  run: rename,
};
