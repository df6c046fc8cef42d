// `chat-tui get`: fetches one file into the download folder, to a path, or to stdout.
import { resolve } from 'node:path';
import type { DownloadWhat } from '../../client/client.ts';
import { safeLine } from '../../text/safe-text.ts';
import { fileSize } from '../../text/size.ts';
import { withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { isFolder } from '../files.ts';
import { showProgress } from '../progress.ts';
import { parseFileWord } from '../words.ts';

export async function get(context: Context): Promise<number> {
  const { input, flags, output } = context;
  const [word] = input;
  if (word === undefined)
    throw new UsageError('Which file? chat-tui get FILE, the seq of its message or its SHA-256.');
  const what = parseFileWord(word);
  const isToStdout = flags.output === '-';
  if (isToStdout && flags.json === true) {
    throw new UsageError('--json and -o - both want stdout: leave one of them out.');
  }
  const to = await destination(context);
  return withClient(context, 'nick-if-known', async ({ client, room }) => {
    const stop = showProgress(client, context);
    const { path, file } = await client.download({ ...what, room, to }).finally(stop);
    if (isToStdout) return exitCodes.done;
    if (flags.json === true) await output.json({ path, size: file.size, sha256: file.sha256 });
    else await output.line(safeLine(`${path} (${fileSize(file.size)})`));
    return exitCodes.done;
  });
}

/** A folder that is there takes the file under its own name; anything else is the very path. */
async function destination({ flags, paths, stdout }: Context): Promise<DownloadWhat['to']> {
  if (flags.output === undefined) return { folder: paths.downloads };
  if (flags.output === '-') return { sink: stdout };
  const path = resolve(flags.output);
  return (await isFolder(path)) ? { folder: path } : { path };
}
