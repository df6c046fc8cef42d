// The door and the dial, over real sockets and TLS: pins, versions, bounds on who is logging in.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { dial } from '../../src/net/dial.ts';
import { KeyChanged, Unreachable } from '../../src/net/errors.ts';
import { makeDeviceKey, makeServerKey, signHello, verifyHello } from '../../src/net/identity.ts';
import { type Listener, listen, type RejectedWhy } from '../../src/net/listen.ts';
import { Rounds } from '../../src/net/rounds.ts';
import { encode } from '../../src/protocol/codec.ts';
import { limits } from '../../src/protocol/limits.ts';
import { nextTurn } from './pair.ts';

const key = await makeServerKey();
const other = await makeServerKey();

interface Open extends Listener {
  readonly rounds: Rounds;
  readonly rejected: RejectedWhy[];
  readonly materials: string[];
  readonly packets: string[];
  /** Most half-open ones there were when one was through its handshake. */
  most(): number;
}

/** A listener that greets each `ping` with a `pong`; its clock stands until `rounds.advance`. */
async function open(changes: Partial<Parameters<typeof listen>[0]> = {}): Promise<Open> {
  const rounds = new Rounds();
  const rejected: RejectedWhy[] = [];
  const materials: string[] = [];
  const packets: string[] = [];
  let most = 0;
  const listener: Listener = await listen({
    host: '127.0.0.1',
    port: 0,
    key,
    limits,
    rounds,
    onRejected: (why) => rejected.push(why),
    onConnection: (connection) => {
      most = Math.max(most, listener.counts.halfOpen);
      connection.receive(
        (packet) => {
          packets.push(packet.kind);
          materials.push(connection.material.toString('hex'));
          connection.greeted(limits.frameBytesUp);
          connection.send(encode({ kind: 'pong', n: 1 }));
        },
        () => undefined,
      );
    },
    ...changes,
  });
  onTestFinished(() => listener.close());
  const { host, port, close } = listener;
  return {
    host,
    port,
    close,
    get counts() {
      return listener.counts;
    },
    rounds,
    rejected,
    materials,
    packets,
    most: () => most,
  };
}

async function login(port: number, more: { pin?: string; isPlain?: boolean } = {}): Promise<string> {
  const { connection } = await dial({ host: '127.0.0.1', port, ...more });
  await new Promise<void>((resolve, reject) => {
    connection.receive(() => resolve(), reject);
    connection.send(encode({ kind: 'ping', n: 1 }));
  });
  onTestFinished(() => connection.destroy());
  return connection.material.toString('hex');
}

