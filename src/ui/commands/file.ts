// /file and !FILE: sends a file to the open room. The path may begin with ~, hold blanks, and stand in quotes or with
// escaped blanks, as shells and terminals write a dropped file. Progress stands in the timeline, told by the client.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, type CommandContext, CommandRefused, unquote } from './command.ts';

async function send(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') throw new CommandRefused('Which file? Type /file PATH, for example /file ~/plan.pdf.');
  await context.client.upload(context.room(), pathOf(rest));
}

/** The path that was meant, absolute. `home` is an argument for tests. */
export function pathOf(typed: string, home: string = homedir()): string {
  const unquoted = unquote(typed);
  if (unquoted.startsWith('file://')) return fromUrl(unquoted);
  const isWindows = process.platform === 'win32';
  const plain = unquoted !== typed || isWindows ? unquoted : unquoted.replace(/\\(.)/g, '$1');
  const isHome = plain === '~' || plain.startsWith('~/') || (isWindows && plain.startsWith('~\\'));
  return isHome ? resolve(home, `.${plain.slice(1) || '/'}`) : resolve(plain);
}

function fromUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CommandRefused(`${url} is not a local file. Type the path of the file.`, { cause });
  }
}

export const file: Command = {
  name: '/file',
  aliases: ['/upload', '/attach', '!FILE'],
  args: 'PATH',
  argument: 'path',
  summary: 'send a file to the room',
  run: send,
};
