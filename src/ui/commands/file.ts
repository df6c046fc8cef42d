// /file and !FILE: sends a file to the open room. The path may begin with ~, hold blanks, and stand in quotes or with
// escaped blanks, as shells and terminals write a dropped file. Progress stands in the timeline, told by the client.
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { pathOf } from './path.ts';

async function send(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused('Which file? Type /file PATH, for example /file ~/plan.pdf.');
  await context.client.upload(context.room(), pathOf(rest));
}

export const file: Command = {
  name: '/file',
  aliases: ['/upload', '/attach', '!FILE'],
  args: 'PATH',
  argument: 'path',
  summary: 'send a file to the room',
  run: send,
};
