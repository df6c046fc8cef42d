// What a connection does with what goes: one write a turn, bounded queues, last words, closing, giving the stream away.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import { QueueBudget } from '../../src/net/send-queue.ts';
import { limits } from '../../src/protocol/limits.ts';
import { connectionPair, hear, nextTurn, ping, pings, readBytes } from './pair.ts';

function writesOf(socket: Socket): Buffer[] {
  const writes: Buffer[] = [];
  const write = socket.write.bind(socket);
  socket.write = ((chunk: Buffer, done: () => void) => {
    writes.push(chunk);
    return write(chunk, done);
  }) as typeof socket.write;
  return writes;
}

test('all frames of a turn go out in one write, those of promises included', async () => {
  const { connection, socket, peer } = await connectionPair();
  const writes = writesOf(socket);
  connection.send(ping(1));
  connection.send(ping(2));
  void Promise.resolve().then(() => connection.send(ping(3)));
  process.nextTick(() => connection.send(ping(4)));
  const all = Buffer.concat([1, 2, 3, 4].map(ping));
  expect(await readBytes(peer, all.length)).toEqual(all);
  expect(writes).toHaveLength(1);
});

test('a single buffer is written as it is, without a copy', async () => {
  const { connection, socket, peer } = await connectionPair();
  const writes = writesOf(socket);
  const shared = pings(10);
  connection.send(shared);
  await readBytes(peer, shared.length);
  expect(writes).toHaveLength(1);
  expect(writes[0]?.buffer).toBe(shared.buffer);
  expect(writes[0]?.byteOffset).toBe(shared.byteOffset);
});

test('a long batch arrives in order though it takes several writes', async () => {
  const { connection, peer } = await connectionPair();
  const batch = pings(20_000);
  connection.send(ping(1));
  connection.send(batch);
  connection.send(ping(2));
  const all = Buffer.concat([ping(1), batch, ping(2)]);
  expect((await readBytes(peer, all.length)).equals(all)).toBe(true);
  expect(connection.queuedBytes).toBe(0);
});

/** A peer that does not read, and a queue that stands because the kernel is full. */
async function stuffed(): Promise<Awaited<ReturnType<typeof connectionPair>>> {
  const pair = await connectionPair({ lastWord: (why) => Buffer.from(`bye ${why}`) });
  pair.peer.pause();
  const frames = pings(2_000);
  while (pair.connection.queuedBytes < 5 * frames.length) {
    pair.connection.send(frames);
    await nextTurn();
  }
  return pair;
}

test('of a connection whose peer is gone nothing is queued any more, so that nobody waits for it to be taken', async () => {
  const { connection, socket, peer } = await stuffed();
  const gone = new Promise((resolve) => socket.once('close', resolve));
  peer.resetAndDestroy();
  await gone;
  expect(connection.queuedBytes).toBe(0);
});

test('a reader that takes nothing for 10 s is cut as slow, and reads the last word behind whole frames', async () => {
  const { connection, peer, rounds } = await stuffed();
  const heard = hear(connection);
  expect(connection.queuedBytes).toBeGreaterThan(0);
  rounds.advance(limits.sendQueueStallMs - 1);
  await nextTurn();
  expect(heard.endings).toEqual([]);
  rounds.advance(1);
  expect(await heard.ended).toEqual({ why: 'slow' });
  expect(connection.queuedBytes).toBeLessThan(256 * 1024);
  const chunks: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await once(peer, 'end');
  const all = Buffer.concat(chunks);
  expect(all.subarray(-8).toString()).toBe('bye slow');
  let at = 0;
  while (at < all.length - 8) at += 4 + all.readUInt32BE(at);
  expect(at).toBe(all.length - 8);
});

/** Queues pages until `isEnough`, one a turn, and gives the most that was queued. */
async function fill({ connection }: { readonly connection: Connection<unknown> }, isEnough: () => boolean) {
  const page = Buffer.alloc(64 * 1024, 0x20);
  let most = 0;
  while (!isEnough()) {
    connection.send(page);
    most = Math.max(most, connection.queuedBytes);
    await nextTurn();
  }
  return most;
}

test('a queue that is over its bound for two seconds is cut as slow', async () => {
  const pair = await connectionPair();
  const heard = hear(pair.connection);
  pair.peer.pause();
  await fill(pair, () => pair.connection.queuedBytes > limits.sendQueueBytes);
  pair.rounds.advance(limits.sendQueueFullMs - 1);
  await nextTurn();
  expect(heard.endings).toEqual([]);
  pair.rounds.advance(1);
  expect(await heard.ended).toEqual({ why: 'slow' });
});

