// The load generator, a process of its own: members that count what they get by its length prefixes, writers among
// them that keep a window of unacknowledged posts. Child process: argv is a LoadPlan, it answers a LoadResult.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { makeDeviceKey, signHello } from '../../src/net/identity.ts';
import { decodeServerPacket, encode } from '../../src/protocol/codec.ts';
import type { ClientPacket } from '../../src/protocol/packet.ts';
import { exporterBytes, exporterLabel } from '../../src/protocol/proof.ts';

export type LoadPlan = {
  readonly port: number;
  readonly members: number;
  readonly writers: number;
  /** Unacknowledged posts of one writer. */
  readonly window: number;
  readonly textBytes: number;
  readonly seconds: number;
  /**
   * `tls` and `plain` speak the protocol and log in; `bare` only sends and counts frames, for the bare broadcaster.
   */
  readonly wire: 'tls' | 'plain' | 'bare';
  /** All writers together. Absent: as fast as their windows allow. */
  readonly postsPerSecond?: number;
};

/** An ack has about 130 bytes, a ping 25, and an event carries its text: sizes tell them apart without parsing. */
const ackSizes = { over: 60, below: 160 };

export type LoadResult = {
  readonly deliveries: number;
  readonly posts: number;
  readonly seconds: number;
  /** CPU seconds of the generator over seconds: its share of one core. */
  readonly share: number;
  readonly eventBytes: number;
  readonly ackBytes: number;
};

const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
const address = { host: '127.0.0.1', port: plan.port };

/** Reads into one buffer for all sockets, so that counting costs next to nothing. */
const readBuffer = Buffer.allocUnsafe(1 << 18);

class Member {
  readonly socket: Socket;
  readonly ready: Promise<unknown>;
  readonly isWriter: boolean;
  frames = 0;
  acks = 0;
  inFlight = 0;
  isCounting = false;
  eventBytes = 0;
  ackBytes = 0;
  #need = 0;
  #head = 0;
  #headBytes = 0;
  #text: Buffer[] = [];
  #answer: ((payload: Buffer) => void) | undefined;

  constructor(isWriter: boolean) {
    this.isWriter = isWriter;
    this.socket = plan.wire === 'tls' ? this.#secure() : this.#plain();
    this.ready = once(this.socket, plan.wire === 'tls' ? 'secureConnect' : 'connect');
    this.socket.on('error', (error) => process.send?.({ error: error.message }));
    this.socket.on('close', () => isRunning && process.send?.({ error: 'a connection was closed' }));
  }

  #plain(): Socket {
    return connect({
      ...address,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          this.#read(readBuffer.subarray(0, bytes));
          return true;
        },
      },
    });
  }

  #secure(): Socket {
    const socket = connectSecurely({ ...address, rejectUnauthorized: false });
    return socket.setNoDelay(true).on('data', (chunk) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    if (this.isCounting) this.#count(chunk);
    else this.#talk(Buffer.from(chunk));
  }

  #talk(chunk: Buffer): void {
    this.#text.push(chunk);
    const all = Buffer.concat(this.#text);
    if (all.length < 4 || all.length < 4 + all.readUInt32BE(0)) {
      this.#text = [all];
      return;
    }
    const end = 4 + all.readUInt32BE(0);
    const rest = all.subarray(end);
    this.#text = rest.length > 0 ? [rest] : [];
    this.#answer?.(all.subarray(4, end));
  }

  async next(kind: string): Promise<ReturnType<typeof decodeServerPacket>> {
    for (;;) {
      const payload = await new Promise<Buffer>((resolve) => {
        this.#answer = resolve;
        if (this.#text.length > 0) this.#talk(Buffer.alloc(0));
      });
      const packet = decodeServerPacket(payload);
      if (packet.kind === kind) return packet;
      if (packet.kind === 'error') throw new Error(packet.message);
    }
  }

  say(packet: ClientPacket): void {
    this.socket.write(encode(packet));
  }

  #count(chunk: Buffer): void {
    const bytes = chunk.length;
    let at = 0;
    let acked = 0;
    while (at < bytes) {
      if (this.#need > 0) {
        const step = Math.min(this.#need, bytes - at);
        this.#need -= step;
        at += step;
        continue;
      }
      if (this.#headBytes === 0 && bytes - at >= 4) {
        this.#head = chunk.readUInt32BE(at);
        at += 4;
      } else {
        this.#head = this.#head * 256 + (chunk[at] ?? 0);
        at += 1;
        this.#headBytes += 1;
        if (this.#headBytes < 4) continue;
      }
      this.#need = this.#head;
      const size = this.#head + 4;
      this.#head = 0;
      this.#headBytes = 0;
      if (size >= ackSizes.below) {
        this.eventBytes = size;
        this.frames += 1;
      } else if (this.isWriter && size > ackSizes.over) {
        this.ackBytes = size;
        acked += 1;
      }
    }
    if (acked > 0) this.#post(acked);
  }

  #post(acked: number): void {
    this.acks += acked;
    this.inFlight -= acked;
    if (isRunning && plan.postsPerSecond === undefined) this.fill();
  }

  fill(): void {
    this.write(plan.window - this.inFlight);
  }

  write(missing: number): void {
    if (missing <= 0) return;
    const frames = Buffer.alloc(postFrame.length * missing, postFrame);
    for (let i = 0; i < missing; i += 1) writeId(frames, i * postFrame.length + idAt);
    this.inFlight += missing;
    this.socket.write(frames);
  }
}

