// Two ends of one real TCP connection: ours as a Connection, the peer's as a bare socket that counts what arrives.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Ended } from '../../src/net/connection.ts';
import { Rounds } from '../../src/net/rounds.ts';
import { SocketConnection, type SocketConnectionOptions } from '../../src/net/socket-connection.ts';
import { decodeClientPacket, encode } from '../../src/protocol/codec.ts';
import { type Limits, limits } from '../../src/protocol/limits.ts';
import type { ClientPacket } from '../../src/protocol/packet.ts';

export interface Pair {
  readonly connection: SocketConnection<ClientPacket>;
  readonly socket: Socket;
  readonly peer: Socket;
  readonly rounds: Rounds;
}

export type PairOptions = Partial<Omit<SocketConnectionOptions<ClientPacket>, 'limits'>> & {
  readonly limits?: Partial<Limits>;
};

/** A socket pair; both are destroyed when the test is over. */
export async function socketPair(): Promise<{ readonly socket: Socket; readonly peer: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('No port.');
  const peer = connect(bound.port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  if (peer.connecting) await once(peer, 'connect');
  server.close();
  peer.on('error', () => undefined);
  onTestFinished(() => {
    peer.destroy();
    socket.destroy();
  });
  return { socket, peer };
}

/** Its clock stands still until `rounds.advance`. */
export async function connectionPair(options: PairOptions = {}): Promise<Pair> {
  const { socket, peer } = await socketPair();
  const rounds = new Rounds();
  const connection = new SocketConnection<ClientPacket>({
    stream: socket,
    decode: decodeClientPacket,
    material: Buffer.alloc(32, 1),
    bytesMax: limits.frameBytesUp,
    rounds,
    ...options,
    limits: { ...limits, ...options.limits },
  });
  return { connection, socket, peer, rounds };
}

export const ping = (n: number): Buffer => encode({ kind: 'ping', n });

export const pings = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, n) => ping(n)));

export interface Heard {
  readonly packets: ClientPacket[];
  readonly codes: string[];
  /** Resolves when `count` packets or refusals have come. */
  until(count: number): Promise<void>;
  readonly ended: Promise<Ended>;
  readonly endings: Ended[];
}

/** A receiver that remembers. `onPacket` runs inside `take`. */
export function hear(
  connection: { receive: SocketConnection<ClientPacket>['receive'] },
  onPacket: (packet: ClientPacket) => void = () => undefined,
): Heard {
  const packets: ClientPacket[] = [];
  const codes: string[] = [];
  const endings: Ended[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  const wake = (): void => {
    if (waiting !== undefined && packets.length + codes.length >= waiting.count) waiting.resolve();
  };
  const ended = new Promise<Ended>((resolve) => {
    connection.receive(
      (packet) => {
        packets.push(packet);
        onPacket(packet);
        wake();
      },
      (end) => {
        endings.push(end);
        resolve(end);
      },
      (refusal) => {
        codes.push(refusal.code);
        wake();
      },
    );
  });
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      waiting = { count, resolve };
      wake();
    });
  return { packets, codes, until, ended, endings };
}

/** The next turn of the event loop: its poll and everything before the check phase are over. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads the peer until `bytes` have come. */
export async function readBytes(peer: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  peer.resume();
  while (length < bytes) {
    const [chunk] = (await once(peer, 'data')) as [Buffer];
    chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}
