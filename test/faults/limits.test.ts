// Bounds of a running server that no other test goes one over, small so that a test can reach them.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId, Sha256 } from '../../src/protocol/packet.ts';
import { openMemoryStore } from '../../src/store/open.ts';
import { enter, general } from '../helpers/chat-client.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';
import { WireClient } from '../helpers/wire-client.ts';

const MiB = 1024 * 1024;

describe('one over', () => {
  test('downloadsAtOnce: refused until one is done', async () => {
    const server = await testServer({ limits: { downloadsAtOnce: 1 } });
    const bytes = randomBytes(16 * MiB);
    const path = join(await testFolder(), 'large.bin');
    writeFileSync(path, bytes);
    const { client } = await enter({ port: server.port, nick: 'ada' });
    await client.upload(general, path);
    const bob = await server.enter('bob');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const fetch = () => bob.askFor('ticket', { kind: 'fetch', sha256, offset: 0 });
    const { ticket } = await fetch();
    const line = await WireClient.dial(server, bob.device);
    const going = line.detachAtGo();
    line.hello({ role: 'transfer', ticket });
    const { stream } = await going;
    await expect(fetch()).rejects.toMatchObject({ code: 'too-many' });
    stream.destroy();
  });

  test('sendQueuesBytes: whose queue is the largest goes, with a word', async () => {
    const server = await testServer({ noLimits: true, limits: { sendQueuesBytes: 64 * 1024 } });
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    for (let n = 0; n < 6; n += 1) await ada.post('x'.repeat(limits.textBytes));
    const asked = bob.ask({ kind: 'history', room: general, limit: 6 });
    await expect(asked).rejects.toThrow();
    expect(await bob.ended).toMatchObject({ why: 'closed' });
    await expect(ada.post('still here')).resolves.toMatchObject({ kind: 'ack' });
  });

  test('transferChunkBytes: a stored file is read in no larger pieces', async () => {
    const store = await openMemoryStore({ folder: await testFolder() });
    const bytes = randomBytes(2 * limits.transferChunkBytes + 1);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    const writer = await store.blobs.receive(1 as MemberId, sha256, bytes.length);
    await writer.write(bytes);
    await writer.finish();
    const reader = await store.blobs.open(sha256);
    const sizes: number[] = [];
    for await (const chunk of reader?.chunks(0) ?? []) sizes.push(chunk.length);
    await reader?.close();
    await store.close();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.transferChunkBytes);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
  });

  test('rooms: nobody makes another, and those that are there can be entered', async () => {
    const server = await testServer({ limits: { rooms: 2 } });
    const ada = await server.enter('ada');
    const join = (room: string) => ada.ask({ kind: 'join', room: room as RoomName });
    await join('second');
    await expect(join('third')).rejects.toMatchObject({ code: 'too-many' });
    const bob = await server.enter('bob');
    await expect(bob.ask({ kind: 'join', room: 'second' as RoomName })).resolves.toMatchObject({
      kind: 'joined',
    });
  });

  test('frameBytesUp: cut behind the login, and the offender alone', async () => {
    const server = await testServer();
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const frame = Buffer.alloc(5, 0x7b);
    frame.writeUInt32BE(limits.frameBytesUp + 1);
    ada.connection.send(frame);
    await expect(ada.next('bye')).resolves.toMatchObject({ reason: 'malformed' });
    await expect(bob.post('hi')).resolves.toMatchObject({ kind: 'ack' });
  });
});

describe('with a clock of ours', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('appendsWaiting: posts are read later, none is refused or lost', async () => {
    const store = await openMemoryStore({ folder: await testFolder() });
    let waiting = 0;
    Object.defineProperty(store.log, 'waiting', { get: () => waiting });
    const server = await testServer({ store, limits: { appendsWaiting: 3 } });
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    waiting = 3;
    const posted = ada.post('held');
    ada.send({ kind: 'ping', n: 1 });
    await bob.ask({ kind: 'who' });
    expect(ada.came.filter(({ kind }) => kind === 'pong' || kind === 'ack')).toEqual([]);
    waiting = 2;
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(posted).resolves.toMatchObject({ kind: 'ack' });
  });

  test('pingEveryMs: the server pings each session once in it', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const pings: number[] = [];
    const take = ada.connection.receive.bind(ada.connection);
    take(
      (packet) => packet.kind === 'ping' && pings.push(packet.n),
      () => undefined,
    );
    const pinged = async () => {
      ada.send({ kind: 'ping', n: 1 });
      await new Promise((resolve) => setImmediate(resolve));
    };
    await vi.advanceTimersByTimeAsync(limits.pingEveryMs - 1);
    await pinged();
    expect(pings).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    while (pings.length === 0) await pinged();
    expect(pings).toHaveLength(1);
  });
});
