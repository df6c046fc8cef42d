// `chat-tui serve`: a server in the foreground that lets others in. It takes over from whoever holds its data
// folder, prints the link, and ends in order on a signal or when another server takes over.

import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionLost } from '../../client/errors.ts';
import { isLoopback } from '../../net/address.ts';
import { KeyChanged, Unreachable } from '../../net/errors.ts';
import { formatLink } from '../../protocol/link.ts';
import type { RoomName } from '../../protocol/names.ts';
import { keepSmall } from '../../server/footprint.ts';
import { formatLogLine, type LogLine } from '../../server/log-line.ts';
import { toSeq } from '../../store/ids.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { Failure, UsageError } from '../failure.ts';
import type { HostPort } from '../known-servers.ts';
import { isAlive, readEndpoint } from '../local/endpoint.ts';
import { askHandover } from '../local/handover.ts';
import { type Host, type HostOptions, isPortTaken, startHost } from '../local/host.ts';
import { parseMaxUpload } from '../max-upload.ts';
import { roomOf } from '../room.ts';
import { stopOnSignals } from '../signals.ts';
import { addressToShare, checkHost, parseListen, parsePublic } from './serve-address.ts';

/** A server that was asked to hand over drains for up to 5 s; twice that and it hangs. */
const takeOverMs = 10_000;
/** The lock of a folder tells nobody when it is free. */
const lockRetryMs = 25;
/** Counting stops here: beyond it the number says nothing more to a person. */
const entriesCountedMax = 1_000_000;

export async function serve(context: Context): Promise<number> {
  keepSmall();
  const options = hostOptions(context);
  const room = roomOf(context.flags.room);
  // Before the server that runs is asked to end for this one.
  await checkHost(options.listen.host);
  const host = await takeOver(options, context);
  const off = stopOnSignals(() => void host.server.stop('restart'));
  await announce(host, room, context);
  const end = await host.ended;
  off();
  if (end.why === 'failed') throw end.error ?? new Error('The server failed; its last log lines say why.');
  if (end.why === 'handover') {
    context.stderr.write('chat-tui: another server took over this data; this one has ended in order.\n');
  }
  return exitCodes.done;
}

function hostOptions({ flags, paths, stderr }: Context): HostOptions {
  const listen = parseListen(flags.listen ?? '0.0.0.0');
  const isPlain = flags.plainTcp === true;
  if (isPlain && !isLoopback(listen.host)) {
    throw new UsageError(
      `--plain-tcp is for loopback addresses only, not ${listen.host}: add --listen 127.0.0.1:${listen.port}.`,
    );
  }
  if (flags.public !== undefined) parsePublic(flags.public, listen.port);
  const isTerminal = stderr.isTTY === true;
  return {
    folder: flags.data === undefined ? paths.data : resolve(flags.data),
    kind: 'serve',
    listen,
    isPortFlexible: false,
    name: flags.name ?? hostname(),
    isOpen: flags.open === true,
    isPlain,
    hasNoLimits: flags.limits === false,
    ...(flags.maxUpload === undefined ? {} : { uploadBytes: parseMaxUpload(flags.maxUpload) }),
    log: (line) => void stderr.write(`${isTerminal ? shortLine(line) : formatLogLine(line)}\n`),
  };
}

function shortLine({ at, level, event, fields }: LogLine): string {
  const words = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const mark = level === 'info' ? '' : `${level}: `;
  return safeLine(`${at.slice(11, 19)} ${mark}${[event, ...words].join(' ')}`);
}

async function takeOver(options: HostOptions, { stderr }: Context): Promise<Host> {
  const until = Date.now() + takeOverMs;
  let asked: number | undefined;
  for (;;) {
    const host = await startOrExplain(options);
    if (host !== undefined) return host;
    const holder = await readEndpoint(options.folder);
    if (holder !== undefined && holder.pid !== asked && isAlive(holder.pid)) {
      asked = holder.pid;
      stderr.write(
        `chat-tui: asking the server that runs on this data (process ${holder.pid}) to hand over.\n`,
      );
      await askHandover(holder).catch(ignoreLost);
    }
    if (Date.now() > until) {
      const who = asked === undefined ? 'Another process' : `Process ${asked}`;
      throw new Failure(
        exitCodes.failure,
        `${who} holds ${options.folder} and does not let go. End it, or choose another folder with --data.`,
      );
    }
    await delay(lockRetryMs);
  }
}

/** It may have ended before it answered; the lock tells whether it did. */
function ignoreLost(error: unknown): void {
  const isGone =
    error instanceof ConnectionLost || error instanceof Unreachable || error instanceof KeyChanged;
  if (!isGone) throw error;
}

async function startOrExplain(options: HostOptions): Promise<Host | undefined> {
  try {
    return await startHost(options);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    const { host, port } = options.listen;
    throw new Failure(
      exitCodes.failure,
      `Port ${port} on ${host} is taken by another program. Choose another with --listen ${host}:PORT (0: any free one).`,
      { cause: error },
    );
  }
}

async function announce(host: Host, room: RoomName, context: Context): Promise<void> {
  const link = linkOf(host, room, context);
  const { address, fingerprint } = host;
  if (context.flags.json === true) {
    const pin = fingerprint === undefined ? {} : { fingerprint };
    await context.output.json({ event: 'listening', ...address, link, ...pin });
    return;
  }
  for (const line of await invitation(host, link, context)) await context.output.line(line);
}

function linkOf({ address, fingerprint, token }: Host, room: RoomName, { flags }: Context): string {
  const shared: HostPort =
    flags.public === undefined
      ? { host: addressToShare(address.host), port: address.port }
      : parsePublic(flags.public, address.port);
  return formatLink({
    ...shared,
    room,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(token === undefined ? {} : { token }),
  });
}

async function invitation(host: Host, link: string, { stdout }: Context): Promise<string[]> {
  const { address } = host;
  const code = stdout.isTTY === true ? await qrCode(link, stdout.columns ?? 80) : undefined;
  return [
    `The server listens on ${address.host} port ${address.port}. Others join with`,
    '',
    `  npx chat-tui ${link}`,
    '',
    ...(code === undefined ? [] : [...code, '']),
    admission(host),
    await historyNote(host),
    'Ctrl-c ends the server.',
  ];
}

function admission({ token, fingerprint }: Host): string {
  if (token === undefined) return 'Everybody who reaches this address may join (--open).';
  // A token travels only to a server whose key the link names, and without TLS there is none.
  if (fingerprint === undefined) {
    return 'Without TLS the link carries no token: new members need --open here, or the same --dir as this server.';
  }
  return 'The link lets in whoever has it: share it as you would a key.';
}

/** Loaded only where somebody can hold a camera before it. */
async function qrCode(link: string, columns: number): Promise<readonly string[] | undefined> {
  const { qrRows } = await import('../qr.ts');
  return qrRows(link, columns);
}

async function historyNote({ store }: Host): Promise<string> {
  const room = roomOf(undefined);
  const entries = await store.log.count(room, toSeq(0), entriesCountedMax);
  if (entries === 0) return `Everybody who joins can read #${room} from its beginning; it is empty now.`;
  const more = entries === entriesCountedMax ? 'at least ' : '';
  const what = entries === 1 ? 'entry' : 'entries (messages, files, joins and leaves)';
  return `Everybody who joins can read #${room} from its beginning: ${more}${entries} ${what}.`;
}
