// What a connection does with what comes: any splitting, fairness, pausing, malformed bytes, silence.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { connectionPair, hear, nextTurn, ping, pings, readBytes } from './pair.ts';

const framed = (text: string): Buffer => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
};

test('a frame split after each byte arrives whole', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.setNoDelay(true);
  for (const byte of ping(7)) {
    peer.write(Buffer.of(byte));
    await nextTurn();
  }
  await heard.until(1);
  expect(heard.packets).toEqual([{ kind: 'ping', n: 7 }]);
});

test('frames that come together are given one by one, in order', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.write(pings(1_000));
  await heard.until(1_000);
  expect(heard.packets.map((packet) => 'n' in packet && packet.n)).toEqual([...Array(1_000).keys()]);
});

test('at most 64 packets are given in one turn', async () => {
  const { connection, peer } = await connectionPair();
  const perTurn: number[] = [];
  let given = 0;
  const count = (): void => {
    if (given === 0) {
      setImmediate(() => {
        perTurn.push(given);
        given = 0;
      });
    }
    given += 1;
  };
  const heard = hear(connection, count);
  peer.write(pings(1_000));
  await heard.until(1_000);
  await nextTurn();
  expect(Math.max(...perTurn)).toBe(limits.packetsPerTurn);
  expect(perTurn.reduce((sum, each) => sum + each, 0)).toBe(1_000);
});

test('a pause in take gives nothing more until resume', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection, () => connection.pause());
  peer.write(pings(3));
  await heard.until(1);
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  expect(heard.packets).toHaveLength(1);
  connection.resume();
  await heard.until(2);
  connection.resume();
  await heard.until(3);
});

test('a paused connection holds a bounded part of what the peer would send', async () => {
  const { connection, socket, peer } = await connectionPair();
  const heard = hear(connection, () => connection.pause());
  const flood = pings(400_000);
  peer.write(flood);
  await heard.until(1);
  let before = -1;
  while (before !== socket.bytesRead) {
    before = socket.bytesRead;
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  }
  expect(flood.length).toBeGreaterThan(8_000_000);
  expect(socket.bytesRead).toBeLessThan(512 * 1024);
  expect(heard.packets).toHaveLength(1);
});

test('nothing is lost between the connection and its first receive', async () => {
  const { connection, peer } = await connectionPair();
  peer.end(pings(2));
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  const heard = hear(connection);
  expect(await heard.ended).toEqual({ why: 'closed' });
  expect(heard.packets).toHaveLength(2);
});

test('what a peer said before it hung up is given before the end', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.end(pings(500));
  expect(await heard.ended).toEqual({ why: 'closed' });
  expect(heard.packets).toHaveLength(500);
});

test('a whole frame that is no packet is refused in its place and reading goes on', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.write(
    Buffer.concat([ping(1), framed('{"kind":"nope"}'), framed('{"kind":1}'), framed('{]'), ping(2)]),
  );
  await heard.until(5);
  expect(heard.codes).toEqual(['unknown-kind', 'malformed', 'malformed']);
  expect(heard.packets).toHaveLength(2);
});

test('without somebody who counts refusals the first one ends the connection', async () => {
  const { connection, peer } = await connectionPair();
  const packets: unknown[] = [];
  peer.write(Buffer.concat([ping(1), framed('{"kind":1}'), ping(2)]));
  const end = await new Promise<{ why: string }>((resolve) =>
    connection.receive((packet) => packets.push(packet), resolve),
  );
  expect(end.why).toBe('malformed');
  expect(packets).toHaveLength(1);
});

test.each([
  ['a frame one over the bound', Buffer.from([0, 0, 0x10, 0x01, 0x7b])],
  ['an empty frame', Buffer.from([0, 0, 0, 0])],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a frame that is no object', Buffer.from([0, 0, 0, 2, 0x5b, 0x5d])],
])('%s ends the connection with a last word', async (_, bytes) => {
  const { connection, peer } = await connectionPair({
    bytesMax: limits.frameBytesBeforeLogin,
    lastWord: (why) => Buffer.from(`bye ${why}`),
  });
  const heard = hear(connection);
  peer.write(bytes);
  const word = await readBytes(peer, 5);
  expect(word.toString()).toBe('bye malformed');
  expect(await heard.ended).toMatchObject({ why: 'malformed' });
});

test('the bound on frames rises when greeted', async () => {
  const { connection, peer } = await connectionPair({ bytesMax: 64 });
  const heard = hear(connection, () => connection.greeted(1_000));
  const long = framed(JSON.stringify({ kind: 'ping', n: 2, more: 'x'.repeat(500) }));
  peer.write(Buffer.concat([ping(1), long]));
  await heard.until(2);
  expect(heard.endings).toEqual([]);
});

test('a thrown error of the receiver is no malformed frame', async () => {
  const { connection, peer } = await connectionPair();
  const thrown = new Promise((resolve) => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const listener of listeners) process.on('uncaughtException', listener);
      resolve(error);
    });
  });
  const bug = new Error('a bug of the session');
  const heard = hear(connection, () => {
    throw bug;
  });
  peer.write(ping(1));
  expect(await thrown).toBe(bug);
  expect(heard.endings).toEqual([]);
});

test('a peer that says nothing for 75 s is cut as silent, and one that speaks is not', async () => {
  const { connection, peer, rounds } = await connectionPair();
  const heard = hear(connection);
  rounds.advance(limits.silenceMs - 1);
  peer.write(ping(1));
  await heard.until(1);
  rounds.advance(limits.silenceMs - 1);
  expect(connection.queuedBytes).toBe(0);
  await nextTurn();
  expect(heard.endings).toEqual([]);
  rounds.advance(1);
  expect(await heard.ended).toEqual({ why: 'silent' });
});

test('a frame whose body does not come in 30 s is cut, however the bytes drip', async () => {
  const { connection, socket, peer, rounds } = await connectionPair();
  const heard = hear(connection);
  const frame = ping(123_456);
  peer.write(frame.subarray(0, 6));
  await once(socket, 'data');
  rounds.advance(limits.frameBodyMs - 1);
  peer.write(frame.subarray(6, 7));
  await once(socket, 'data');
  await nextTurn();
  expect(heard.endings).toEqual([]);
  rounds.advance(1);
  expect(await heard.ended).toEqual({ why: 'silent' });
});

test('whoever is paused is not silent', async () => {
  const { connection, peer, rounds } = await connectionPair();
  const heard = hear(connection);
  connection.pause();
  rounds.advance(10 * limits.silenceMs);
  connection.resume();
  rounds.advance(limits.silenceMs - 1);
  peer.write(ping(1));
  await heard.until(1);
  expect(heard.endings).toEqual([]);
});

test('destroy in take gives no further packet and ends once', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection, () => connection.destroy());
  peer.write(pings(10));
  expect(await heard.ended).toEqual({ why: 'closed' });
  connection.destroy();
  connection.close();
  await nextTurn();
  expect(heard.packets).toHaveLength(1);
  expect(heard.endings).toHaveLength(1);
});

test('a reset by the peer is an end with its cause', async () => {
  const { connection, peer } = await connectionPair();
  const heard = hear(connection);
  peer.resetAndDestroy();
  expect(await heard.ended).toMatchObject({ why: 'failed', cause: { code: 'ECONNRESET' } });
});
