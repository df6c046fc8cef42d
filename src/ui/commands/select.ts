// /select: chooses a message, to act on it; the twin of Alt-Up.
import type { Command } from './command.ts';

export const select: Command = {
  name: '/select',
  aliases: [],
  args: '',
  summary: 'choose a message, to reply, edit, react, copy … (Alt-Up)',
  run: ({ talk }) => talk.choose(),
};
