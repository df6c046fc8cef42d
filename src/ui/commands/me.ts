// /me: says what one does (`* ada waves`).

import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { say } from './say.ts';

function act(context: CommandContext, rest: string): void {
  if (rest === '') throw new CommandRefused('What do you do? Type /me waves.');
  say(context, rest, { style: 'action' });
}

export const me: Command = {
  name: '/me',
  aliases: [],
  args: 'TEXT',
  argument: 'text',
  summary: 'say what you do',
  run: act,
};
