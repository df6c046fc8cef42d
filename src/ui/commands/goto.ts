// /goto, /unread, /mentions: to a place in what was said.
import type { Seq } from '../../protocol/packet.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { parseWhen } from './when.ts';

const examples = '2026-11-01, 2026-11-01 12:30, yesterday, 12:30, or #12 for a message';

async function go({ around }: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused(`Where to? Type /goto and one of: ${examples}.`);
  const when = parseWhen(rest, around.now());
  if (!when) throw new CommandRefused(`“${rest}” is no time. Type one of: ${examples}.`);
  await around.goTo('seq' in when ? { seq: when.seq as Seq } : when);
}

export const goTo: Command = {
  name: '/goto',
  aliases: [],
  args: 'DATE | TIME | #NUMBER',
  argument: 'text',
  summary: 'show what was said then (2026-11-01, yesterday, 12:30, #12)',
  run: go,
};

export const unread: Command = {
  name: '/unread',
  aliases: [],
  args: '',
  summary: 'to the first unread message (Alt-u)',
  run: ({ around }) => around.firstUnread(),
};

export const mentions: Command = {
  name: '/mentions',
  aliases: [],
  args: '',
  summary: 'where you were mentioned (Alt-p)',
  asks: 'server',
  run: ({ around }) => around.find('mentions', ''),
};
