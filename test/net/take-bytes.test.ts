import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { EndedEarly, TooManyBytes, takeBytes } from '../../src/net/take-bytes.ts';
import { socketPair } from './pair.ts';

const nothing = Buffer.alloc(0);

/** Collects copies: a piece is only lent. */
function collector() {
  const pieces: Buffer[] = [];
  return {
    write: async (piece: Buffer) => void pieces.push(Buffer.from(piece)),
    all: () => Buffer.concat(pieces),
    pieces,
  };
}

const plan = { rest: nothing, pieceBytes: () => 1_000, moved: () => undefined };

describe('the bytes of a raw stream', () => {
  test.each([1, 7, 999, 1_000, 1_001, 30_000])('come whole and in order in chunks of %i', async (size) => {
    const bytes = randomBytes(30_000);
    const stream = new PassThrough();
    const { write, all, pieces } = collector();
    const taken = takeBytes(stream, { ...plan, rest: bytes.subarray(0, 500), bytes: bytes.length, write });
    for (let at = 500; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
    await taken;
    expect(all().equals(bytes)).toBe(true);
    for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThanOrEqual(1_000);
  });

  test('that are none are taken at once', async () => {
    const { write, pieces } = collector();
    await takeBytes(new PassThrough(), { ...plan, bytes: 0, write });
    expect(pieces).toEqual([]);
  });

  test('gather while a piece is written, and then the stream is not read', async () => {
    const stream = new PassThrough({ highWaterMark: 100_000 });
    const gate = Promise.withResolvers<void>();
    const lengths: number[] = [];
    const write = async (piece: Buffer) => {
      lengths.push(piece.length);
      await gate.promise;
    };
    const taken = takeBytes(stream, { ...plan, bytes: 5_000, write });
    for (let n = 0; n < 50; n += 1) stream.write(randomBytes(100));
    await new Promise(setImmediate);
    expect(lengths).toEqual([1_000]);
    expect(stream.readableLength + stream.writableLength).toBe(3_000);
    gate.resolve();
    await taken;
    expect(lengths.reduce((sum, length) => sum + length)).toBe(5_000);
  });

  test('come in pieces of the size that is asked for at the time', async () => {
    const stream = new PassThrough();
    const { write, pieces } = collector();
    const sizes = [1_000, 100, 3_000, 500];
    const size = () => sizes[pieces.length] ?? 1;
    const taken = takeBytes(stream, { ...plan, pieceBytes: size, bytes: 4_600, write });
    for (let at = 0; at < 4_600; at += 100) {
      stream.write(randomBytes(100));
      await new Promise(setImmediate);
    }
    await taken;
    expect(pieces.map(({ length }) => length)).toEqual(sizes);
  });

  test('are not touched while they are written, and take the memory of two pieces', async () => {
    const stream = new PassThrough({ highWaterMark: 100_000 });
    const bytes = randomBytes(50_000);
    const memory = new Set<ArrayBufferLike>();
    const came: Buffer[] = [];
    const write = async (piece: Buffer) => {
      memory.add(piece.buffer);
      await new Promise(setImmediate);
      came.push(Buffer.from(piece));
    };
    const taken = takeBytes(stream, { ...plan, bytes: bytes.length, write });
    for (let at = 0; at < bytes.length; at += 100) stream.write(bytes.subarray(at, at + 100));
    await taken;
    expect(Buffer.concat(came).equals(bytes)).toBe(true);
    expect(memory.size).toBe(2);
  });

  test('of a socket leave no memory behind for the collector', async () => {
    const { socket, peer } = await socketPair();
    const bytes = randomBytes(300_000);
    const chunks: Buffer[] = [];
    const { write, all } = collector();
    const taken = takeBytes(socket, { ...plan, bytes: bytes.length, write });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    peer.end(bytes);
    await taken;
    expect(all().equals(bytes)).toBe(true);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(0);
  });

  test('that end early are written as far as they came, and told', async () => {
    const stream = new PassThrough();
    const { write, all } = collector();
    const taken = takeBytes(stream, { ...plan, bytes: 5_000, write });
    const bytes = randomBytes(1_234);
    stream.end(bytes);
    await expect(taken).rejects.toBeInstanceOf(EndedEarly);
    expect(all().equals(bytes)).toBe(true);
  });

  test('of a stream that is over already are refused', async () => {
    const stream = new PassThrough().destroy();
    const { write } = collector();
    await expect(takeBytes(stream, { ...plan, bytes: 1, write })).rejects.toBeInstanceOf(EndedEarly);
  });

  test('that are more than announced are refused', async () => {
    const { write } = collector();
    const taken = takeBytes(new PassThrough(), { ...plan, rest: randomBytes(11), bytes: 10, write });
    await expect(taken).rejects.toBeInstanceOf(TooManyBytes);
  });

  test('end with the error of a write that fails', async () => {
    const stream = new PassThrough();
    const write = () => Promise.reject(new Error('the disk is full'));
    const taken = takeBytes(stream, { ...plan, bytes: 5_000, write });
    stream.write(randomBytes(2_000));
    await expect(taken).rejects.toThrow('the disk is full');
    expect(stream.isPaused()).toBe(true);
  });
});
