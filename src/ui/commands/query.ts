// /query and /msg: what is said to one person alone. The room of two is known by its other member's nick; one that is
// known here needs no question, so that it takes words while the server is away too.
import type { RoomName } from '../../protocol/names.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { nickAndRest, withNick } from './nearest.ts';
import { say } from './say.ts';

const known = ({ around }: CommandContext, nick: string) =>
  around.rooms().find((one) => one.with?.nick.toLowerCase() === nick.toLowerCase());

/** Shows the room that one has with somebody. */
export async function openDirect(context: CommandContext, nick: string): Promise<RoomName> {
  const held = known(context, nick);
  if (held) {
    context.openKnown(held.room);
    return held.room;
  }
  const note = await withNick(context, nick, () => context.client.direct(nick));
  context.openRoom(note);
  return note.room;
}

async function directRoom(context: CommandContext, nick: string): Promise<RoomName> {
  const held = known(context, nick);
  if (held) return held.room;
  const note = await withNick(context, nick, () => context.client.direct(nick));
  context.around.addRoom(note);
  return note.room;
}

async function openIt(context: CommandContext, rest: string): Promise<void> {
  const { nick, rest: text } = nickAndRest(rest);
  if (nick === '') throw new CommandRefused('With whom? Type /query NICK.');
  const room = await openDirect(context, nick);
  if (text !== '') say(context, text, {}, room);
}

async function send(context: CommandContext, rest: string): Promise<void> {
  const { nick, rest: text } = nickAndRest(rest);
  if (nick === '') throw new CommandRefused('To whom? Type /msg NICK TEXT.');
  if (text === '') {
    await openDirect(context, nick);
    return;
  }
  const room = await directRoom(context, nick);
  say(context, text, {}, room);
  if (room !== context.room()) context.notice(`to ${context.around.label(room)}: ${text}`);
}

export const query: Command = {
  name: '/query',
  aliases: ['/dm', '/w'],
  args: 'NICK [TEXT]',
  argument: 'nick',
  summary: 'open the room of you two',
  asks: 'server',
  run: openIt,
};

export const msg: Command = {
  name: '/msg',
  aliases: [],
  args: 'NICK TEXT',
  argument: 'nick',
  summary: 'say something to one person alone, without leaving this room',
  asks: 'server',
  run: send,
};
