// /help: every command and key. How it is shown is the screen's or plain mode's business.
import type { Command } from './command.ts';

export const help: Command = {
  name: '/help',
  aliases: ['/keys', '/?'],
  args: '',
  summary: 'this help',
  run: (context) => context.help(),
};
