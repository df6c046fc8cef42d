// /part: leaves a room for good; without argument the open one. Its messages no longer count as unread.
import type { Command, CommandContext } from './command.ts';
import { knownRoomOf } from './join.ts';

async function leave(context: CommandContext, rest: string): Promise<void> {
  const room = rest === '' ? context.room() : knownRoomOf(context, rest);
  await context.client.part(room);
  context.closeRoom(room);
}

export const part: Command = {
  name: '/part',
  aliases: ['/leave'],
  args: '[ROOM]',
  argument: 'room',
  summary: 'leave a room',
  asks: 'server',
  run: leave,
};
