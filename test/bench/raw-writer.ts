// The reference for the flood, in a pseudo-terminal: a client without a screen that receives the same messages over the
// same connection (TLS, our own client, each event decoded, checked and kept) and writes the frames that the chat wrote,
// byte for byte, at the times the chat wrote them, and does nothing else. argv is a RawWriterPlan.
import { readFileSync } from 'node:fs';
import { createClient } from '../../src/client/session.ts';
import { makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent } from '../../src/protocol/packet.ts';

export type RawWriterPlan = {
  readonly port: number;
  readonly pin: string;
  readonly nick: string;
  /** A file of `RecordedFrame[]`. */
  readonly frames: string;
  /** The text that every message of the flood begins with. */
  readonly word: string;
  readonly posts: number;
};
/** `afterMs`: since the first message of the flood. `text`: the frame's bytes, latin1. */
export type RecordedFrame = { readonly afterMs: number; readonly text: string };

const plan = JSON.parse(process.argv[2] ?? '') as RawWriterPlan;
const frames = (JSON.parse(readFileSync(plan.frames, 'utf8')) as RecordedFrame[]).map(
  ({ afterMs, text }) => ({
    afterMs,
    bytes: Buffer.from(text, 'latin1'),
  }),
);
const kept: AnyEvent[] = [];
let came = 0;
let next = 0;
let begun: number | undefined;

function drawNext(): void {
  const frame = frames[next];
  if (frame === undefined) {
    sayWhole();
    return;
  }
  const due = (begun ?? 0) + frame.afterMs - performance.now();
  setTimeout(() => {
    process.stdout.write(frame.bytes);
    next += 1;
    drawNext();
  }, due);
}

function sayWhole(): void {
  if (next >= frames.length && came === plan.posts) process.stdout.write(`\x1b[Hwhole ${came}`);
}

function take(events: readonly AnyEvent[]): void {
  kept.push(...events);
  for (const event of events) if (event.type === 'message' && event.text.startsWith(plan.word)) came += 1;
  if (came === 0) return;
  if (begun === undefined) {
    begun = performance.now();
    drawNext();
  }
  if (came === plan.posts) sayWhole();
}

process.stdin.setRawMode(true).resume();
const client = createClient({
  resolve: async () => ({ host: '127.0.0.1', port: plan.port, pin: plan.pin }),
  role: 'chat',
  device: makeDeviceKey(),
  agent: 'bench',
  nick: plan.nick,
});
client.listen((event) => {
  if (event.type === 'events') take(event.events);
});
await client.ready();
await client.join('general' as RoomName);
process.stdout.write('online');
