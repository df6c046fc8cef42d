// /join: enters a room and shows it; a room that does not exist yet is made by entering it, and that is said, with the
// nearest one that was there. A private one is entered by invitation.
import { parseRoom, type RoomName } from '../../protocol/names.ts';
import type { RoomNote } from '../../protocol/packet.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { nearestOf } from './nearest.ts';
import { openDirect } from './query.ts';

async function enter(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused('Which room? Type /join ROOM, for example /join random.');
  if (rest.startsWith('@')) {
    await openDirect(context, rest.slice(1));
    return;
  }
  const { room } = await context.client.join(roomOf(rest));
  context.openRoom(room);
  if (isNew(context, room)) context.notice(await aboutNew(context, room));
}

/** Made just now: by this member, who is alone in it, and nothing was said there. */
function isNew({ client }: CommandContext, { owner, members, topic, last }: RoomNote): boolean {
  const isOwn = owner !== undefined && owner === client.welcome?.member;
  return isOwn && members <= 1 && topic === '' && last === undefined;
}

async function aboutNew({ client }: CommandContext, { room }: RoomNote): Promise<string> {
  const others = (await client.rooms()).filter((one) => one.room !== room && one.access !== 'direct');
  const meant = nearestOf(
    room,
    others.map((one) => one.room),
  );
  const question = meant === undefined ? '' : ` Did you mean #${meant}? /part leaves this one.`;
  const how = '/room private closes it to who is not invited, /topic says what it is for.';
  return `#${room} is new, and yours.${question || ` ${how}`}`;
}

/** The room that was typed, with or without its `#`. */
export function roomOf(typed: string): RoomName {
  const parsed = parseRoom(typed);
  if (!parsed.ok) throw new CommandRefused(parsed.sentence);
  return parsed.room;
}

/** As `roomOf`, and `@bob` is the room one has with bob. */
export function knownRoomOf(context: CommandContext, typed: string): RoomName {
  if (!typed.startsWith('@')) return roomOf(typed);
  const nick = typed.slice(1).toLowerCase();
  const known = context.around.rooms().find((one) => one.with?.nick.toLowerCase() === nick);
  if (!known) throw new CommandRefused(`You have no room with ${typed.slice(1)} yet. /query NICK opens one.`);
  return known.room;
}

export const join: Command = {
  name: '/join',
  aliases: ['/j'],
  args: 'ROOM',
  argument: 'room',
  summary: 'enter a room (made when it is new); a private one by invitation',
  asks: 'server',
  run: enter,
};
