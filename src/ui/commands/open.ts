// /open: shows a received file with the desktop's program for it, fetching it first where that was not done yet.

import type { Command, CommandContext } from './command.ts';
import { findFile } from './find-file.ts';
import { fetchFile } from './get.ts';

async function open(context: CommandContext, rest: string): Promise<void> {
  const path = fetched(context, rest) ?? (await fetchFile(context, rest));
  await context.launch(path);
  context.notice(`Opened ${path}`);
}

/** Where the file was saved in this run. A file of an earlier run is fetched again: a name proves no content. */
function fetched(context: CommandContext, rest: string): string | undefined {
  const found = findFile(context, rest);
  if (!('sha256' in found)) return undefined;
  const done = context.client.transfers.findLast(
    (one) => one.direction === 'down' && one.step === 'done' && one.file?.sha256 === found.sha256,
  );
  return done?.path;
}

export const openFile: Command = {
  name: '/open',
  aliases: [],
  args: '[NUMBER | NAME]',
  argument: 'file',
  summary: 'open a file with its program (without argument: the newest), fetching it first',
  run: open,
};
