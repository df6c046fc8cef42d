// A line to a server that remembers every byte that came down it: what a client was sent, whatever it made of it.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Tap = { readonly port: number; readonly heard: () => string };

/** For one connection or several of the same reader; plain TCP. */
export async function tap(to: number): Promise<Tap> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // The other end sees it as the end of its connection.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const one of [client, upstream]) one.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => chunks.push(chunk));
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A tap listens on a port.');
  return { port: address.port, heard: () => Buffer.concat(chunks).toString('utf8') };
}
