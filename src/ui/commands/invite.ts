// /invite: lets somebody into the open room, or another one that one is in.
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { knownRoomOf } from './join.ts';
import { nickAndRest, withNick } from './nearest.ts';

async function letIn(context: CommandContext, rest: string): Promise<void> {
  const { nick, rest: where } = nickAndRest(rest);
  if (nick === '') throw new CommandRefused('Whom? Type /invite NICK, or /invite NICK ROOM.');
  const room = where === '' ? context.room() : knownRoomOf(context, where);
  await withNick(context, nick, () => context.client.invite(room, nick));
  context.notice(`${nick} is invited to ${context.around.label(room)}.`);
}

export const invite: Command = {
  name: '/invite',
  aliases: [],
  args: 'NICK [ROOM]',
  argument: 'nick',
  summary: 'invite somebody to the room',
  asks: 'server',
  run: letIn,
};