test('a queue over the bound of a burst is cut at once, and what is left of it is destroyed in time', async () => {
  const pair = await connectionPair();
  const heard = hear(pair.connection);
  pair.peer.pause();
  const most = await fill(pair, () => heard.endings.length > 0);
  expect(heard.endings).toEqual([{ why: 'slow' }]);
  expect(most).toBeLessThanOrEqual(limits.sendQueueBurstBytes);
  pair.rounds.advance(limits.sendQueueStallMs);
  expect(pair.socket.destroyed).toBe(true);
});

test('three times the bound in one turn reach a peer that reads, and it is not called slow', async () => {
  const { connection, peer, rounds } = await connectionPair();
  const heard = hear(connection);
  const page = pings(3_000);
  const pages = Math.ceil((3 * limits.sendQueueBytes) / page.length);
  for (let sent = 0; sent < pages; sent += 1) connection.send(page);
  expect(connection.queuedBytes).toBeGreaterThan(2 * limits.sendQueueBytes);
  rounds.advance(1_000);
  expect((await readBytes(peer, pages * page.length)).length).toBe(pages * page.length);
  await nextTurn();
  rounds.advance(limits.sendQueueFullMs);
  connection.send(page);
  expect(heard.endings).toEqual([]);
});

test('over the budget of all queues the largest one goes and the others stay', async () => {
  const queues = new QueueBudget(1_000);
  const [small, large] = await Promise.all([connectionPair({ queues }), connectionPair({ queues })]);
  const heard = [hear(small.connection), hear(large.connection)];
  large.connection.send(pings(30));
  small.connection.send(pings(20));
  expect(queues.bytes).toBeLessThanOrEqual(1_000);
  expect(await heard[1]?.ended).toEqual({ why: 'slow' });
  await readBytes(small.peer, pings(20).length);
  await nextTurn();
  expect(heard[0]?.endings).toEqual([]);
  expect(queues.bytes).toBe(0);
});

test('the budget is at 0 again whatever way connections end', async () => {
  const queues = new QueueBudget(1_000_000);
  const ways = [
    (pair: Awaited<ReturnType<typeof connectionPair>>) => pair.connection.destroy(),
    (pair: Awaited<ReturnType<typeof connectionPair>>) => pair.connection.close(ping(1)),
    (pair: Awaited<ReturnType<typeof connectionPair>>) => pair.connection.detach().stream.destroy(),
    (pair: Awaited<ReturnType<typeof connectionPair>>) => pair.peer.resetAndDestroy(),
  ];
  for (const way of ways) {
    const pair = await connectionPair({ queues });
    pair.peer.resume();
    hear(pair.connection);
    pair.connection.send(pings(50));
    const over = new Promise((resolve) => pair.socket.on('close', resolve));
    way(pair);
    await over;
    expect(queues.bytes).toBe(0);
  }
});

test('close sends what is queued and the last frame, then ends', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  const ended = once(peer, 'end');
  connection.send(ping(1));
  connection.close(ping(2));
  connection.send(ping(3));
  const all = Buffer.concat([ping(1), ping(2)]);
  expect(await readBytes(peer, all.length)).toEqual(all);
  await ended;
  expect(await heard.ended).toEqual({ why: 'closed' });
});

test('a peer that goes on talking still reads our last frame', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.write(pings(20_000));
  await heard.until(1);
  connection.close(ping(2));
  expect(await readBytes(peer, ping(2).length)).toEqual(ping(2));
  expect(await heard.ended).toEqual({ why: 'closed' });
});

test('detach inside take gives the stream and exactly the bytes behind that frame', async () => {
  const { connection, peer } = await connectionPair();
  const given = new Promise<ReturnType<typeof connection.detach>>((resolve) => {
    hear(connection, () => resolve(connection.detach()));
  });
  connection.send(ping(9));
  peer.write(Buffer.concat([ping(1), Buffer.from('raw bytes, no frame')]));
  const { stream, rest } = await given;
  expect(rest.toString()).toBe('raw bytes, no frame');
  expect(await readBytes(peer, ping(9).length)).toEqual(ping(9));
  peer.write(' and more');
  const [more] = (await once(stream.resume(), 'data')) as [Buffer];
  expect(more.toString()).toBe(' and more');
  stream.write('raw back');
  expect((await readBytes(peer, 8)).toString()).toBe('raw back');
});

test('detach later keeps the bytes too, when take had paused', async () => {
  const { connection, peer, rounds } = await connectionPair();
  const heard = hear(connection, () => connection.pause());
  peer.write(Buffer.concat([ping(1), Buffer.alloc(1_000, 7)]));
  await heard.until(1);
  await nextTurn();
  const { rest } = connection.detach();
  expect(rest).toEqual(Buffer.alloc(1_000, 7));
  rounds.advance(10 * limits.silenceMs);
  peer.destroy();
  await nextTurn();
  expect(heard.endings).toEqual([]);
});
