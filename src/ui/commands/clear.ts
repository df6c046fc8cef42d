// /clear: empties the view of the open room; nothing is deleted, scrolling up brings it back.
import type { Command } from './command.ts';

export const clear: Command = {
  name: '/clear',
  aliases: [],
  args: '',
  summary: 'clear the screen (scroll up to bring it back)',
  run: (context) => context.clear(),
};
