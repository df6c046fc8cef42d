// /mouse: the twin of Alt-m, for terminals that keep Alt for themselves.
import type { Command } from './command.ts';

export const mouse: Command = {
  name: '/mouse',
  aliases: [],
  args: '',
  summary: 'give the mouse to the terminal (to select text), and back',
  run: (context) => context.mouse(),
};
