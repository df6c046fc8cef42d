// How large a write may be, and how long it may take: a faked socket, since a real one takes what it wants.
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Outlet } from '../../src/net/outlet.ts';
import { Rounds } from '../../src/net/rounds.ts';
import { pieceBytesMax, quickPieceBytesMax } from '../../src/net/send-queue.ts';
import { limits } from '../../src/protocol/limits.ts';

function slowSocket() {
  const writes: { readonly bytes: number; readonly done: () => void }[] = [];
  const write = (piece: Buffer, done: () => void) => {
    writes.push({ bytes: piece.length, done });
    return true;
  };
  return { writes, stream: { write } as unknown as Socket };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a peer that took a piece at once gets larger ones, and as much longer for each', async () => {
  const { writes, stream } = slowSocket();
  const rounds = new Rounds();
  const outlet = new Outlet({ stream, limits, rounds, changed: () => undefined });
  outlet.send(Buffer.alloc(2 * quickPieceBytesMax));
  await turn();
  expect(writes.map(({ bytes }) => bytes)).toEqual([pieceBytesMax]);
  writes[0]?.done();
  expect(writes.at(-1)?.bytes).toBe(quickPieceBytesMax);
  const timesLonger = quickPieceBytesMax / pieceBytesMax;
  rounds.advance(limits.sendQueueStallMs * timesLonger - 1);
  expect(outlet.isSlow(rounds.now)).toBe(false);
  rounds.advance(1);
  expect(outlet.isSlow(rounds.now)).toBe(true);
});

test('a peer that needed a round of the clock for its piece gets small ones again', async () => {
  const { writes, stream } = slowSocket();
  const rounds = new Rounds();
  const outlet = new Outlet({ stream, limits, rounds, changed: () => undefined });
  outlet.send(Buffer.alloc(2 * quickPieceBytesMax));
  await turn();
  rounds.advance(1_000);
  writes[0]?.done();
  expect(writes.at(-1)?.bytes).toBe(pieceBytesMax);
});

test('a fan-out that all share is not copied together with what stands around it', async () => {
  const { writes, stream } = slowSocket();
  const outlet = new Outlet({ stream, limits, rounds: new Rounds(), changed: () => undefined });
  for (const bytes of [100, 50, 40_000, 60]) outlet.send(Buffer.alloc(bytes));
  await turn();
  for (let at = 0; at < writes.length; at += 1) writes[at]?.done();
  expect(writes.map(({ bytes }) => bytes)).toEqual([150, 40_000, 60]);
});
