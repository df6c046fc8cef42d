// `chat-tui invite --member NICK`: a one-time code for a new device of a member who lost every key, from who runs the
// server. Stdout is the code alone, so that a script can pass it on.
import { resolve } from 'node:path';
import { safeLine } from '../../text/safe-text.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { askCode } from '../local/ask-code.ts';
import { readEndpoint } from '../local/endpoint.ts';

export async function invite({ flags, paths, output, stderr }: Context): Promise<number> {
  const nick = flags.member ?? '';
  const folder = flags.data === undefined ? paths.data : resolve(flags.data);
  const endpoint = await readEndpoint(folder);
  if (endpoint === undefined) {
    throw new Failure(
      exitCodes.unreachable,
      `No server runs on ${folder}. Start it with chat-tui serve, or name its folder with --data DIR.`,
    );
  }
  const { code, until } = await askCode(endpoint, nick);
  if (flags.json === true) {
    await output.json({ code, nick, until: new Date(until).toISOString() });
    return exitCodes.done;
  }
  await output.line(safeLine(code));
  const minutes = Math.max(1, Math.round((until - Date.now()) / 60_000));
  stderr.write(
    `Good once, for ${minutes} minutes. ${safeLine(nick)} starts on the new device: chat-tui LINK --code ${safeLine(code)}\n`,
  );
  return exitCodes.done;
}
