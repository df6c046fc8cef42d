// Links and addresses as people paste them: `chat://host:port/room#FINGERPRINT.TOKEN`, `host`, `host:port`.
// The command line reads them, `serve` writes them. A link needs no quotes in any shell.
import { defaultPort } from './limits.ts';
import { parseRoom, type RoomName } from './names.ts';

export type Link = {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly room?: RoomName;
  /** SHA-256 of the server's public key, base64url. */
  readonly fingerprint?: string;
  readonly token?: string;
};

/** The text is no link; the message says what a link looks like. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

const example = 'a link looks like chat://host:2428/room#FINGERPRINT, an address like host or host:2428';
/** 32 bytes of SHA-256 in base64url. */
const fingerprintForm = /^[\w-]{43}$/;
const tokenForm = /^[\w-]{1,128}$/;
const hostForm = /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._-]*[\p{L}\p{N}\p{M}])?\.?$/u;
/** Longer than any link that was ever made here: what is pasted by mistake is not searched through. */
const linkCharsMax = 1_024;

/** Throws `LinkError`. */
export function parseLink(text: string): Link {
  const trimmed = text.trim();
  if (trimmed.length > linkCharsMax) throw new LinkError(`That is too long for a link; ${example}.`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed);
  if (scheme !== null && scheme[1]?.toLowerCase() !== 'chat') {
    throw new LinkError(`${scheme[1]}: is not a chat server's kind of link; ${example}.`);
  }
  const rest = trimmed.slice(scheme?.[0].length ?? 0);
  const [beforeHash, hash] = cut(rest, '#');
  const [address, path] = cut(beforeHash, '/');
  return { ...parseAddress(address), ...parsePath(path), ...parseProof(hash) };
}

/** What `parseLink` reads back as the same link. */
export function formatLink(link: Link): string {
  const host = isIPv6(link.host) ? `[${link.host}]` : link.host;
  const room = link.room === undefined ? '' : `/${encodeURIComponent(link.room)}`;
  const token = link.token === undefined ? '' : `.${link.token}`;
  const proof = link.fingerprint === undefined ? '' : `#${link.fingerprint}${token}`;
  return `chat://${host}:${link.port}${room}${proof}`;
}

/** The URL standard's parser knows the form; the socket module is not for this folder. */
function isIPv6(text: string): boolean {
  return text.includes(':') && /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parseAddress(text: string): { host: string; port: number } {
  if (isIPv6(text)) return { host: text, port: defaultPort };
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text);
  const [, bracketed, plain, port] = parts ?? [];
  const host = bracketed ?? plain ?? '';
  const isHost = bracketed === undefined ? hostForm.test(host) : isIPv6(bracketed);
  if (!isHost) throw new LinkError(`“${text}” names no server; ${example}.`);
  return { host, port: port === undefined ? defaultPort : parsePort(port) };
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new LinkError(`“${text}” is no port: a port is a number from 1 to 65535.`);
  }
  return port;
}

function parsePath(path: string | undefined): { room?: RoomName } {
  if (path === undefined || path === '') return {};
  const parsed = parseRoom(decode(path));
  if (!parsed.ok) throw new LinkError(`The link's room is not well formed. ${parsed.sentence}`);
  return { room: parsed.room };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new LinkError('The link has a % that stands for nothing; was it copied whole?', { cause });
  }
}

function parseProof(hash: string | undefined): { fingerprint?: string; token?: string } {
  if (hash === undefined) return {};
  const [fingerprint, token] = cut(hash, '.');
  if (!fingerprintForm.test(fingerprint)) {
    throw new LinkError('The fingerprint behind the # has not its 43 characters; was the link copied whole?');
  }
  if (token === undefined) return { fingerprint };
  if (!tokenForm.test(token)) {
    throw new LinkError('The token at the end of the link is not well formed; was the link copied whole?');
  }
  return { fingerprint, token };
}
