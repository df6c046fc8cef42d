// Who is who, over real TLS with the real client: proofs that belong to one connection, pins, tokens, and one key in
// two processes.
import { once } from 'node:events';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KeyChanged } from '../../src/net/errors.ts';
import { makeDeviceKey, makeServerKey, type ServerKey, signHello } from '../../src/net/identity.ts';
import { encode } from '../../src/protocol/codec.ts';
import { limits, protocolVersion } from '../../src/protocol/limits.ts';
import { exporterBytes, exporterLabel } from '../../src/protocol/proof.ts';
import { enter, general, testClient } from '../helpers/chat-client.ts';
import { testServer } from '../helpers/test-server.ts';
import { newId, WireClient } from '../helpers/wire-client.ts';

const [key, other] = await Promise.all([makeServerKey(), makeServerKey()]);

/** A TLS server that keeps every application byte it gets and answers none. */
async function recorder(serverKey: ServerKey, port = 0) {
  const heard: Buffer[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createTlsServer({ key: serverKey.keyPem, cert: serverKey.certPem }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      server.emit('heard');
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(port, '127.0.0.1');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(() => void close());
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  return { port: bound, heard, close, firstBytes: () => (heard.length > 0 ? heard : once(server, 'heard')) };
}

async function tlsTo(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** What the server says to these bytes until it closes. */
async function answerTo(socket: TLSSocket, bytes: Buffer): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

describe('a proof', () => {
  test('recorded on one connection is worth nothing on another', async () => {
    const server = await testServer({ key });
    const device = makeDeviceKey();
    await WireClient.login({ port: server.port, pin: key.fingerprint }, { nick: 'ada' }, device);
    const [first, second] = [await tlsTo(server.port), await tlsTo(server.port)];
    const material = first.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
    const hello = encode({
      kind: 'hello',
      protocol: protocolVersion,
      features: [],
      role: 'chat',
      key: device.publicKey,
      signature: signHello(device, material),
    });
    expect(await answerTo(second, hello)).toContain('signature-wrong');
    const welcomed = once(first, 'data');
    first.write(hello);
    expect(String((await welcomed)[0])).toContain('"kind":"welcome"');
  });

  test('by another key than the one it shows is refused', async () => {
    const server = await testServer({ key });
    const [victim, own] = [makeDeviceKey(), makeDeviceKey()];
    const address = { port: server.port, pin: key.fingerprint };
    await WireClient.login(address, { nick: 'ada' }, victim);
    const pretender = { publicKey: victim.publicKey, privateKey: own.privateKey };
    await expect(WireClient.login(address, {}, pretender)).rejects.toMatchObject({ code: 'signature-wrong' });
  });
});

describe('a token', () => {
  const hello = async (pin: string | undefined) => {
    const server = await recorder(key);
    const address = { host: '127.0.0.1', port: server.port, token: 'the-secret-token' };
    const resolve = async () => (pin === undefined ? address : { ...address, pin });
    testClient({ nick: 'ada', resolve });
    await server.firstBytes();
    return Buffer.concat(server.heard).toString();
  };

  test('is not among the bytes for a server whose key was not known', async () => {
    const said = await hello(undefined);
    expect(said).toContain('"kind":"hello"');
    expect(said).not.toContain('the-secret-token');
  });

  test('goes to the server whose key was pinned', async () => {
    expect(await hello(key.fingerprint)).toContain('the-secret-token');
  });
});

describe('a key of the server', () => {
  test('that is another at the next dial ends a client that was given no pin, and nothing is sent to it', async () => {
    const first = await testServer({ key });
    const address = { host: '127.0.0.1', port: first.port };
    const { client, until } = testClient({ nick: 'ada', resolve: async () => address });
    await client.ready();
    await first.stop('restart');
    const second = await recorder(other, first.port);
    await until(() => client.status.is === 'ended');
    expect(client.status).toMatchObject({ error: expect.any(KeyChanged) });
    await second.close();
    expect(second.heard).toEqual([]);
  });
});

describe('one key in two processes', () => {
  const pair = async () => {
    const server = await testServer();
    const device = makeDeviceKey();
    const one = await enter({ port: server.port, nick: 'ada', device });
    const two = await enter({ port: server.port, nick: 'ada', device });
    const bob = await enter({ port: server.port, nick: 'bob' });
    return { one, two, bob };
  };

  test('the same post from both at once is in the log once, and both hear its seq', async () => {
    const { one, two, bob } = await pair();
    const id = newId();
    const posts = [one, two].map(({ client }) => client.post(general, 'once', { id }));
    const [first, second] = await Promise.all(posts);
    expect(first?.seq).toBe(second?.seq);
    await one.client.post(general, 'then');
    await bob.until(() => bob.texts().includes('then'));
    expect(bob.texts()).toEqual(['once', 'then']);
  });

  test('two posts under one id: one is taken, the other refused, and each hears which', async () => {
    const { one, two, bob } = await pair();
    const id = newId();
    const ends = await Promise.allSettled([
      one.client.post(general, 'of one', { id }),
      two.client.post(general, 'of two', { id }),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'id-reused' });
    await bob.until(() => bob.texts().length > 0);
    const taken = ends[0]?.status === 'fulfilled' ? 'of one' : 'of two';
    expect(bob.texts()).toEqual([taken]);
  });

  test('both follow the whole talk, and it is one member in the roster', async () => {
    const { one, two, bob } = await pair();
    await bob.client.post(general, 'hi');
    await Promise.all([one, two].map((each) => each.until(() => each.texts().includes('hi'))));
    const { people } = await bob.client.who();
    expect(people.map(({ nick }) => nick).sort()).toEqual(['ada', 'bob']);
  });
});

test('the bound before login holds over TLS: one byte more than 4 KiB of hello is cut', async () => {
  const server = await testServer({ key });
  const socket = await tlsTo(server.port);
  const frame = Buffer.alloc(4 + limits.frameBytesBeforeLogin + 1, 0x7b);
  frame.writeUInt32BE(limits.frameBytesBeforeLogin + 1);
  expect(await answerTo(socket, frame)).not.toContain('welcome');
});
