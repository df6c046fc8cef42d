// `chat-tui trust LINK`: the key that LINK names is the server's from now on. Nothing is dialled: the next
// connection checks it.
import { parseLink } from '../../protocol/link.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { hostPort, knownFingerprint, rememberServer } from '../known-servers.ts';
import { moveProfiles } from '../profiles.ts';

export async function trust({ input, flags, paths, output }: Context): Promise<number> {
  const link = parseLink(input[0] ?? missing());
  const { host, port, fingerprint } = link;
  if (fingerprint === undefined) {
    throw new UsageError(
      `Which key? trust wants the whole link, chat://${hostPort(link)}#FINGERPRINT: ask the server's host for it.`,
    );
  }
  const before = await knownFingerprint(paths.data, link);
  await rememberServer(paths.data, link, fingerprint);
  if (before !== undefined && before !== fingerprint) await moveProfiles(paths.data, before, fingerprint);
  if (flags.json === true) await output.json({ host, port, fingerprint });
  else await output.line(sentence(hostPort(link), before, fingerprint));
  return exitCodes.done;
}

function missing(): never {
  throw new UsageError('Which server? chat-tui trust LINK.');
}

function sentence(where: string, before: string | undefined, now: string): string {
  if (before === now) return `The key of ${where} was trusted already: ${now}`;
  return before === undefined
    ? `The key of ${where} is trusted: ${now}`
    : `The key of ${where} is trusted: ${now} (before: ${before})`;
}
