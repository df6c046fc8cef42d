// Where a server listens and what its link says: --listen and --public to addresses. Used by serve and serve-local.
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { defaultPort } from '../../protocol/limits.ts';
import { formatLink, LinkError, parseLink } from '../../protocol/link.ts';
import { UsageError } from '../failure.ts';
import type { HostPort } from '../known-servers.ts';

export const localAddress: HostPort = { host: '127.0.0.1', port: defaultPort };

/** `HOST:PORT`, `HOST`, `[::1]:PORT`; port 0 is any free one. Throws `UsageError`. */
export function parseListen(text: string): HostPort {
  const found = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const [, bracketed, plain, digits] = found ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  const isHost = host !== undefined && (bracketed === undefined || isIPv6(bracketed));
  if (isHost && port <= 65_535) return { host, port };
  throw new UsageError(
    `--listen wants HOST:PORT, like 0.0.0.0:${defaultPort} or [::]:${defaultPort}, not ${JSON.stringify(text)}.`,
  );
}

/** Throws `UsageError` where nobody knows the host. */
export async function checkHost(host: string): Promise<void> {
  const isKnown = await lookup(host).then(
    () => true,
    () => false,
  );
  if (isKnown) return;
  throw new UsageError(
    `--listen wants an address of this machine, and ${JSON.stringify(host)} is not known. Use 0.0.0.0 for all of them.`,
  );
}

/** `HOST` or `HOST:PORT`; without a port the one that is listened on. */
export function parsePublic(text: string, port: number): HostPort {
  const isWithPort = /^(\[[^\]]+\]|[^:[\]]+):\d{1,5}$/.test(text);
  const { host, port: named } = parseListen(isIPv6(text) ? `[${text}]` : text);
  if (isWithPort && named === 0) throw new UsageError('--public wants the port that guests dial, not 0.');
  const shared = { host, port: isWithPort ? named : port };
  if (!isLinkable(shared)) {
    throw new UsageError(`--public wants what guests dial, HOST or HOST:PORT, not ${JSON.stringify(text)}.`);
  }
  return shared;
}

/** A link is pasted into shells and read by our own program: what that would refuse is not printed. */
function isLinkable(address: HostPort): boolean {
  try {
    // Port 0 is not known yet, and not what is asked about.
    parseLink(formatLink({ ...address, port: address.port || defaultPort }));
    return true;
  } catch (error) {
    if (error instanceof LinkError) return false;
    throw error;
  }
}

/** Good enough to tell an address in brackets from a typing error; the socket has the last word. */
function isIPv6(text: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.%\w]*$/i.test(text);
}

/** The address to share: the one listened on, or for all of them the most likely one of this machine. */
export function addressToShare(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return found.toSorted((a, b) => rank(a) - rank(b))[0] ?? '127.0.0.1';
}

/** Home networks first; what container bridges use by default and link-local addresses last. */
const ranks: ReadonlyArray<readonly [form: RegExp, rank: number]> = [
  [/^192\.168\./, 0],
  [/^10\./, 1],
  [/^172\.1[78]\./, 4],
  [/^169\.254\./, 5],
];

function rank(address: string): number {
  return ranks.find(([form]) => form.test(address))?.[1] ?? 2;
}
