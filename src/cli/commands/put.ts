// `chat-tui put`: sends files to a room, one after the other, and goes on with the next when one of them cannot be
// read or is too large. Who uses it in scripts reads the exit code of the first that failed.
import { LocalFileError } from '../../client/errors.ts';
import { Refusal } from '../../protocol/errors.ts';
import { safeLine } from '../../text/safe-text.ts';
import { fileSize } from '../../text/size.ts';
import { withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { errorText, exitCodeOf, exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { showProgress } from '../progress.ts';

export async function put(context: Context): Promise<number> {
  const { input, flags, output, stderr, env } = context;
  if (input.length === 0) throw new UsageError('Which files? chat-tui put PATH...');
  return withClient(context, 'nick-needed', async ({ client, room, label }) => {
    let code: number = exitCodes.done;
    for (const path of input) {
      const stop = showProgress(client, context);
      try {
        const { seq, file } = await client.upload(room, path).finally(stop);
        if (flags.json === true) await output.json({ seq, ...file });
        else await output.line(safeLine(`${file.name} (${fileSize(file.size)}) sent to ${label} as ${seq}`));
      } catch (error) {
        if (!isOfThisFile(error)) throw error;
        stderr.write(`${errorText(error, env)}\n`);
        if (code === exitCodes.done) code = exitCodeOf(error);
      }
    }
    return code;
  });
}

/** The next file may be readable, or small enough. */
function isOfThisFile(error: unknown): boolean {
  if (error instanceof LocalFileError) return true;
  return error instanceof Refusal && (error.code === 'too-large' || error.code === 'quota');
}
