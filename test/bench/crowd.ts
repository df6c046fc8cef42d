// A crowd at the door, a process of its own: members that dial at once over TLS, log in, join and sync, and then sit
// there. It has to be cheaper than the server it stands beside, so keys are made beforehand and packets are told
// apart by their first bytes. Child process: argv is a CrowdPlan; it is told `{port, as}` and answers `{arrival}`.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { createSecureContext, connect as secure } from 'node:tls';
import { makeDeviceKey } from '../../src/net/identity.ts';
import { encode } from '../../src/protocol/codec.ts';
import type { ClientPacket, Seq } from '../../src/protocol/packet.ts';
import { exporterBytes, exporterLabel, helloProof } from '../../src/protocol/proof.ts';

export type CrowdPlan = { readonly members: number };
/** `new`: enrol, join, sync. `known`: they were here before and ask for what came since. */
export type Dial = { readonly port: number; readonly as: 'new' | 'known' };
export type Arrival = {
  readonly ms: number;
  /** Bytes of the sockets, TLS and all, that the server sent until the last was in and a second later. */
  readonly bytes: number;
  /** CPU seconds of this process meanwhile, over seconds. */
  readonly share: number;
};

type Device = { readonly publicKey: string; readonly key: KeyObject; readonly nick: string };

const plan = JSON.parse(process.argv[2] ?? '') as CrowdPlan;
const context = createSecureContext({ minVersion: 'TLSv1.3' });
/** Each address has 28,000 source ports to one of the server's; a kernel looks for a free one ever longer. */
const addresses = Array.from({ length: 8 }, (_, index) => `127.0.0.${index + 1}`);
const settleMs = 1_000;

const devices = Array.from({ length: plan.members }, (_, index): Device => {
  const { publicKey, privateKey } = makeDeviceKey();
  const der = Buffer.from(privateKey, 'base64url');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { publicKey, key, nick: `m${index}` };
});

class Guest {
  readonly raw: Socket;
  readonly isIn: Promise<void>;
  tail = 0;
  readonly #socket: Socket;
  readonly #as: Dial['as'];
  #rest: Buffer = Buffer.alloc(0);
  #arrived: () => void = () => undefined;

  constructor(device: Device, index: number, dial: Dial, cursor: Cursor) {
    this.#as = dial.as;
    this.isIn = new Promise((resolve) => {
      this.#arrived = resolve;
    });
    const localAddress = addresses[index % addresses.length] ?? '';
    this.raw = connect({ host: '127.0.0.1', port: dial.port, localAddress, noDelay: true });
    const socket = secure({ socket: this.raw, secureContext: context, rejectUnauthorized: false });
    this.#socket = socket;
    socket.once('secureConnect', () => {
      const material = socket.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
      const signature = sign(null, helloProof(material), device.key).toString('base64url');
      const { publicKey: key, nick } = device;
      this.#say({ kind: 'hello', protocol: 1, features: [], role: 'chat', key, signature, nick });
    });
    socket.on('data', (chunk) => this.#read(chunk, cursor));
    socket.on('error', (error) => process.send?.({ error: `a guest failed: ${error.message}` }));
    socket.on('close', () => isLeaving || process.send?.({ error: 'a guest was cut' }));
  }

  leave(): void {
    this.raw.destroy();
  }

  #read(chunk: Buffer, cursor: Cursor): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const end = 4 + bytes.readUInt32BE(0);
      this.#take(bytes.subarray(4, end), cursor);
      bytes = bytes.subarray(end);
    }
    this.#rest = Buffer.from(bytes);
  }

  #take(payload: Buffer, cursor: Cursor): void {
    const kind = payload.toString('latin1', 9, payload.indexOf('"', 9));
    if (kind === 'welcome' && this.#as === 'new')
      this.#say({ kind: 'join', req: 1, room: 'general' as never });
    if (kind === 'welcome' && this.#as === 'known') this.#say({ kind: 'sync', req: 2, ...cursor });
    if (kind === 'joined') this.#say({ kind: 'sync', req: 2 });
    if (kind === 'page') this.#takePage(payload);
    if (kind === 'ping') this.#say({ kind: 'pong', n: 1 });
    if (kind === 'error') process.send?.({ error: payload.toString() });
  }

  #takePage(payload: Buffer): void {
    const page = JSON.parse(payload.toString()) as { readonly more: boolean; readonly upTo: Seq };
    this.tail = page.upTo;
    if (page.more) this.#say({ kind: 'sync', req: 2, after: page.upTo });
    else this.#arrived();
  }

  #say(packet: ClientPacket): void {
    this.#socket.write(encode(packet));
  }
}

type Cursor = { readonly after?: Seq };

let guests: readonly Guest[] = [];
let isLeaving = false;

async function arrive(dial: Dial): Promise<Arrival> {
  const cursor = { after: Math.max(0, ...guests.map((guest) => guest.tail)) as Seq };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  guests = devices.map((device, index) => new Guest(device, index, dial, cursor));
  await Promise.all(guests.map((guest) => guest.isIn));
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const bytes = guests.reduce((sum, { raw }) => sum + raw.bytesRead, 0);
  return { ms, bytes, share: (user + system) / 1_000 / ms };
}

async function leave(): Promise<void> {
  isLeaving = true;
  await Promise.all(
    guests.map((guest) => new Promise((resolve) => guest.raw.once('close', resolve).destroy())),
  );
  isLeaving = false;
}

process.on('message', (message: Dial | 'leave') => {
  if (message === 'leave') void leave().then(() => process.send?.({ left: true }));
  else void arrive(message).then((arrival) => process.send?.({ arrival }));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
