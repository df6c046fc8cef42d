// /join: enters a room and shows it; a room that does not exist yet is made by entering it.
import { parseRoom, type RoomName } from '../../protocol/names.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

async function enter(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused('Which room? Type /join ROOM, for example /join random.');
  const { room } = await context.client.join(roomOf(rest));
  context.openRoom(room);
}

/** The room that was typed, with or without its `#`. */
export function roomOf(typed: string): RoomName {
  const parsed = parseRoom(typed);
  if (!parsed.ok) throw new CommandRefused(parsed.sentence);
  return parsed.room;
}

export const join: Command = {
  name: '/join',
  aliases: ['/j'],
  args: 'ROOM',
  argument: 'room',
  summary: 'enter a room (made when it is new)',
  asks: 'server',
  run: enter,
};
