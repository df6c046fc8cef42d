// One connection of the load generator: enters the room as a member, then counts frames by their length prefixes,
// for a generator that parses would be what is measured. Used by load.ts and latency-load.ts.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { makeDeviceKey, signHello } from '../../src/net/identity.ts';
import { decodeServerPacket, encode } from '../../src/protocol/codec.ts';
import type { ClientPacket } from '../../src/protocol/packet.ts';
import { exporterBytes, exporterLabel } from '../../src/protocol/proof.ts';

/** `tls` and `plain` speak the protocol and log in; `bare` only sends and counts frames, for the bare broadcaster. */
export type Wire = 'tls' | 'plain' | 'bare';

/** An ack has about 130 bytes, a ping 25, and an event carries its text: sizes tell them apart without parsing. */
const ackSizes = { over: 60, below: 160 };

/** Reads into one buffer for all sockets, so that counting costs next to nothing. */
const readBuffer = Buffer.allocUnsafe(1 << 18);

type Packet = ReturnType<typeof decodeServerPacket>;
type Counted = (events: number, acks: number) => void;

export class Member {
  readonly #wire: Wire;
  readonly #socket: Socket;
  readonly #open: Promise<unknown>;
  #counted: Counted | undefined;
  eventBytes = 0;
  ackBytes = 0;
  #need = 0;
  #head = 0;
  #headBytes = 0;
  #text: Buffer = Buffer.alloc(0);
  #answer: (() => void) | undefined;

  constructor(wire: Wire, port: number) {
    this.#wire = wire;
    this.#socket = wire === 'tls' ? this.#secure(port) : this.#plain(port);
    this.#open = once(this.#socket, wire === 'tls' ? 'secureConnect' : 'connect');
    this.#socket.on('error', (error) => process.send?.({ error: error.message }));
    this.#socket.on('close', () => process.send?.({ error: 'a connection was closed' }));
  }

  /** Connected and, where the wire is the protocol's, logged in, in the room and at the log's tail. */
  async enter(nick: string): Promise<void> {
    await this.#open;
    if (this.#wire === 'bare') return;
    const device = makeDeviceKey();
    const signature = signHello(device, await this.#material());
    this.#say({
      kind: 'hello',
      protocol: 1,
      features: [],
      role: 'chat',
      key: device.publicKey,
      signature,
      nick,
    });
    await this.#next('welcome');
    this.#say({ kind: 'join', req: 1, room: 'general' as never });
    await this.#next('joined');
    this.#say({ kind: 'sync', req: 2 });
    for (let page = await this.#next('page'); page.kind === 'page' && page.more; ) {
      this.#say({ kind: 'sync', req: 2, after: page.upTo });
      page = await this.#next('page');
    }
  }

  /** From now on frames are only counted. */
  count(counted: Counted): void {
    this.#counted = counted;
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  #plain(port: number): Socket {
    const callback = (bytes: number) => {
      this.#read(readBuffer.subarray(0, bytes));
      return true;
    };
    return connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer: readBuffer, callback } });
  }

  #secure(port: number): Socket {
    const socket = connectSecurely({ host: '127.0.0.1', port, rejectUnauthorized: false });
    return socket.setNoDelay(true).on('data', (chunk) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    if (this.#counted !== undefined) {
      this.#count(chunk, this.#counted);
      return;
    }
    this.#text = Buffer.concat([this.#text, chunk]);
    this.#answer?.();
  }

  #say(packet: ClientPacket): void {
    this.#socket.write(encode(packet));
  }

  async #next(kind: string): Promise<Packet> {
    for (;;) {
      const packet = decodeServerPacket(await this.#payload());
      if (packet.kind === kind) return packet;
      if (packet.kind === 'error') throw new Error(packet.message);
    }
  }

  async #payload(): Promise<Buffer> {
    while (this.#text.length < 4 || this.#text.length < 4 + this.#text.readUInt32BE(0)) {
      await new Promise<void>((resolve) => {
        this.#answer = resolve;
      });
    }
    const end = 4 + this.#text.readUInt32BE(0);
    const payload = this.#text.subarray(4, end);
    this.#text = this.#text.subarray(end);
    return payload;
  }

  async #material(): Promise<Buffer> {
    if (this.#wire === 'tls') {
      return (this.#socket as TLSSocket).exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
    }
    const challenge = await this.#next('challenge');
    if (challenge.kind !== 'challenge') throw new Error('no challenge');
    return Buffer.from(challenge.nonce, 'base64url');
  }

  #count(chunk: Buffer, counted: Counted): void {
    let at = 0;
    let events = 0;
    let acks = 0;
    while (at < chunk.length) {
      if (this.#need > 0) {
        const step = Math.min(this.#need, chunk.length - at);
        this.#need -= step;
        at += step;
        continue;
      }
      if (this.#headBytes === 0 && chunk.length - at >= 4) {
        this.#head = chunk.readUInt32BE(at);
        at += 4;
      } else {
        this.#head = this.#head * 256 + (chunk[at] ?? 0);
        at += 1;
        this.#headBytes += 1;
        if (this.#headBytes < 4) continue;
      }
      const size = this.#head + 4;
      this.#need = this.#head;
      this.#head = 0;
      this.#headBytes = 0;
      if (size >= ackSizes.below) {
        this.eventBytes = size;
        events += 1;
      } else if (size > ackSizes.over) {
        this.ackBytes = size;
        acks += 1;
      }
    }
    counted(events, acks);
  }
}

/** The first ones enter one after the other, for a server counts who is in the middle of a login. */
export async function enterAll(wire: Wire, port: number, count: number): Promise<Member[]> {
  const members: Member[] = [];
  for (let index = 0; index < count; index += 1) {
    const member = new Member(wire, port);
    await member.enter(`m${index}-${process.pid}`);
    members.push(member);
  }
  return members;
}

let posted = 0;
const idPlaceholder = '01890000-0000-7000-8000-000000000000' as never;

/** Makes frames of posts with `textBytes` of text, each under an id of its own: a rising UUIDv7, as a real one is. */
export function postFrames(textBytes: number): (count: number) => Buffer {
  const text = 'x'.repeat(textBytes);
  const frame = encode({ kind: 'post', id: idPlaceholder, room: 'general' as never, text });
  const idAt = frame.indexOf(idPlaceholder);
  return (count) => {
    const frames = Buffer.alloc(frame.length * count, frame);
    for (let i = 0; i < count; i += 1) {
      posted += 1;
      const hex = (0x019000000000 + posted).toString(16).padStart(12, '0');
      frames.write(`${hex.slice(0, 8)}-${hex.slice(8)}`, i * frame.length + idAt, 'latin1');
    }
    return frames;
  };
}
