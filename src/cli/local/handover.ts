// Asks a running server to end in order and make room: `serve` before it takes over a data folder, and a client
// that is newer than the local server. Only who can read the endpoint file has the token for it.
import { greet, reach } from '../../client/login.ts';
import type { Connection } from '../../net/connection.ts';
import { makeDeviceKey } from '../../net/identity.ts';
import { encode } from '../../protocol/codec.ts';
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ServerPacket } from '../../protocol/packet.ts';
import { addressOf, type Endpoint } from './endpoint.ts';

/** A server that was asked and is still there after its own drain time does not go by itself. */
export const handoverMs = 2 * limits.drainMs;

/**
 * Resolves when the server agreed and closed the connection. Rejects with `Unreachable`, `KeyChanged`,
 * `ConnectionLost` or a `Refusal`.
 */
export async function askHandover(endpoint: Endpoint): Promise<void> {
  const { connection } = await reach(addressOf(endpoint), AbortSignal.timeout(handoverMs));
  // A key for this one conversation: control speaks for nobody in the rooms.
  await greet(connection, makeDeviceKey(), {
    role: 'control',
    token: endpoint.token,
    agent: 'chat-tui handover',
  });
  await gone(connection);
}

function gone(connection: Connection<ServerPacket>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => connection.destroy(), handoverMs);
  connection.receive(
    (packet) => {
      if (packet.kind === 'error') reject(new Refusal(packet.code, packet.message));
    },
    () => resolve(),
  );
  connection.send(encode({ kind: 'handover', req: 1 }));
  connection.resume();
  return promise.finally(() => {
    clearTimeout(timer);
    connection.destroy();
  });
}
