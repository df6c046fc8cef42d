// The load generator, a process of its own: members that count what they get by its length prefixes, writers among
// them that keep a window of unacknowledged posts. Child process: argv is a LoadPlan, it answers a LoadResult.
import { connect, type Socket } from 'node:net';
import { makeDeviceKey, signHello } from '../../src/net/identity.ts';
import { decodeServerPacket, encode } from '../../src/protocol/codec.ts';
import type { ClientPacket } from '../../src/protocol/packet.ts';

export type LoadPlan = {
  readonly port: number;
  readonly members: number;
  readonly writers: number;
  /** Unacknowledged posts of one writer. */
  readonly window: number;
  readonly textBytes: number;
  readonly seconds: number;
  /** Speaks the protocol and logs in; else it only sends and counts frames, for the bare broadcaster. */
  readonly isProtocol: boolean;
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

/** Reads into one buffer for all sockets, so that counting costs next to nothing. */
const readBuffer = Buffer.allocUnsafe(1 << 18);

class Member {
  readonly socket: Socket;
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
    this.socket = connect({
      host: '127.0.0.1',
      port: plan.port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (bytes) => this.#read(bytes) },
    });
    this.socket.on('error', (error) => process.send?.({ error: error.message }));
    this.socket.on('close', () => isRunning && process.send?.({ error: 'a connection was closed' }));
  }

  #read(bytes: number): boolean {
    if (this.isCounting) this.#count(bytes);
    else this.#talk(Buffer.from(readBuffer.subarray(0, bytes)));
    return true;
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

  #count(bytes: number): void {
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
        this.#head = readBuffer.readUInt32BE(at);
        at += 4;
      } else {
        this.#head = this.#head * 256 + (readBuffer[at] ?? 0);
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
    if (isRunning) this.fill();
  }

  fill(): void {
    const missing = plan.window - this.inFlight;
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
  await new Promise((resolve) => member.socket.once('connect', resolve));
  if (!plan.isProtocol) return member;
  const challenge = await member.next('challenge');
  if (challenge.kind !== 'challenge') throw new Error('no challenge');
  const device = makeDeviceKey();
  const signature = signHello(device, Buffer.from(challenge.nonce, 'base64url'));
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

async function sync(member: Member): Promise<void> {
  member.say({ kind: 'sync', req: 2 });
  for (;;) {
    const page = await member.next('page');
    if (page.kind !== 'page' || !page.more) return;
    member.say({ kind: 'sync', req: 2, after: page.upTo });
  }
}

async function main(): Promise<void> {
  const members: Member[] = [];
  for (let i = 0; i < plan.members; i += 1) members.push(await enter(i));
  // Joins and presence of the others have to be through before counting begins.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const member of members) member.isCounting = true;
  const writers = members.filter((member) => member.isWriter);
  for (const writer of writers) writer.fill();
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
  isRunning = false;
  process.send?.({ result }, () => process.exit(0));
}

await main();
