// The server's door: accepts sockets, lets so many begin a login at once, does TLS, and hands over connections.
// Only the server calls it, once per address it listens on.
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { decodeClientPacket, encode } from '../protocol/codec.ts';
import type { Limits } from '../protocol/limits.ts';
import type { ClientPacket } from '../protocol/packet.ts';
import { exporterBytes, exporterLabel } from '../protocol/proof.ts';
import { addressBlock, isLoopback, plainAddress } from './address.ts';
import type { Connection } from './connection.ts';
import { type CutWhy, type Guest, HalfOpen } from './half-open.ts';
import type { ServerKey } from './identity.ts';
import { rounds as processRounds, type Rounds } from './rounds.ts';
import type { QueueBudget } from './send-queue.ts';
import { type LastWord, SocketConnection } from './socket-connection.ts';

export type RejectedWhy = CutWhy | 'not-tls';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: plain TCP, on loopback only. The server then sends `challenge` first. */
  readonly key?: ServerKey | undefined;
  readonly limits: Limits;
  readonly onConnection: (connection: Connection<ClientPacket>) => void;
  /** For the log: somebody did not get as far as a connection, or was cut before it was greeted. */
  readonly onRejected?: ((why: RejectedWhy, address: string) => void) | undefined;
  /** One for all listeners of the server. */
  readonly queues?: QueueBudget | undefined;
  readonly lastWord?: LastWord | undefined;
  readonly rounds?: Rounds | undefined;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Connections in the middle of their login, and those that wait to begin it. */
  readonly counts: { readonly halfOpen: number; readonly waiting: number };
  /** Stops accepting and cuts what is not greeted; connections live on. */
  close(): Promise<void>;
}

/** Rejects when the address cannot be had: an Error with a sentence, its `cause` has the system's code. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, port, key } = options;
  if (key === undefined && !isLoopback(host)) {
    throw new Error(`Without TLS only this machine may be listened on, not ${host}. Use 127.0.0.1.`);
  }
  const door = new Door(options);
  // allowHalfOpen stays off: who ends its side is answered with our end.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => door.accept(socket));
  await listening(server, host, port);
  const bound = server.address();
  return {
    host,
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    get counts() {
      return door.counts;
    },
    close: async () => {
      server.close();
      door.close();
    },
  };
}

/**
 * Connections that the kernel holds until we accept them: a crowd that comes back at once arrives faster than one turn
 * takes them, and whom the kernel drops tries again only after a second. Linux cuts it to `net.core.somaxconn`, 4,096.
 */
const backlogMax = 4_096;

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'another program has that port' : cause.message;
      reject(new Error(`Cannot listen on ${host} port ${port}: ${reason}.`, { cause }));
    });
    server.listen({ host, port, backlog: backlogMax }, () => {
      server.removeAllListeners('error');
      // Later ones are about single accepts (out of file descriptors): that guest is lost and tries again.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

/** One accepted socket on its way to being greeted. */
interface Arrival {
  readonly guest: Guest;
  readonly socket: Socket;
  readonly address: string;
  connection?: SocketConnection<ClientPacket>;
  isAnswered: boolean;
}

class Door {
  readonly #options: ListenOptions;
  readonly #rounds: Rounds;
  readonly #context: SecureContext | undefined;
  readonly #halfOpen: HalfOpen;

  constructor(options: ListenOptions) {
    const { key, limits, rounds = processRounds } = options;
    this.#options = options;
    this.#rounds = rounds;
    this.#context = key && createSecureContext({ key: key.keyPem, cert: key.certPem, minVersion: 'TLSv1.3' });
    this.#halfOpen = new HalfOpen(limits, rounds);
  }

  get counts(): Listener['counts'] {
    return this.#halfOpen.counts;
  }

  close(): void {
    this.#halfOpen.close();
  }

  accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    const block = addressBlock(address);
    // Its errors before TLS are no news; the socket closes and that is what counts.
    socket.on('error', () => undefined);
    const guest: Guest = {
      block,
      bytesRead: () => socket.bytesRead,
      isAnswered: () => arrival.isAnswered,
      begin: () => this.#begin(arrival),
      cut: (why) => this.#cut(arrival, why),
    };
    const arrival: Arrival = { guest, socket, address, isAnswered: false };
    socket.once('close', () => this.#halfOpen.leave(guest));
    this.#halfOpen.enter(guest);
  }

  #cut({ guest, socket, connection, address }: Arrival, why: CutWhy): void {
    this.#options.onRejected?.(why, address);
    this.#halfOpen.leave(guest);
    if (connection === undefined) socket.destroy();
    else connection.expire();
  }

  #begin(arrival: Arrival): void {
    if (this.#context === undefined) this.#challenge(arrival);
    else this.#secure(arrival, this.#context);
  }

  #challenge(arrival: Arrival): void {
    const nonce = randomBytes(32);
    const connection = this.#connect(arrival, arrival.socket, nonce);
    connection.send(encode({ kind: 'challenge', nonce: nonce.toString('base64url') }));
    this.#options.onConnection(connection);
  }

  #secure(arrival: Arrival, secureContext: SecureContext): void {
    const secure = new TLSSocket(arrival.socket, { isServer: true, secureContext });
    const failed = (): void => {
      if (arrival.connection === undefined) this.#options.onRejected?.('not-tls', arrival.address);
      arrival.socket.destroy();
    };
    secure.on('error', failed);
    secure.once('secure', () => {
      secure.off('error', failed);
      const material = secure.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
      this.#options.onConnection(this.#connect(arrival, secure, material));
    });
  }

  #connect(arrival: Arrival, stream: Socket, material: Buffer): SocketConnection<ClientPacket> {
    const { limits, queues, lastWord } = this.#options;
    const connection = new SocketConnection<ClientPacket>({
      stream,
      material,
      limits,
      queues,
      lastWord,
      rounds: this.#rounds,
      bytesMax: limits.frameBytesBeforeLogin,
      decode: (payload) => {
        arrival.isAnswered = true;
        return decodeClientPacket(payload);
      },
      onGreeted: () => this.#halfOpen.leave(arrival.guest),
    });
    arrival.connection = connection;
    return connection;
  }
}
