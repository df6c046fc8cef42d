// /typing: whether the others see that one types. CHAT_TUI_TYPING=off begins without.
import { type Command, type CommandContext, CommandRefused } from './command.ts';

function set({ around, notice }: CommandContext, rest: string): void {
  const word = rest.toLowerCase();
  if (word !== '' && word !== 'on' && word !== 'off')
    throw new CommandRefused('Type /typing on or /typing off.');
  if (word !== '') around.tellTyping(word);
  notice(around.tellsTyping() ? 'The others see when you type.' : 'The others do not see when you type.');
}

export const typing: Command = {
  name: '/typing',
  aliases: [],
  args: '[on | off]',
  argument: 'text',
  summary: 'whether the others see that you type',
  run: set,
};
