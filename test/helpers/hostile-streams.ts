// Byte streams that mean harm: those of the corpus, and seeded ones of each of its classes, because the class is what
// has to hold. What each must meet at a server stands with it; `meet` sends one from somebody who is logged in, and
// `missed` says what did not come.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../src/protocol/limits.ts';
import type { ServerPacket } from '../../src/protocol/packet.ts';
import { newId, type WireClient } from './wire-client.ts';

/** What its sender must meet once it is logged in. `either`: only nobody else may notice. */
export type Wanted = 'closed' | 'closed-or-error' | 'error' | 'served' | 'either';
export type Stream = {
  readonly name: string;
  readonly class: string;
  /** Each a write of its own. */
  readonly writes: readonly Buffer[];
  readonly end: 'open' | 'end' | 'reset';
  readonly wanted: Wanted;
};

type Step = {
  readonly hex?: string;
  readonly repeatHex?: string;
  readonly times?: number;
  readonly end?: true;
  readonly rst?: true;
};
type CorpusRecord = {
  readonly name: string;
  readonly class: string;
  readonly steps: readonly Step[];
  readonly expect: readonly string[];
};

/** The post that the corpus' good frames are; its id is one for this process. */
export const sample = { kind: 'post', room: 'general', text: 'hi', id: newId() };

