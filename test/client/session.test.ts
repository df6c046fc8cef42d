import { describe, expect, test } from 'vitest';
import type { OutboxEntry } from '../../src/client/client.ts';
import { KeyChanged, Unreachable } from '../../src/net/errors.ts';
import { makeDeviceKey, makeServerKey } from '../../src/net/identity.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { startServer } from '../../src/server/server.ts';
import { openMemoryStore, openSqliteStore } from '../../src/store/open.ts';
import { enter, general, plain, testClient } from '../helpers/chat-client.ts';
import { startProxy } from '../helpers/proxy.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';

const numbers = (most: number) => Array.from({ length: most }, (_, n) => `m${n}`);

describe('a client on a server', () => {
  test('two talk: each reads the other once, and its own words once', async () => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const bob = await enter({ port: server.port, nick: 'bob' });
    await ada.client.post(general, 'hi');
    await bob.until(() => bob.texts().includes('hi'));
    await bob.client.post(general, 'ho', { style: 'action' });
    await ada.until(() => ada.texts().includes('ho'));
    expect(ada.texts()).toEqual(['hi', 'ho']);
    expect(bob.texts()).toEqual(['hi', 'ho']);
    expect(ada.client.outbox).toEqual([]);
  });

  test('an acknowledged post is told as the event that it has become', async () => {
    const server = await testServer();
    const { client, told } = await enter({ port: server.port, nick: 'ada' });
    const { seq, id } = await client.post(general, 'hi');
    const acked = told.filter((event) => event.type === 'acked');
    expect(acked).toMatchObject([{ seq, event: { seq, id, nick: 'ada', text: 'hi', room: 'general' } }]);
  });

  test('who pages through everybody, and history through the past', async () => {
    const server = await testServer();
    const { client } = await enter({ port: server.port, nick: 'ada' });
    const bob = await enter({ port: server.port, nick: 'bob' });
    await bob.client.post(general, 'hi');
    const roster = await client.who();
    expect(roster.people.map(({ nick }) => nick).sort()).toEqual(['ada', 'bob']);
    const past = await client.history(general, { limit: 1 });
    expect(past).toMatchObject({ events: [{ text: 'hi' }], more: true });
  });

  test('the wait for the answer to a ping is told after the login', async () => {
    const server = await testServer();
    const { until, told } = await enter({ port: server.port, nick: 'ada' });
    await until(() => told.some(({ type }) => type === 'latency'));
    expect(told.find(({ type }) => type === 'latency')).toMatchObject({ ms: expect.any(Number) });
  });

  test('a taken nick ends the client with the refusal', async () => {
    const server = await testServer();
    await enter({ port: server.port, nick: 'ada' });
    const second = testClient({ port: server.port, nick: 'ada' });
    await expect(second.client.ready()).rejects.toMatchObject({ name: 'Refusal', code: 'nick-taken' });
    expect(second.client.status).toMatchObject({ is: 'ended', error: { code: 'nick-taken' } });
    await expect(second.client.post(general, 'hi')).rejects.toBeInstanceOf(Refusal);
  });

  test('a script on a server that is not there rejects at once', async () => {
    const server = await testServer();
    await server.stop('restart');
    const { client } = testClient({ port: server.port, nick: 'ada', role: 'script' });
    await expect(client.ready()).rejects.toBeInstanceOf(Unreachable);
  });

  test('closed while it is looked for where the server is, it waits for nothing', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const { client } = testClient({
      nick: 'ada',
      resolve: (closed) => {
        asked.resolve(closed);
        return new Promise((_, reject) => closed.addEventListener('abort', () => reject(closed.reason)));
      },
    });
    await asked.promise;
    await client.close('quit');
    expect(client.status).toEqual({ is: 'ended' });
  });

  test('another key than the pinned one ends the client, and the server hears nothing', async () => {
    const server = await testServer({ key: await makeServerKey() });
    const pin = (await makeServerKey()).fingerprint;
    const { client } = testClient({
      nick: 'ada',
      resolve: async () => ({ host: '127.0.0.1', port: server.port, pin }),
    });
    await expect(client.ready()).rejects.toBeInstanceOf(KeyChanged);
  });

  test('on first use the key is told before the device is chosen, and the token stays here', async () => {
    const key = await makeServerKey();
    const server = await testServer({ key, token: 'secret' });
    const seen: string[] = [];
    const address = { host: '127.0.0.1', port: server.port, token: 'secret' };
    const first = testClient({
      nick: 'ada',
      resolve: async () => address,
      onFingerprint: (fingerprint) => void seen.push(`told ${fingerprint}`),
      device: async (fingerprint) => {
        seen.push(`device ${fingerprint}`);
        return makeDeviceKey();
      },
    });
    await expect(first.client.ready()).rejects.toMatchObject({ code: 'token-needed' });
    expect(seen).toEqual([`told ${key.fingerprint}`, `device ${key.fingerprint}`]);
    const second = testClient({ nick: 'ada', resolve: async () => ({ ...address, pin: key.fingerprint }) });
    await expect(second.client.ready()).resolves.toMatchObject({ nick: 'ada' });
  });

  test('an empty post and one over the bound are refused here, and nothing is sent', async () => {
    const server = await testServer();
    const { client } = await enter({ port: server.port, nick: 'ada' });
    await expect(client.post(general, '')).rejects.toMatchObject({ code: 'text-empty' });
    await expect(client.post(general, 'x'.repeat(limits.textBytes + 1))).rejects.toMatchObject({
      code: 'text-too-large',
    });
    await expect(client.post(general, '\u0001'.repeat(limits.textBytes / 4))).rejects.toMatchObject({
      code: 'text-too-large',
    });
    expect(client.outbox).toEqual([]);
  });

  test('a closed client has left, and what is asked afterwards rejects', async () => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const bob = await enter({ port: server.port, nick: 'bob' });
    const seen = () => ada.told.flatMap((event) => (event.type === 'presence' ? event.presence.changes : []));
    await ada.until(() => seen().some(({ nick, state }) => nick === 'bob' && state === 'online'));
    await bob.client.close('quit');
    await ada.until(() => seen().some(({ state }) => state === 'offline'));
    expect(seen().at(-1)).toMatchObject({ nick: 'bob', state: 'offline', why: 'quit' });
    expect(bob.client.status).toEqual({ is: 'ended' });
    await expect(bob.client.who()).rejects.toThrow();
    await expect(bob.client.post(general, 'hi')).rejects.toThrow();
  });

  test('a script follows a room behind a seq, and is in no roster', async () => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const { seq } = await ada.client.post(general, 'one');
    await ada.client.post(general, 'two');
    const script = testClient({ port: server.port, nick: 'eve', role: 'script' });
    await script.client.ready();
    script.client.follow([general], seq);
    await script.until(() => script.texts().includes('two'));
    await ada.client.post(general, 'three');
    await script.until(() => script.texts().includes('three'));
    expect(script.texts()).toEqual(['two', 'three']);
    expect((await ada.client.who()).people.map(({ nick }) => nick)).toEqual(['ada']);
  });
});

