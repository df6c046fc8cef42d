// /quit and !DISCONNECT: leaves the chat; the others are told at once.
import type { Command } from './command.ts';

export const quit: Command = {
  name: '/quit',
  aliases: ['/exit', '/disconnect', '!DISCONNECT'],
  args: '',
  summary: 'leave the chat',
  run: (context) => context.quit(),
};
