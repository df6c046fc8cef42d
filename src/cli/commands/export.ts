// `chat-tui export`: a whole room as text or JSON lines, on stdout or into a new file.
import { resolve } from 'node:path';
import { exportLines, writeExport } from '../../client/export.ts';
import { safeLine } from '../../text/safe-text.ts';
import { withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';

export async function exportRoom(context: Context): Promise<number> {
  const { flags, output } = context;
  const format = flags.json === true ? 'json' : 'text';
  return withClient(context, 'nick-if-known', async ({ client, room, label }) => {
    const lines = exportLines(client, room, format);
    if (flags.output === undefined || flags.output === '-') {
      for await (const line of lines) await output.line(line);
      return exitCodes.done;
    }
    const path = resolve(flags.output);
    const count = await writeExport(path, lines);
    // With --json stdout is for JSON alone.
    const said = safeLine(`${label} is in ${path} (${count} lines)`);
    if (flags.json !== true) await output.line(said);
    return exitCodes.done;
  });
}