let isRunning = true;
let counter = 0;
const idPlaceholder = '01890000-0000-7000-8000-000000000000' as never;
const postFrame = encode({
  kind: 'post',
  id: idPlaceholder,
  room: 'general' as never,
  text: 'x'.repeat(plan.textBytes),
});
const idAt = postFrame.indexOf(idPlaceholder);

/** A rising UUIDv7: the time part counts up, as a real one's would. */
function writeId(frame: Buffer, at: number): void {
  counter += 1;
  const hex = (0x019000000000 + counter).toString(16).padStart(12, '0');
  frame.write(`${hex.slice(0, 8)}-${hex.slice(8)}`, at, 'latin1');
}

async function enter(index: number): Promise<Member> {
  const member = new Member(index < plan.writers);
  await member.ready;
  if (plan.wire === 'bare') return member;
  const device = makeDeviceKey();
  const signature = signHello(device, await materialOf(member));
  const nick = `m${index}-${process.pid}`;
  member.say({
    kind: 'hello',
    protocol: 1,
    features: [],
    role: 'chat',
    key: device.publicKey,
    signature,
    nick,
  });
  await member.next('welcome');
  member.say({ kind: 'join', req: 1, room: 'general' as never });
  await member.next('joined');
  await sync(member);
  return member;
}

async function materialOf(member: Member): Promise<Buffer> {
  if (plan.wire === 'tls') {
    return (member.socket as TLSSocket).exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0));
  }
  const challenge = await member.next('challenge');
  if (challenge.kind !== 'challenge') throw new Error('no challenge');
  return Buffer.from(challenge.nonce, 'base64url');
}

async function sync(member: Member): Promise<void> {
  member.say({ kind: 'sync', req: 2 });
  for (;;) {
    const page = await member.next('page');
    if (page.kind !== 'page' || !page.more) return;
    member.say({ kind: 'sync', req: 2, after: page.upTo });
  }
}

function begin(writers: readonly Member[]): void {
  const { postsPerSecond } = plan;
  if (postsPerSecond === undefined) {
    for (const writer of writers) writer.fill();
    return;
  }
  const begun = performance.now();
  let posted = 0;
  setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * postsPerSecond;
    for (; posted < due; posted += 1) writers[posted % writers.length]?.write(1);
  }, 1);
}

async function main(): Promise<void> {
  const members: Member[] = [];
  for (let i = 0; i < plan.members; i += 1) members.push(await enter(i));
  // Joins and presence of the others have to be through before counting begins.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const member of members) member.isCounting = true;
  const writers = members.filter((member) => member.isWriter);
  begin(writers);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  process.send?.({ started: true });
  const total = () => members.reduce((sum, member) => sum + member.frames, 0);
  const acked = () => writers.reduce((sum, writer) => sum + writer.acks, 0);
  const before = { cpu: process.cpuUsage(), at: performance.now(), deliveries: total(), posts: acked() };
  await new Promise((resolve) => setTimeout(resolve, plan.seconds * 1_000));
  const cpu = process.cpuUsage(before.cpu);
  const seconds = (performance.now() - before.at) / 1_000;
  const result: LoadResult = {
    deliveries: total() - before.deliveries,
    posts: acked() - before.posts,
    seconds,
    share: (cpu.user + cpu.system) / 1e6 / seconds,
    eventBytes: members.at(-1)?.eventBytes ?? 0,
    ackBytes: writers[0]?.ackBytes ?? 0,
  };
  if (plan.postsPerSecond === undefined) isRunning = false;
  // The members stay until the row that asked has looked at the server with them, and ends this process.
  process.send?.({ result });
}

process.on('disconnect', () => process.exit(0));

await main();
