// The corpus' byte streams over TLS against a real server, before and after login: who sends them meets what each
// stream says it must meet, and a witness is answered after every one of them. What waits between bytes do is held by
// an injected clock in test/net/reading.test.ts.
import { describe, expect, test } from 'vitest';
import { makeServerKey } from '../../src/net/identity.ts';
import { corpusStreams, isCutBeforeLogin, meet, missed, sample } from '../helpers/hostile-streams.ts';
import { testServer } from '../helpers/test-server.ts';
import { WireClient } from '../helpers/wire-client.ts';

const streams = corpusStreams(40);

describe('streams over TLS', () => {
  test('the corpus is there', () => {
    expect(streams.length).toBeGreaterThan(270);
  });

  test('after login each meets what it must, and the witness is answered after each', async () => {
    const key = await makeServerKey();
    const server = await testServer({ key, noLimits: true });
    const address = { port: server.port, pin: key.fingerprint };
    const witness = await WireClient.enter(address, 'witness1');
    const offender = await WireClient.enter(address, 'mallory');
    const wrong: string[][] = [];
    let answered = 0;
    for (const stream of streams) {
      const again = await WireClient.login(address, {}, offender.device);
      const miss = missed(stream, await meet(again, stream));
      if (miss !== undefined) wrong.push([stream.name, miss]);
      witness.send({ kind: 'ping', n: answered });
      const { n } = await witness.next('pong');
      expect(n).toBe(answered);
      answered += 1;
    }
    expect(wrong).toEqual([]);
    expect(answered).toBe(streams.length);
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
    const own = witness.events.filter((event) => event.type === 'message' && event.id === sample.id);
    expect(own).toHaveLength(1);
    for (const { nick } of witness.events) expect(['witness1', 'mallory']).toContain(nick);
  });

  test('before login whoever sends a whole frame or a broken one is cut, and gets one error at the most', async () => {
    const key = await makeServerKey();
    const server = await testServer({ key });
    const address = { port: server.port, pin: key.fingerprint };
    const witness = await WireClient.enter(address, 'witness1');
    for (const stream of streams) {
      if (!isCutBeforeLogin(stream)) continue;
      const stranger = await WireClient.dial(address);
      for (const bytes of stream.writes) stranger.connection.send(bytes);
      await stranger.ended;
      expect([stream.name, stranger.came.length <= 2]).toEqual([stream.name, true]);
      for (const { kind } of stranger.came) expect(['error', 'bye']).toContain(kind);
    }
    await expect(witness.post('still served')).resolves.toMatchObject({ kind: 'ack' });
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
