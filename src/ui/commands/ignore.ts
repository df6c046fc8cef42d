// /ignore and /unignore: whose messages are folded away on this device. By member, so that a new nick does not end it.
import { safeLine } from '../../text/safe-text.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { nickAndRest, withNick } from './nearest.ts';

async function ignoreOne(context: CommandContext, rest: string): Promise<void> {
  const { nick } = nickAndRest(rest);
  const { client, around } = context;
  if (nick === '') {
    context.notice(listOf(context));
    return;
  }
  const { person } = await withNick(context, nick, () => client.whois(nick));
  if (person.member === client.welcome?.member) throw new CommandRefused('That is you.');
  client.ignored.add(person.member, person.nick);
  around.ignoredChanged();
  context.notice(`${person.nick} is ignored here: no messages, no counts, no calls. /unignore ends it.`);
}

function hearAgain(context: CommandContext, rest: string): void {
  const { nick } = nickAndRest(rest);
  const { client, around } = context;
  if (nick === '') throw new CommandRefused(`Whom? Type /unignore NICK. ${listOf(context)}`);
  const held = client.ignored.list.find((one) => one.nick.toLowerCase() === nick.toLowerCase());
  if (!held) throw new CommandRefused(`${nick} is not ignored. ${listOf(context)}`);
  client.ignored.remove(held.member);
  around.ignoredChanged();
  context.notice(`${held.nick} is heard again.`);
}

function listOf({ client }: CommandContext): string {
  const nicks = client.ignored.list.map(({ nick }) => safeLine(nick));
  return nicks.length === 0 ? 'Nobody is ignored.' : `Ignored: ${nicks.join(', ')}`;
}

export const ignore: Command = {
  name: '/ignore',
  aliases: [],
  args: '[NICK]',
  argument: 'nick',
  summary: 'fold away what somebody says (without argument: who is ignored)',
  asks: 'server',
  run: ignoreOne,
};

export const unignore: Command = {
  name: '/unignore',
  aliases: [],
  args: 'NICK',
  argument: 'nick',
  summary: 'hear somebody again',
  run: hearAgain,
};
