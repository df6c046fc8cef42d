// Asks the server of this machine for a one-time code, for a member who lost every key. Only who can read the endpoint
// file has the token for it. `invite --member` calls it.
import { ConnectionLost, lostBecause } from '../../client/errors.ts';
import { greet, reach } from '../../client/login.ts';
import type { Connection } from '../../net/connection.ts';
import { makeDeviceKey } from '../../net/identity.ts';
import { encode } from '../../protocol/codec.ts';
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ServerPacket, ServerPackets } from '../../protocol/packet.ts';
import { addressOf, type Endpoint } from './endpoint.ts';

/** Rejects with `Unreachable`, `KeyChanged`, `ConnectionLost` or the server's `Refusal`. */
export async function askCode(endpoint: Endpoint, nick: string): Promise<ServerPackets['code']> {
  const { connection } = await reach(addressOf(endpoint), AbortSignal.timeout(limits.handshakeMs));
  // A key for this one conversation: control speaks for nobody in the rooms.
  await greet(connection, makeDeviceKey(), {
    role: 'control',
    token: endpoint.token,
    agent: 'chat-tui invite',
  });
  return answer(connection, nick);
}

function answer(connection: Connection<ServerPacket>, nick: string): Promise<ServerPackets['code']> {
  const { promise, resolve, reject } = Promise.withResolvers<ServerPackets['code']>();
  const late = () => reject(new ConnectionLost('The server did not answer in time.'));
  const timer = setTimeout(late, limits.handshakeMs);
  connection.receive(
    (packet) => {
      if (packet.kind === 'code') resolve(packet);
      if (packet.kind === 'error') reject(new Refusal(packet.code, packet.message));
    },
    (end) => reject(lostBecause(end)),
  );
  connection.send(encode({ kind: 'link', req: 1, nick }));
  connection.resume();
  return promise.finally(() => {
    clearTimeout(timer);
    connection.destroy();
  });
}