describe('over cuts and restarts', () => {
  test('what was missed arrives once and in order', async () => {
    const server = await testServer();
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: server.port, nick: 'ada' });
    const bob = await enter({ port: proxy.port, nick: 'bob' });
    await ada.client.post(general, 'one');
    await bob.until(() => bob.texts().includes('one'));
    proxy.cutAll();
    await bob.until(() => bob.client.status.is !== 'online');
    await ada.client.post(general, 'two');
    await ada.client.post(general, 'three');
    await bob.until(() => bob.texts().includes('three'));
    expect(bob.texts()).toEqual(['one', 'two', 'three']);
  });

  test('posts typed while the server is away are sent once and in order when it is back', async () => {
    const folder = await testFolder();
    const first = await testServer({ store: await openSqliteStore({ folder }) });
    const ada = await enter({ port: first.port, nick: 'ada' });
    await ada.client.post(general, 'before');
    const stopping = first.stop('restart');
    await ada.until(() => ada.client.status.is === 'waiting');
    await stopping;
    const posts = numbers(10).map((text) => ada.client.post(general, text));
    expect(ada.client.outbox.map(({ state }) => state)).toEqual(numbers(10).map(() => 'queued'));
    const listen = [{ host: '127.0.0.1', port: first.port }];
    const second = await testServer({ store: await openSqliteStore({ folder }), listen });
    const places = await Promise.all(posts);
    expect(places.map(({ seq }) => seq)).toEqual(places.map(({ seq }) => seq).toSorted((a, b) => a - b));
    const bob = await enter({ port: second.port, nick: 'bob' });
    const past = await bob.client.history(general, { limit: 50 });
    const texts = past.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
    expect(texts).toEqual(['before', ...numbers(10)]);
    expect(ada.texts()).toEqual(['before', ...numbers(10)]);
    expect(ada.told.filter(({ type }) => type === 'welcome')).toMatchObject([
      { isNewLog: false },
      { isNewLog: false },
    ]);
  });

  test('a post whose ack was cut off is settled by what comes back, and told once', async () => {
    const server = await testServer();
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: proxy.port, nick: 'ada', random: () => 0.001 });
    const bob = await enter({ port: server.port, nick: 'bob' });
    for (let round = 0; round < 20; round++) {
      const posted = ada.client.post(general, `m${round}`);
      // Seen by bob, so it is in the log; ada's ack may or may not have come through.
      await bob.until(() => bob.texts().length === round + 1);
      proxy.cutAll();
      await posted;
      await ada.until(() => ada.client.status.is === 'online');
    }
    await ada.until(() => ada.texts().length >= 20);
    expect(ada.texts()).toEqual(numbers(20));
    expect(bob.texts()).toEqual(numbers(20));
    expect(ada.client.outbox).toEqual([]);
  });

  test('an outbox of 2,000 arrives whole and in order, and one more is refused with a sentence', async () => {
    const server = await testServer({ noLimits: true });
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: proxy.port, nick: 'ada' });
    const bob = await enter({ port: server.port, nick: 'bob' });
    proxy.aimAt(1);
    proxy.cutAll();
    await ada.until(() => ada.client.status.is === 'waiting');
    const posts = numbers(2_000).map((text) => ada.client.post(general, text));
    await expect(ada.client.post(general, 'one too many')).rejects.toThrow('2,000 messages wait');
    proxy.aimAt(server.port);
    await Promise.all(posts);
    await bob.until(() => bob.texts().length >= 2_000);
    expect(bob.texts()).toEqual(numbers(2_000));
    expect(ada.texts()).toEqual(numbers(2_000));
  });

  test('on another log the cursor is dropped, the outbox is kept, and it is told', async () => {
    const first = await testServer();
    const proxy = await startProxy(first.port);
    const ada = await enter({ port: proxy.port, nick: 'ada' });
    for (const text of ['a', 'b', 'c']) await ada.client.post(general, text);
    const second = await testServer({ store: await openMemoryStore({ folder: await testFolder() }) });
    const bob = await enter({ port: second.port, nick: 'bob' });
    await bob.client.post(general, 'new world');
    proxy.aimAt(second.port);
    proxy.cutAll();
    await ada.until(() => ada.client.status.is === 'waiting');
    const typed = ada.client.post(general, 'typed between');
    await ada.until(() => ada.told.some((event) => event.type === 'welcome' && event.isNewLog));
    await typed;
    await bob.until(() => bob.texts().includes('typed between'));
    expect(bob.texts()).toEqual(['new world', 'typed between']);
  });

  test('after a long absence the newest come with a gap', async () => {
    const server = await testServer({
      noLimits: true,
      limits: { resumeEventsPerRoom: 20, freshEventsPerRoom: 5 },
    });
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: server.port, nick: 'ada' });
    const bob = await enter({ port: proxy.port, nick: 'bob' });
    await bob.until(() => bob.events.some(({ type }) => type === 'join'));
    proxy.aimAt(1);
    proxy.cutAll();
    await bob.until(() => bob.client.status.is === 'waiting');
    for (const text of numbers(30)) await ada.client.post(general, text);
    proxy.aimAt(server.port);
    const gaps = () => bob.told.flatMap((event) => (event.type === 'events' ? event.gaps : []));
    await bob.until(() => gaps().length > 0);
    expect(bob.texts()).toEqual(numbers(30).slice(-5));
    const { after, before } = gaps()[0] ?? { after: 0 as Seq, before: 0 as Seq };
    const past = await bob.client.history(general, { after, before, limit: 100 });
    expect(past.events.flatMap((event) => (event.type === 'message' ? [event.text] : []))).toEqual(
      numbers(30).slice(0, -5),
    );
  });

  test('history that was asked over a cut is answered on the next connection', async () => {
    const server = await testServer();
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: proxy.port, nick: 'ada' });
    await ada.client.post(general, 'hi');
    const past = ada.client.history(general, { limit: 1 });
    proxy.cutAll();
    expect(await past).toMatchObject({ events: [{ text: 'hi' }] });
  });

  test('a refused post stays as failed, blocks nothing, and can be tried again or dropped', async () => {
    const server = await testServer();
    const { client, until } = await enter({ port: server.port, nick: 'ada' });
    const { id } = await client.post(general, 'hi');
    const again = client.post(general, 'other words under the same id', { id });
    await expect(again).rejects.toMatchObject({ code: 'id-reused' });
    await client.post(general, 'goes on');
    const states = () => client.outbox.map(({ state }: OutboxEntry) => state);
    expect(states()).toEqual(['failed']);
    client.retry(id);
    await until(() => states()[0] === 'failed');
    client.drop(id);
    expect(client.outbox).toEqual([]);
  });

  test('a client finds a server that has moved', async () => {
    const folder = await testFolder();
    const first = await testServer({ store: await openSqliteStore({ folder }) });
    let port = first.port;
    const ada = await enter({ nick: 'ada', resolve: async () => plain(port) });
    await first.stop('restart');
    const second = await startServer({
      store: await openSqliteStore({ folder }),
      listen: [{ host: '127.0.0.1', port: 0 }],
      name: 'test',
      version: '0',
      log: () => undefined,
    });
    port = second.addresses[0]?.port ?? 0;
    await ada.client.post(general, 'found you');
    await second.stop('restart');
  });
});
