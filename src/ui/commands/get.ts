// /get: fetches a file that was sent to the room into the download folder, by its number or name. Where it was saved is
// told by the client's transfer, which the screen and plain mode show.
import type { Command, CommandContext } from './command.ts';
import { fileList, findFile } from './find-file.ts';

/** Resolves with the path it was saved to. */
export async function fetchFile(context: CommandContext, rest: string): Promise<string> {
  const found = findFile(context, rest);
  const which = 'seq' in found ? { seq: found.seq } : { sha256: found.sha256 };
  const { path } = await context.client.download({
    ...which,
    room: context.room(),
    to: { folder: context.downloads },
  });
  return path;
}

async function get(context: CommandContext, rest: string): Promise<void> {
  if (rest === '') {
    context.notice(fileList(context.files()));
    return;
  }
  await fetchFile(context, rest);
}

export const getFile: Command = {
  name: '/get',
  aliases: ['/download'],
  args: '[NUMBER | NAME]',
  argument: 'file',
  summary: 'fetch a file (without argument: list them)',
  run: get,
};
