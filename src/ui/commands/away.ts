// /away and /back: the others see that one does not answer, and why.
import { limits } from '../../protocol/limits.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

async function go(context: CommandContext, rest: string): Promise<void> {
  const note = rest.replace(/\s*\n\s*/g, ' ');
  if (note.length > limits.sentenceChars) {
    throw new CommandRefused(`A note has at most ${limits.sentenceChars} characters.`);
  }
  await context.client.away(note);
  context.notice(`You are away${note === '' ? '' : `: ${note}`}. /back when you are here again.`);
}

async function comeBack(context: CommandContext): Promise<void> {
  await context.client.away(undefined);
  context.notice('You are back.');
}

export const away: Command = {
  name: '/away',
  aliases: [],
  args: '[NOTE]',
  argument: 'text',
  summary: 'say that you are away, and why',
  asks: 'server',
  run: go,
};

export const back: Command = {
  name: '/back',
  aliases: [],
  args: '',
  summary: 'you are here again',
  asks: 'server',
  run: comeBack,
};
