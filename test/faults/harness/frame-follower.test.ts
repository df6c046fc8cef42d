// The follower names frames and spots whatever the chunks are.
import { expect, test } from 'vitest';
import { encode } from '../../../src/protocol/codec.ts';
import { FrameFollower } from './frame-follower.ts';

const ping = encode({ kind: 'ping', n: 1 });
const bye = encode({ kind: 'bye', reason: 'restart' });
const both = Buffer.concat([ping, bye]);

test('frames are found in one chunk and in chunks of one byte', () => {
  const whole = new FrameFollower();
  expect(whole.look(both)).toEqual([
    { kind: 'ping', start: 0, end: ping.length },
    { kind: 'bye', start: ping.length, end: both.length },
  ]);
  const single = new FrameFollower();
  const ends: number[] = [];
  for (let at = 0; at < both.length; at += 1) {
    const byte = both.subarray(at, at + 1);
    if (single.look(byte).length > 0) ends.push(at + 1);
    single.take(byte);
  }
  expect(ends).toEqual([ping.length, both.length]);
});

test.each([
  [0, 'between frames'],
  [3, "in a frame's length"],
  [20, 'in ping'],
  [ping.length, 'between frames'],
  [ping.length + 20, 'in bye'],
])('behind %i bytes a cut falls %s', (bytes, spot) => {
  const follower = new FrameFollower();
  follower.take(both.subarray(0, bytes));
  expect(follower.spot).toBe(spot);
});
