// /highlight and /unhighlight: words beside the nick that call this user, on this device.
import { safeLine } from '../../text/safe-text.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

function add(context: CommandContext, rest: string): void {
  const { client, around } = context;
  const word = rest.trim();
  if (word === '') {
    context.notice(listOf(context));
    return;
  }
  if (!/[\p{L}\p{N}]/u.test(word)) throw new CommandRefused('A word needs a letter or a digit to be found.');
  if (!client.highlights.add(word)) {
    throw new CommandRefused('That is too long, or one word too many: /unhighlight WORD takes one away.');
  }
  around.highlightsChanged();
  context.notice(`From now on, ${safeLine(word)} calls you. /unhighlight ${safeLine(word)} ends it.`);
}

function remove(context: CommandContext, rest: string): void {
  const { client, around } = context;
  const word = client.highlights.list.find((one) => one.toLowerCase() === rest.trim().toLowerCase());
  if (word === undefined) throw new CommandRefused(`That is no word of yours. ${listOf(context)}`);
  client.highlights.remove(word);
  around.highlightsChanged();
  context.notice(`${safeLine(word)} calls you no more.`);
}

function listOf({ client }: CommandContext): string {
  const words = client.highlights.list.map(safeLine);
  return words.length === 0
    ? 'Your nick calls you, and no other word. /highlight WORD adds one.'
    : `These call you, beside your nick: ${words.join(', ')}`;
}

export const highlight: Command = {
  name: '/highlight',
  aliases: ['/hl'],
  args: '[WORD]',
  argument: 'text',
  summary: 'be called by a word, as by your nick (without argument: the words)',
  run: add,
};

export const unhighlight: Command = {
  name: '/unhighlight',
  aliases: [],
  args: 'WORD',
  argument: 'text',
  summary: 'be called by it no more',
  run: remove,
};
