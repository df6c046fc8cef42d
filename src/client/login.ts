// The first words on a new connection: `hello` with the device's proof, and what the server makes of it.
// The session calls it for the chat, transfers for a connection of their own, handover for a word to a server.
import type { Connection } from '../net/connection.ts';
import { dial } from '../net/dial.ts';
import { type DeviceKey, signHello } from '../net/identity.ts';
import { encode } from '../protocol/codec.ts';
import { Refusal } from '../protocol/errors.ts';
import { limits, protocolVersion } from '../protocol/limits.ts';
import type { ClientPackets, ServerPacket, ServerPackets } from '../protocol/packet.ts';
import type { ServerAddress } from './client.ts';
import { ConnectionLost, lostBecause } from './errors.ts';

export type Greeting = Pick<ClientPackets['hello'], 'role' | 'nick' | 'token' | 'code' | 'ticket' | 'agent'>;

export type Dialled = {
  readonly connection: Connection<ServerPacket>;
  /** Absent on plain TCP. */
  readonly fingerprint?: string;
};

/** Dials with the pin checked. Rejects with `KeyChanged` or `Unreachable`, and destroys what came too late. */
export async function reach(address: ServerAddress, signal: AbortSignal): Promise<Dialled> {
  const { host, port, pin, isPlain } = address;
  const dialled = await dial({
    host,
    port,
    ...(pin === undefined ? {} : { pin }),
    ...(isPlain === undefined ? {} : { isPlain }),
    signal,
  });
  if (!signal.aborted) return dialled;
  dialled.connection.destroy();
  throw new ConnectionLost('The dial was given up.');
}

type Answer = ServerPackets['welcome'] | ServerPackets['go'];

/**
 * Says `hello` and resolves with `welcome` or `go`. The connection is then paused: set its next receiver (or detach
 * it) in the same turn. Rejects with the server's `Refusal` or with `ConnectionLost`; the connection is then gone.
 */
export function greet(
  connection: Connection<ServerPacket>,
  device: DeviceKey,
  greeting: Greeting,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (error: Error) => {
    reject(error);
    connection.destroy();
  };
  const late = new ConnectionLost('The server did not answer the greeting in time.');
  const timer = setTimeout(fail, limits.handshakeMs, late);
  const answers: Partial<Record<ServerPacket['kind'], (packet: ServerPacket) => void>> = {};
  answers.welcome = answers.go = (packet) => {
    connection.pause();
    if (packet.kind === 'welcome' || packet.kind === 'go') resolve(packet);
  };
  connection.receive(
    (packet) => {
      if (packet.kind === 'error') fail(new Refusal(packet.code, packet.message));
      else if (packet.kind === 'bye') fail(lostBecause({ why: 'closed' }, packet.reason));
      else answers[packet.kind]?.(packet);
    },
    (end) => fail(lostBecause(end)),
  );
  // A welcome names rooms and topics: more than a stranger's 4 KiB. Whoever sends it has shown the pinned key.
  connection.greeted(limits.frameBytesDown);
  connection.send(encode(helloOf(connection.material, device, greeting)));
  return promise.finally(() => clearTimeout(timer));
}

function helloOf(material: Buffer, device: DeviceKey, greeting: Greeting): ClientPackets['hello'] {
  return {
    kind: 'hello',
    protocol: protocolVersion,
    features: [],
    key: device.publicKey,
    signature: signHello(device, material),
    ...greeting,
  };
}
