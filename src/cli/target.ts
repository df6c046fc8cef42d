// Which server is meant and how its key is checked: a link, an address, or the local server. Subcommands that need
// a server ask here first; nothing is dialled and no server started before `resolve` is called.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { ServerAddress } from '../client/client.ts';
import { KeyChanged } from '../net/errors.ts';
import { fingerprintOf } from '../net/identity.ts';
import { formatLink, type Link, parseLink } from '../protocol/link.ts';
import type { RoomName } from '../protocol/names.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { Failure } from './failure.ts';
import { hostPort, knownFingerprint, rememberServer } from './known-servers.ts';
import { addressOf, readEndpoint } from './local/endpoint.ts';
import { certificateOf } from './local/secrets.ts';
import { localServer } from './local/start.ts';
import { isPlainServer } from './plain-server.ts';

export type Target = {
  readonly isLocal: boolean;
  /** What the screen calls it. */
  readonly label: string;
  /** The link's room. */
  readonly room?: RoomName;
  /** Whose profiles are used: the server's fingerprint, as far as it is known before the first dial. */
  readonly serverId?: string;
  /** Whose profiles are used when the server shows no key, being one on plain TCP. */
  readonly plainId: string;
  readonly resolve: (closed?: AbortSignal) => Promise<ServerAddress>;
  /** A key that was seen without having been known: it is remembered, and said as ssh does. */
  readonly remember: (fingerprint: string) => Promise<void>;
  /** After a login: the key that a link named is remembered for the bare address too. */
  readonly met: () => Promise<void>;
  /** An error of this server with the next step in it. */
  readonly explain: (error: unknown) => unknown;
};

/** `word`: the LINK of the command line. Throws `LinkError`, or a `Failure` with exit 4 for another key than the known. */
export async function targetOf(context: Context, word?: string): Promise<Target> {
  const text = word ?? context.flags.server;
  return text === undefined ? localTarget(context) : remoteTarget(context, parseLink(text));
}

async function localTarget({ paths, flags }: Context): Promise<Target> {
  const words = flags.dir === undefined ? [] : ['--dir', join(paths.data, '..')];
  const serverId = await localServerId(paths.data);
  return {
    isLocal: true,
    label: 'this machine',
    plainId: plainServerId,
    ...(serverId === undefined ? {} : { serverId }),
    resolve: async (closed) =>
      addressOf(await localServer({ data: paths.data, state: paths.state, words }, closed)),
    // The endpoint file pins it; there is no first use to remember.
    remember: async () => undefined,
    met: async () => undefined,
    explain: (error) => error,
  };
}

/** A server on plain TCP shows no key. Its profiles go by this name, and by its address where that was given. */
const plainServerId = 'plain-tcp';

async function localServerId(folder: string): Promise<string | undefined> {
  const endpoint = await readEndpoint(folder);
  if (endpoint !== undefined) return endpoint.fingerprint ?? plainServerId;
  const pem = await certificateOf(folder);
  return pem === undefined ? undefined : fingerprintOf(new X509Certificate(pem).publicKey);
}

async function remoteTarget(context: Context, link: Link): Promise<Target> {
  const { paths, notes } = context;
  const known = await knownFingerprint(paths.data, link);
  const where = hostPort(link);
  const plainId = `${plainServerId} ${where}`;
  if (known !== undefined && link.fingerprint !== undefined && known !== link.fingerprint) {
    throw keyChanged(new KeyChanged(where, known, link.fingerprint), link);
  }
  return {
    isLocal: false,
    label: where,
    plainId,
    serverId: link.fingerprint ?? known ?? plainId,
    ...(link.room === undefined ? {} : { room: link.room }),
    resolve: () => addressOn(paths.data, link),
    remember: async (fingerprint) => {
      await rememberServer(paths.data, link, fingerprint);
      notes.say(`chat-tui: the key of ${where} was not known and is remembered from now on: ${fingerprint}`);
    },
    met: async () => {
      if (link.fingerprint !== undefined && known === undefined) {
        await rememberServer(paths.data, link, link.fingerprint);
      }
    },
    explain: (error) => (error instanceof KeyChanged ? keyChanged(error, link) : error),
  };
}

/** Asked at each dial: a key that was met since the start is pinned from then on. */
async function addressOn(data: string, link: Link): Promise<ServerAddress> {
  const { host, port, token } = link;
  const pin = link.fingerprint ?? (await knownFingerprint(data, link));
  if (pin === undefined) return { host, port, ...((await isPlainServer(link)) ? { isPlain: true } : {}) };
  return { host, port, pin, ...(token === undefined ? {} : { token }) };
}

function keyChanged(error: KeyChanged, { host, port, room }: Link): Failure {
  const trusted = formatLink({
    host,
    port,
    fingerprint: error.actual,
    ...(room === undefined ? {} : { room }),
  });
  const step = `If its host says that the new one is right: chat-tui trust ${trusted}`;
  return new Failure(exitCodes.keyChanged, `${error.message}\n${step}`, { cause: error });
}
