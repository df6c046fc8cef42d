// `chat-tui`: the chat itself. Finds the server and who one is there, starts the client and the screen side by
// side (the screen paints before anything is connected), and asks again when the server refuses the nick.
import { flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Client } from '../../client/client.ts';
import type { LocalStore } from '../../client/local-store.ts';
import { createClient } from '../../client/session.ts';
import type { DeviceKey } from '../../net/identity.ts';
import type { RoomName } from '../../protocol/names.ts';
import { safeName } from '../../text/safe-name.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { ChatEnd } from '../../ui/state/context.ts';
import { type ChatLog, openChatLog } from '../chat-log.ts';
import { agentName, lastNick, wasThereAs } from '../connect.ts';
import type { Context } from '../context.ts';
import { errorText, exitCodes } from '../exit-code.ts';
import { Failure, UsageError } from '../failure.ts';
import { Identity, isAboutNick, knownKey } from '../identity.ts';
import { loadKept } from '../kept.ts';
import { roomOf } from '../room.ts';
import { type Target, targetOf } from '../target.ts';

export async function chat(context: Context): Promise<number> {
  const { flags, input, env } = context;
  if (flags.json === true)
    throw new UsageError('--json is for subcommands: chat-tui history --json --follow.');
  // Ink's colours do not know NO_COLOR (https://no-color.org), so they are told in their own word before they load.
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') env.FORCE_COLOR = '0';
  const target = await targetOf(context, input[0]);
  // What is wrong with it is said before anything else is asked.
  roomOf(flags.room, target.room);
  // Whose device this becomes is for the server to say.
  const known = flags.code === undefined ? (flags.nick ?? (await lastNick(context, target))) : '';
  const ask = isPlain(context) ? askPlainly : askOnScreen;
  let nick = known ?? (await ask(context, undefined));
  for (;;) {
    if (nick === undefined) return exitCodes.interrupted;
    const isFirstRun = !(await wasThereAs(nick, context, target));
    const visit: Visit = { context, target, nick, isFirstRun };
    const end = await enter(visit);
    if (end.refusal === undefined) return end.code;
    nick = await ask(context, end.refusal);
  }
}

type Visit = {
  readonly context: Context;
  readonly target: Target;
  readonly nick: string;
  readonly isFirstRun: boolean;
};

function isPlain({ flags, env, stdin, stdout }: Context): boolean {
  return flags.plain === true || env.TERM === 'dumb' || stdin.isTTY !== true || stdout.isTTY !== true;
}

/** How a visit ended: with a code, or because the server refused the nick. */
type VisitEnd = { readonly code: number; readonly refusal?: string };

async function enter(visit: Visit): Promise<VisitEnd> {
  const { context, target, nick } = visit;
  const { code } = context.flags;
  const called = code === undefined ? nick : undefined;
  const identity = new Identity({ data: context.paths.data, nick: called, plainId: target.plainId });
  const ask = (fingerprint: string | undefined) =>
    code === undefined ? identity.device(fingerprint) : identity.newDevice(fingerprint);
  const keeping = await keptBefore(visit);
  const room = roomOf(context.flags.room, target.room ?? keeping.local?.lastRoom);
  const client = createClient({
    resolve: target.resolve,
    role: 'chat',
    agent: agentName(),
    ...(code === undefined ? { nick } : { code }),
    device: async (fingerprint) => keeping.of(await ask(fingerprint)),
    onFingerprint: target.remember,
    openLocal: keeping.openLocal,
    ...(keeping.local === undefined ? {} : { local: keeping.local }),
  });
  let logged: ChatLog | undefined;
  const keep = () => {
    keepProfile(client, identity, visit);
    logged = keepLog(client, visit);
  };
  try {
    const end = isPlain(context)
      ? await plain(client, { ...visit, room }, keep)
      : await screen(client, { ...visit, room }, keep);
    return await leave(end, { client, identity, visit });
  } finally {
    await client.close('quit');
    await logged?.close();
  }
}

type InRoom = Visit & { readonly room: RoomName };

/** What is kept here of who one is, and the way to open it for who becomes somebody only now. */
type KeptHere = {
  readonly local?: LocalStore;
  readonly of: (device: DeviceKey) => DeviceKey;
  readonly openLocal: () => LocalStore | undefined;
};

