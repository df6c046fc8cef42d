// /shrug: what there is to say sometimes.
import type { Command } from './command.ts';
import { say } from './say.ts';

const shrugging = '¯\\_(ツ)_/¯';

export const shrug: Command = {
  name: '/shrug',
  aliases: [],
  args: '[TEXT]',
  argument: 'text',
  summary: `say ${shrugging}`,
  run: (context, rest) => say(context, rest === '' ? shrugging : `${rest} ${shrugging}`),
};