/** `random`: how many of its mutated ones; 2,000 make 2,274 streams with all four fields, as the corpus counts. */
export function corpusStreams(random: number, fields = 'kind,id,room,text'): Stream[] {
  const script = join(import.meta.dirname, '..', 'corpus', 'gen-frames.mjs');
  const options = ['--max', `${limits.frameBytesUp}`, '--random', `${random}`, '--fields', fields];
  const text = execFileSync(process.execPath, [script, ...options, '--sample', JSON.stringify(sample)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.trim().split('\n').map(toStream);
}

/** Those whose word does not fit what happens here, and why. */
const excused: ReadonlySet<string> = new Set([
  // Depth in a field that nobody knows is ignored with the field.
  'json/deep-inside-known-field',
  // Here hello comes before.
  'state/op-before-hello',
  // The sample's id with another text: refused as id-reused, which is the promise.
  'fragmented/split-inside-utf8',
  // Who does not read is cut by the clock: test/net/writing.test.ts.
  'slow/never-reads',
]);

function toStream(line: string): Stream {
  const record = JSON.parse(line) as CorpusRecord;
  const rule = record.expect.find((one) => one.startsWith('offender:'))?.slice('offender:'.length);
  const known = ['closed', 'closed-or-error', 'error', 'served'].find((one) => one === rule);
  const has = (what: 'end' | 'rst') => record.steps.some((step) => step[what] === true);
  return {
    name: record.name,
    class: record.class,
    writes: record.steps.flatMap(bytesOfStep),
    end: has('rst') ? 'reset' : has('end') ? 'end' : 'open',
    wanted: known === undefined || excused.has(record.name) ? 'either' : (known as Wanted),
  };
}

function bytesOfStep({ hex, repeatHex, times = 1 }: Step): Buffer[] {
  if (repeatHex !== undefined) return [Buffer.from(repeatHex.repeat(times), 'hex')];
  return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
}

// Seeded ones.

type Random = () => number;
type Made = Pick<Stream, 'writes' | 'wanted'> & { readonly end?: Stream['end'] };

const below = (random: Random, most: number) => Math.floor(random() * most);
const bytes = (random: Random, count: number) =>
  Buffer.from(Array.from({ length: count }, () => below(random, 256)));
const pick = <One>(random: Random, some: readonly One[]) => some[below(random, some.length)] as One;

export function frame(payload: Buffer | string | object): Buffer {
  const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
  const body = Buffer.from(isText ? payload : JSON.stringify(payload));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function headOf(length: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return head;
}

const ping = (n: number) => frame({ kind: 'ping', n });

function cutAnywhere(random: Random, whole: Buffer): Buffer[] {
  const cuts = Array.from({ length: 1 + below(random, 6) }, () => below(random, whole.length));
  const ends = [...new Set([...cuts, whole.length])].sort((a, b) => a - b).filter((end) => end > 0);
  return ends.map((end, at) => whole.subarray(at === 0 ? 0 : ends[at - 1], end));
}

/** Nothing of these types is a value of any field of ours. */
const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  [],
  {},
  [['x']],
  { length: 5 },
  { toString: 'x' },
];
const goodPackets: readonly Readonly<Record<string, unknown>>[] = [
  { kind: 'post', room: 'general', text: 'hi', id: newId() },
  { kind: 'join', req: 1, room: 'general' },
  { kind: 'history', req: 1, room: 'general', limit: 1 },
  { kind: 'nick', req: 1, nick: 'mallory' },
  { kind: 'offer', req: 1, room: 'general', name: 'x', size: 1, sha256: 'a'.repeat(64) },
  { kind: 'ping', n: 1 },
];
const badUtf8 = [[0xc0, 0xaf], [0x80], [0xfe], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  'hasOwnProperty',
];
const foreignWords = ['GET', 'POST', 'NICK', 'EHLO', 'SSH-2.0', 'PROXY', 'USER', 'HELP'];

/** Each class makes any number of streams, no two alike, of which it knows what their sender must meet. */
export const classes: Readonly<Record<string, (random: Random) => Made>> = {
  'a length over the bound': (random) => {
    const length = limits.frameBytesUp + 1 + below(random, 2 ** 32 - limits.frameBytesUp - 1);
    return { writes: [headOf(length), frame({ a: below(random, 99) })], wanted: 'closed' };
  },
  'a length of nothing': (random) => ({
    writes: [headOf(0), bytes(random, below(random, 9))],
    wanted: 'closed',
  }),
  'no brace at the beginning': (random) => {
    const body = bytes(random, 1 + below(random, 400));
    if (body[0] === 0x7b) body[0] = 0x5b;
    return { writes: [frame(body)], wanted: 'closed' };
  },
  'an end within a frame': (random) => {
    const whole = frame(pick(random, goodPackets));
    const end = pick(random, ['end', 'reset'] as const);
    return { writes: [whole.subarray(0, 1 + below(random, whole.length - 1))], wanted: 'closed', end };
  },
  'cut anywhere': (random) => ({ writes: cutAnywhere(random, ping(below(random, 1e6))), wanted: 'served' }),
  'many in one write': (random) => {
    const some = Array.from({ length: 1 + below(random, 300) }, (_, n) => ping(n));
    return { writes: [Buffer.concat(some)], wanted: 'served' };
  },
  'a foreign protocol': (random) => {
    const words = Array.from({ length: below(random, 20) }, () => below(random, 1e9).toString(36)).join(' ');
    return { writes: [Buffer.from(`${pick(random, foreignWords)} ${words}\r\n\r\n`)], wanted: 'closed' };
  },
  'JSON that breaks off': (random) => {
    const text = JSON.stringify(pick(random, goodPackets));
    return { writes: [frame(text.slice(0, 1 + below(random, text.length - 2)))], wanted: 'error' };
  },
  'JSON with a stray byte': (random) => {
    const text = JSON.stringify({ kind: 'ping', n: 1 });
    return { writes: [frame(`{${pick(random, [...',:]}\0\u0001\\'])}${text.slice(1)}`)], wanted: 'error' };
  },
  depth: (random) => {
    const depth = 1 + below(random, 30_000);
    const [open, close] = pick(random, [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const levels = Math.min(depth, Math.floor((limits.frameBytesUp - 40) / (open.length + 1)));
    const nested = `${open.repeat(levels)}1${close.repeat(random() < 0.5 ? levels : levels - 1)}`;
    return { writes: [frame(`{"kind":${nested}}`)], wanted: 'error' };
  },
  'names of the language': (random) => {
    const key = pick(random, keys);
    const kind = random() < 0.5 ? { kind: pick(random, keys) } : {};
    return {
      writes: [frame(`{"${key}":{"polluted":1},${JSON.stringify({ ...kind, x: 1 }).slice(1)}`)],
      wanted: 'error',
    };
  },
  'a field of the wrong type': (random) => {
    const packet = pick(random, goodPackets);
    const key = pick(random, Object.keys(packet));
    return { writes: [frame({ ...packet, [key]: pick(random, wrongValues) })], wanted: 'error' };
  },
  'a field that is missing': (random) => {
    const packet = { ...pick(random, goodPackets) };
    delete packet[pick(random, Object.keys(packet))];
    return { writes: [frame(packet)], wanted: 'error' };
  },
  'no UTF-8': (random) => {
    const [begin, end] = [Buffer.from('{"kind":"nick","req":1,"nick":"'), Buffer.from('"}')];
    const filler = Buffer.from('x'.repeat(below(random, 40)));
    return {
      writes: [frame(Buffer.concat([begin, filler, Buffer.from(pick(random, badUtf8)), filler, end]))],
      wanted: 'error',
    };
  },
  'a kind that is not known, and hello again': (random) => {
    const kind = random() < 0.5 ? 'hello' : `kind${below(random, 1e6)}`;
    return { writes: [frame({ kind })], wanted: 'error' };
  },
  'five that are malformed': (random) => {
    const some = Array.from({ length: limits.malformedMax }, () =>
      frame({ kind: 'post', x: below(random, 1e6) }),
    );
    return { writes: [Buffer.concat(some)], wanted: 'closed' };
  },
  noise: (random) => ({ writes: [bytes(random, 1 + below(random, 600))], wanted: 'either', end: 'end' }),
  'good frames with flipped bits': (random) => {
    const some = Buffer.concat([frame(pick(random, goodPackets)), frame(pick(random, goodPackets))]);
    for (let n = 1 + below(random, 6); n > 0; n -= 1) {
      const at = below(random, some.length);
      some[at] = (some[at] ?? 0) ^ (1 << below(random, 8));
    }
    return { writes: cutAnywhere(random, some), wanted: 'either', end: 'end' };
  },
};

/** The n-th seeded one: the classes take turns. */
export function seededStream(random: Random, n: number): Stream {
  const names = Object.keys(classes);
  const name = names[n % names.length] as string;
  const { end = 'open', ...made } = (classes[name] as (random: Random) => Made)(random);
  return { name: `${name} ${n}`, class: name, end, ...made };
}

// What they meet.

/**
 * What the bytes are to a reader: broken framing, or so many whole frames and perhaps the beginning of one more. By the
 * words of docs/protocol.md and not by our own reader, which is what is tried here.
 */
export function framing({ writes }: Stream, bytesMax: number) {
  const all = Buffer.concat(writes);
  let [frames, at] = [0, 0];
  while (all.length - at >= 4) {
    const length = all.readUInt32BE(at);
    const first = all[at + 4] ?? 0x7b;
    if (length === 0 || length > bytesMax || first !== 0x7b)
      return { frames, isBroken: true, isMidFrame: false };
    if (all.length - at - 4 < length) break;
    frames += 1;
    at += 4 + length;
  }
  return { frames, isBroken: false, isMidFrame: at < all.length };
}

export type Met = { readonly isCut: boolean; readonly codes: readonly string[]; readonly acks: number };

/** Sends the stream; a ping behind it tells when the server is through with it, where one can stand there. */
export async function meet(client: WireClient, stream: Stream): Promise<Met> {
  for (const [at, piece] of stream.writes.entries()) {
    if (at > 0) await nextTurn();
    client.connection.send(piece);
  }
  let isCut = false;
  if (stream.end === 'reset') client.connection.destroy();
  else if (stream.end === 'end' || endsMidFrame(stream)) client.connection.close();
  else {
    client.send({ kind: 'ping', n: 7_000_000 });
    const answered = client.match((packet) => packet.kind === 'pong' && packet.n === 7_000_000);
    isCut = await Promise.race([answered.then(notCut, wasCut), client.ended.then(wasCut), late()]);
  }
  client.connection.destroy();
  await client.ended;
  const of = <Kind extends ServerPacket['kind']>(kind: Kind) =>
    client.came.filter((packet): packet is Extract<ServerPacket, { kind: Kind }> => packet.kind === kind);
  return { isCut, codes: of('error').map(({ code }) => code), acks: of('ack').length };
}

/** Who is neither answered nor cut for so long is not cut: later the server's clock would do it, which is no answer. */
export const patienceMs = 8_000;
const late = () => delay(patienceMs, false, { ref: false });
const notCut = () => false;
const wasCut = () => true;
const endsMidFrame = (stream: Stream) => framing(stream, limits.frameBytesUp).isMidFrame;

/** What its sender must meet and did not. */
export function missed(stream: Stream, met: Met): Wanted | undefined {
  const endsItself = stream.end !== 'open' || endsMidFrame(stream);
  const isRefused = met.isCut || met.codes.length > 0;
  const holds: Readonly<Record<Wanted, boolean>> = {
    closed: endsItself || met.isCut,
    'closed-or-error': endsItself || isRefused,
    error: endsItself || isRefused,
    served: !isRefused,
    either: true,
  };
  return holds[stream.wanted] ? undefined : stream.wanted;
}

/** What a stranger must meet, who has not said hello: cut at the first whole frame, or one that is broken. */
export function isCutBeforeLogin(stream: Stream): boolean {
  const { frames, isBroken } = framing(stream, limits.frameBytesBeforeLogin);
  return frames > 0 || isBroken;
}