/** Words from a pipe are its sender's to send again: only what a person types is kept. */
async function keptBefore({ context, target, nick }: Visit): Promise<KeptHere> {
  const { paths, stdin } = context;
  if (stdin.isTTY !== true) return { of: (device) => device, openLocal: () => undefined };
  const open = await loadKept(paths.data);
  const known = await knownKey(paths.data, target, nick);
  let shown: DeviceKey | undefined;
  return {
    ...(known === undefined ? {} : { local: open(known) }),
    of: (device) => {
      // It had no key of its own before; who one is with it is another matter, and so is what was kept.
      if (known !== undefined && known.publicKey !== device.publicKey) {
        throw new Failure(exitCodes.failure, `${target.label} is another server than before. Start again.`);
      }
      shown = device;
      return device;
    },
    openLocal: () => (shown === undefined ? undefined : open(shown)),
  };
}

/** One folder per server: rooms of two servers may have the same name. */
function keepLog(client: Client, { context, target }: Visit): ChatLog | undefined {
  const { flags, notes, env } = context;
  if (flags.logDir === undefined) return undefined;
  const folder = join(resolve(flags.logDir), safeName(target.label));
  return openChatLog(folder, client, (error) => notes.say(errorText(error, env)));
}

/**
 * The chat is in its room. It stays open for days: Node keeps compiled code only at its end, and the next start wants it
 * before. And it needs 20 MB of heap, while V8 would let that grow to ten times as much before it collects: the young
 * part stays as large as it is now, and the old part grows by a fifth from one collection to the next.
 */
function settleDown(): void {
  flushCompileCache();
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}

/** Called once the screen listens: a chat is told the past of its rooms once, and it must be there to hear it. */
function keepProfile(client: Client, identity: Identity, { target, context }: Visit): void {
  const failed = (error: unknown) => context.notes.say(errorText(error, context.env));
  identity.follow(client, failed);
  client
    .ready()
    .then(target.met)
    .then(() => setImmediate(settleDown))
    .catch(ignoreRefused);
}

/** The screen's end carries the same error. */
function ignoreRefused(): void {}

async function screen(client: Client, { context, ...visit }: InRoom, keep: () => void): Promise<ChatEnd> {
  const { runChat } = await import('../../ui/run.tsx');
  const { stdin, stdout, paths, env, notes } = context;
  notes.hold();
  const ended = runChat({
    client,
    room: visit.room,
    nick: visit.nick,
    isFirstRun: visit.isFirstRun,
    serverLabel: safeLine(visit.target.label),
    isLocal: visit.target.isLocal,
    downloads: paths.downloads,
    stdin,
    stdout,
    env,
  });
  keep();
  return ended.finally(() => notes.release());
}

async function plain(client: Client, { context, room }: InRoom, keep: () => void): Promise<ChatEnd> {
  const { runPlain } = await import('../../ui/plain.ts');
  const { stdin, stdout, stderr, flags, paths } = context;
  const ended = runPlain({
    client,
    room,
    input: stdin,
    output: stdout,
    errors: stderr,
    isInputTty: stdin.isTTY === true,
    commands: flags.commands === true,
    downloads: paths.downloads,
  });
  keep();
  return ended;
}

async function askOnScreen(
  { stdin, stdout, env }: Context,
  error: string | undefined,
): Promise<string | undefined> {
  const { askNick } = await import('../../ui/nick-prompt.tsx');
  const offered = env.USER ?? env.USERNAME ?? '';
  return askNick({ offered, stdin, stdout, ...(error === undefined ? {} : { error }) });
}

/** Without a full screen: a line on stderr, and the answer's line, where somebody is there to give one. */
async function askPlainly(
  { stdin, stderr }: Context,
  error: string | undefined,
): Promise<string | undefined> {
  if (stdin.isTTY !== true) {
    throw new UsageError(
      'Who are you? Say it with --nick NAME (or CHAT_TUI_NICK): there is nobody here to ask.',
    );
  }
  if (error !== undefined) stderr.write(`${safeLine(error)}\n`);
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const nick = (await lines.question('What shall people call you? ')).trim();
    return nick === '' ? undefined : nick;
  } finally {
    lines.close();
  }
}

type Left = { readonly client: Client; readonly identity: Identity; readonly visit: Visit };

async function leave(end: ChatEnd, { client, identity, visit }: Left): Promise<VisitEnd> {
  const { status } = client;
  const error = status.is === 'ended' ? status.error : undefined;
  if (end.why !== 'ended' || error === undefined) {
    if (end.message !== undefined) visit.context.stderr.write(`chat-tui: ${safeLine(end.message)}\n`);
    return { code: end.code };
  }
  await identity.refused(error);
  const canAsk = visit.context.stdin.isTTY === true;
  if (isAboutNick(error) && canAsk) return { code: end.code, refusal: error.message };
  throw visit.target.explain(error);
}