async function bare(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Turns of the event loop until it holds; the test's time limit is the bound. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

test('over TLS both ends derive the same material, and each connection another', async () => {
  const door = await open();
  const ours = [await login(door.port, { pin: key.fingerprint }), await login(door.port)];
  expect(door.materials).toEqual(ours);
  expect(new Set(ours).size).toBe(2);
});

test('over plain TCP the nonce of the challenge is the material, and a device proves itself with it', async () => {
  const door = await open({ key: undefined });
  const material = await login(door.port, { isPlain: true });
  expect(door.materials).toEqual([material]);
  const device = makeDeviceKey();
  const signature = signHello(device, Buffer.from(material, 'hex'));
  expect(verifyHello(device.publicKey, Buffer.from(material, 'hex'), signature)).toBe(true);
});

test('plain TCP is refused on anything but loopback', async () => {
  await expect(listen({ host: '0.0.0.0', port: 0, limits, onConnection: () => undefined })).rejects.toThrow(
    'Without TLS only this machine',
  );
});

test('a port that is taken is an error that names it', async () => {
  const door = await open();
  await expect(open({ port: door.port })).rejects.toThrow(`port ${door.port}`);
});

test('a wrong pin stops the dial with both fingerprints, and the server gets no application byte', async () => {
  let bytes = 0;
  const server = createTlsServer({ key: key.keyPem, cert: key.certPem }, (socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const over = new Promise((resolve) => {
    server.on('connection', (socket: Socket) => socket.on('close', resolve));
  });
  const error = await dial({ host: '127.0.0.1', port, pin: other.fingerprint }).catch((cause) => cause);
  expect(error).toBeInstanceOf(KeyChanged);
  expect(error).toMatchObject({ expected: other.fingerprint, actual: key.fingerprint });
  await over;
  expect(bytes).toBe(0);
});

test('a client of TLS 1.2 is refused', async () => {
  const door = await open();
  const socket = connectTls({
    port: door.port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  });
  const [error] = await once(socket, 'error');
  expect(String(error)).toMatch(/protocol version/i);
  await until(() => door.counts.halfOpen === 0);
  expect(door.rejected).toEqual(['not-tls']);
});

test('a client without TLS is cut by a TLS door', async () => {
  const door = await open();
  const socket = await bare(door.port);
  socket.write(encode({ kind: 'ping', n: 1 }));
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  expect(door.packets).toEqual([]);
});

test('a dial with TLS to a plain server, to nobody and to nowhere is unreachable in a sentence', async () => {
  const plain = await open({ key: undefined });
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => gone.close(resolve));
  const notTls = await dial({ host: '127.0.0.1', port: plain.port }).catch((cause) => cause);
  const nobody = await dial({ host: '127.0.0.1', port }).catch((cause) => cause);
  expect(notTls).toBeInstanceOf(Unreachable);
  expect(notTls.message).toContain('does not speak TLS 1.3');
  expect(nobody).toBeInstanceOf(Unreachable);
  expect(nobody.message).toBe(
    `Cannot reach 127.0.0.1:${port}: nothing listens there. Check the port, and that the server runs.`,
  );
});

test('a dial that is given up is unreachable', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const giveUp = new AbortController();
  silent.on('connection', () => giveUp.abort());
  await expect(dial({ host: '127.0.0.1', port, signal: giveUp.signal })).rejects.toThrow('given up');
});

test('a hundred clients of one address at once all get in', async () => {
  const door = await open();
  const materials = await Promise.all(Array.from({ length: 100 }, () => login(door.port)));
  expect(new Set(materials).size).toBe(100);
  expect(door.most()).toBeLessThanOrEqual(limits.halfOpenPerAddress);
  expect(door.rejected).toEqual([]);
});

test('five hundred silent ones of one address are bounded and keep nobody of another out', async () => {
  const door = await open();
  const sockets = await Promise.all(Array.from({ length: 500 }, () => bare(door.port, '127.0.0.2')));
  await until(() => door.counts.waiting === limits.halfOpenWaitingPerAddress);
  expect(door.counts.halfOpen).toBe(limits.halfOpenPerAddress);
  await login(door.port);
  expect(sockets).toHaveLength(500);
});

test('behind silent ones of its own address a client gets in when they have been silent for a second', async () => {
  const door = await open();
  await Promise.all(Array.from({ length: 8 }, () => bare(door.port)));
  await until(() => door.counts.halfOpen === 8);
  const guest = login(door.port);
  await until(() => door.counts.waiting === 1);
  door.rounds.advance(1_000);
  await nextTurn();
  expect(door.rejected).toEqual([]);
  door.rounds.advance(limits.halfOpenSilenceMs + 1);
  await guest;
  expect(new Set(door.rejected)).toEqual(new Set(['half-open-full']));
});

test('who is not greeted in 10 s is cut, before TLS and behind it', async () => {
  const door = await open();
  const socket = await bare(door.port);
  const { connection } = await dial({ host: '127.0.0.1', port: door.port });
  const ended = new Promise((resolve) => connection.receive(() => undefined, resolve));
  socket.resume();
  await until(() => door.counts.halfOpen === 2);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  door.rounds.advance(limits.handshakeMs);
  await Promise.all([closed, ended]);
  expect(door.rejected).toEqual(['handshake-slow', 'handshake-slow']);
});

test('close stops accepting, cuts who is logging in, and lets the greeted live', async () => {
  const door = await open();
  const { connection } = await dial({ host: '127.0.0.1', port: door.port });
  let pongs = 0;
  const ponged = (): Promise<void> => until(() => pongs > 0);
  connection.receive(
    () => {
      pongs += 1;
    },
    () => undefined,
  );
  onTestFinished(() => connection.destroy());
  connection.send(encode({ kind: 'ping', n: 1 }));
  await ponged();
  const socket = await bare(door.port);
  socket.resume();
  await until(() => door.counts.halfOpen === 1);
  const cut = new Promise((resolve) => socket.on('close', resolve));
  await door.close();
  await cut;
  await expect(dial({ host: '127.0.0.1', port: door.port })).rejects.toThrow('nothing listens there');
  pongs = 0;
  connection.send(encode({ kind: 'ping', n: 2 }));
  await ponged();
});
