// Calls a server: TCP, TLS 1.3, the pin, and on plain TCP its challenge. The client's session and its transfers
// dial, and the local server's starter to see whether it is up.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { decodeServerPacket } from '../protocol/codec.ts';
import { limits as defaultLimits, type Limits } from '../protocol/limits.ts';
import type { ServerPacket } from '../protocol/packet.ts';
import { exporterBytes, exporterLabel } from '../protocol/proof.ts';
import type { Connection } from './connection.ts';
import { KeyChanged, Unreachable, unreachable } from './errors.ts';
import { fingerprintOf } from './identity.ts';
import { rounds as processRounds, type Rounds } from './rounds.ts';
import { SocketConnection } from './socket-connection.ts';

export interface DialAddress {
  readonly host: string;
  readonly port: number;
  /** The server key's fingerprint. Absent: any key, the caller looks at the one it got. */
  readonly pin?: string | undefined;
  /** No TLS: the server must have been started with --plain-tcp. */
  readonly isPlain?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Limits | undefined;
  readonly rounds?: Rounds | undefined;
}

export interface Dialed {
  readonly connection: Connection<ServerPacket>;
  /** Of the key the server has; absent on plain TCP. */
  readonly fingerprint?: string;
}

/** Throws `Unreachable`, or `KeyChanged` before a byte of ours was sent. Gives up after `limits.handshakeMs`. */
export async function dial(address: DialAddress): Promise<Dialed> {
  const { limits = defaultLimits, signal } = address;
  const timeout = AbortSignal.timeout(limits.handshakeMs);
  const until = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  return address.isPlain ? dialPlain(address, until) : dialTls(address, until);
}

async function dialTls(address: DialAddress, until: AbortSignal): Promise<Dialed> {
  const { host, port, pin } = address;
  // Certificates of strangers are not verified by authorities here: the pin is the whole check, and ours.
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  await opened(socket, 'secureConnect', address, until);
  const fingerprint = keyOf(socket, address);
  if (pin !== undefined && pin !== fingerprint) {
    socket.destroy();
    throw new KeyChanged(where(address), pin, fingerprint);
  }
  const material = socket.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
  return { connection: connectionOver(socket, material, address), fingerprint };
}

async function dialPlain(address: DialAddress, until: AbortSignal): Promise<Dialed> {
  const { host, port } = address;
  const socket = connectPlain({ host, port });
  await opened(socket, 'connect', address, until);
  const connection = connectionOver(socket, Buffer.alloc(0), address);
  connection.agree(await challenged(connection, address, until));
  return { connection };
}

/** In the turn of the event the caller goes on: nothing can be read or written in between. */
function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  address: DialAddress,
  until: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      until.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose).off(event, onOpen);
    };
    const onOpen = (): void => {
      stop();
      resolve();
    };
    const onError = (cause: Error): void => {
      stop();
      // A destroyed socket may still report what its peer did; the dial has failed already.
      socket.on('error', () => undefined).destroy();
      reject(unreachable(where(address), cause));
    };
    const onClose = (): void => onError(hungUp());
    const onAbort = (): void => onError(abortCause(until));
    socket.on('error', onError).on('close', onClose).on(event, onOpen);
    if (until.aborted) onAbort();
    else until.addEventListener('abort', onAbort);
  });
}

/** The server's nonce: its first packet on plain TCP. */
function challenged(
  connection: SocketConnection<ServerPacket>,
  address: DialAddress,
  until: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      until.removeEventListener('abort', onAbort);
      connection.destroy();
      reject(unreachable(where(address), cause));
    };
    const onAbort = (): void => fail(abortCause(until));
    until.addEventListener('abort', onAbort);
    connection.receive(
      (packet) => {
        until.removeEventListener('abort', onAbort);
        if (packet.kind !== 'challenge')
          return fail(new Error('it did not greet as a server without TLS does'));
        connection.agree(Buffer.from(packet.nonce, 'base64url'));
        resolve(connection.material);
      },
      (end) => fail('cause' in end ? end.cause : hungUp()),
    );
  });
}

function connectionOver(
  stream: Socket,
  material: Buffer,
  address: DialAddress,
): SocketConnection<ServerPacket> {
  const { limits = defaultLimits, rounds = processRounds } = address;
  return new SocketConnection<ServerPacket>({
    stream,
    material,
    limits,
    rounds,
    decode: decodeServerPacket,
    // A welcome names all rooms; the client chose its server, so there is nothing to gain from a smaller bound.
    bytesMax: limits.frameBytesDown,
  });
}

function keyOf(socket: TLSSocket, address: DialAddress): string {
  const certificate = socket.getPeerX509Certificate();
  if (certificate !== undefined) return fingerprintOf(certificate.publicKey);
  socket.destroy();
  throw new Unreachable(`Cannot reach ${where(address)}: it showed no key. Check the port.`);
}

function abortCause(until: AbortSignal): Error {
  const isTimeout = until.reason instanceof DOMException && until.reason.name === 'TimeoutError';
  return Object.assign(new Error('Gave up.', { cause: until.reason }), {
    code: isTimeout ? 'ETIMEDOUT' : 'ABORT_ERR',
  });
}

function hungUp(): Error {
  return Object.assign(new Error('The other end hung up.'), { code: 'ECONNRESET' });
}

function where({ host, port }: DialAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
