// From the command line to a client that is online, for the subcommands that are no chat. Where the nick comes
// from, whose key is used and what is remembered is decided here, once for all of them.
import type { Client } from '../client/client.ts';
import { createClient } from '../client/session.ts';
import type { Context } from './context.ts';
import { UsageError } from './failure.ts';
import { Identity } from './identity.ts';
import { Profiles } from './profiles.ts';
import { programVersion } from './program.ts';
import { type Place, placeOf, roomWordOf } from './room.ts';
import { exitOnSignals } from './signals.ts';
import { type Target, targetOf } from './target.ts';

export type Connected = Place & { readonly client: Client };

/** `nick-if-known`: who only reads needs no profile, and makes none. */
export type Need = 'nick-needed' | 'nick-if-known';

/** Runs `work` with a client that is online, and closes it. Rejects as `exitCodeOf` knows. */
export async function withClient(
  context: Context,
  need: Need,
  work: (connected: Connected) => Promise<number>,
): Promise<number> {
  const off = exitOnSignals();
  const target = await targetOf(context);
  const word = roomWordOf(context.flags.room, target.room);
  const nick = context.flags.nick ?? (await lastNick(context, target));
  if (need === 'nick-needed' && nick === undefined) {
    throw new UsageError(`Who are you on ${target.label}? Say it with --nick NAME (or CHAT_TUI_NICK).`);
  }
  const identity = new Identity({ data: context.paths.data, nick, plainId: target.plainId });
  const client = makeClient({ need, target, identity, nick });
  try {
    const welcome = await client.ready();
    await target.met();
    if (need === 'nick-needed') await identity.admitted(welcome.nick);
    return await work({ client, ...(await placeOf(word, client)) });
  } catch (error) {
    await identity.refused(error);
    throw target.explain(error);
  } finally {
    await client.close('done');
    off();
  }
}

type Parts = {
  readonly need: Need;
  readonly target: Target;
  readonly identity: Identity;
  readonly nick: string | undefined;
};

function makeClient({ need, target, identity, nick }: Parts): Client {
  const common = {
    resolve: target.resolve,
    role: 'script',
    agent: agentName(),
    onFingerprint: target.remember,
  } as const;
  // A reader whose nick is nobody's yet looks on as a visitor, instead of becoming a member by looking.
  if (need === 'nick-if-known' || nick === undefined) {
    return createClient({ ...common, device: (fingerprint) => identity.knownDevice(fingerprint) });
  }
  return createClient({ ...common, nick, device: (fingerprint) => identity.device(fingerprint) });
}

export function agentName(): string {
  return `chat-tui ${programVersion()}`;
}

/** The nick used last on that server, as far as it is known which one that is before the first dial. */
export async function lastNick({ paths }: Context, { serverId }: Target): Promise<string | undefined> {
  return serverId === undefined ? undefined : new Profiles(paths.data, serverId).last();
}

/** Whether this user was there by that nick before. Who was not is told what to press. */
export async function wasThereAs(nick: string, { paths }: Context, { serverId }: Target): Promise<boolean> {
  return serverId !== undefined && (await new Profiles(paths.data, serverId).find(nick)) !== undefined;
}
