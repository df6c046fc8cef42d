// /notify: what of the open room calls for one: all of it, mentions, or nothing. The same on all devices.
import type { NotifyLevel } from '../../protocol/packet.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

const saysOf: Readonly<Record<NotifyLevel, string>> = {
  all: 'Every message in it calls you.',
  mentions: 'Only what speaks to you calls you.',
  none: 'Nothing in it calls you.',
};

const isLevel = (word: string): word is NotifyLevel => Object.hasOwn(saysOf, word);

async function set(context: CommandContext, rest: string): Promise<void> {
  const { around, client } = context;
  const room = context.room();
  const level = rest.toLowerCase();
  if (level === '') {
    const held = around.level(room);
    context.notice(`${around.label(room)}: ${held}. ${saysOf[held]}`);
    return;
  }
  if (!isLevel(level)) throw new CommandRefused(`“${rest}” is no level. Type /notify all, mentions or none.`);
  await client.notify(room, level);
  around.setLevel(room, level);
  context.notice(`${around.label(room)}: ${level}. ${saysOf[level]}`);
}

export const notify: Command = {
  name: '/notify',
  aliases: [],
  args: '[all | mentions | none]',
  argument: 'text',
  summary: 'what of the room calls you (bell, desktop, counts)',
  asks: 'server',
  run: set,
};
