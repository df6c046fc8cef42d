// The server as a client meets it: hello, post, fan-out, sync. Real sockets, on both stores.
import { describe, expect, test } from 'vitest';
import { makeServerKey } from '../../src/net/identity.ts';
import { limits } from '../../src/protocol/limits.ts';
import { testServer } from '../helpers/test-server.ts';
import { general, newId, WireClient } from '../helpers/wire-client.ts';

describe.each(['memory', 'sqlite'] as const)('a server on the %s store', (kind) => {
  test('welcomes, acknowledges a post and delivers it to the others', async () => {
    const server = await testServer({ kind });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const ack = await ada.post('hi');
    const seen = await bob.message('hi');
    expect(seen).toMatchObject({ seq: ack.seq, at: ack.at, nick: 'ada', room: general, id: ack.id });
  });

  test('the ack comes ahead of the echo', async () => {
    const server = await testServer({ kind });
    const ada = await server.enter('ada');
    const ack = await ada.post('hi');
    await ada.message('hi');
    const kinds = ada.came.filter(
      (packet) => packet.kind === 'ack' || (packet.kind === 'event' && packet.event.seq === ack.seq),
    );
    expect(kinds.map((packet) => packet.kind)).toEqual(['ack', 'event']);
  });

  test('the same post sent again is the same message', async () => {
    const server = await testServer({ kind });
    const ada = await server.enter('ada');
    const id = newId();
    const first = await ada.post('once', { id });
    const again = await ada.post('once', { id });
    expect(again).toEqual(first);
    await expect(ada.post('other', { id })).rejects.toMatchObject({ code: 'id-reused' });
    const { events } = await ada.sync();
    expect(events.filter((event) => event.type === 'message')).toHaveLength(1);
  });

  test('posts of one session keep their order', async () => {
    const server = await testServer({ kind, noLimits: true });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const texts = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    await Promise.all(texts.map((text) => ada.post(text)));
    await bob.message('line 199');
    const seen = bob.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
    expect(seen).toEqual(texts);
  });

  test('many full-size posts at once cut nobody who reads', async () => {
    const server = await testServer({ kind, noLimits: true });
    const people = await Promise.all(Array.from({ length: 8 }, (_, index) => server.enter(`m${index}`)));
    const perPerson = 50;
    const text = 'x'.repeat(limits.textBytes);
    const posts = people.flatMap((one) => Array.from({ length: perPerson }, () => one.post(text)));
    await Promise.all([...posts, ...people.map((one) => one.message(text))]);
    await Promise.all(people.map((one) => one.post('the last')));
    const messages = (one: WireClient) => one.events.filter(({ type }) => type === 'message').length;
    expect(people.length * perPerson * limits.textBytes).toBeGreaterThan(limits.sendQueueBurstBytes);
    for (const one of people) expect(messages(one)).toBeGreaterThanOrEqual(people.length * perPerson);
  });

  test('a member that comes back is the same member with the same rooms', async () => {
    const server = await testServer({ kind });
    const ada = await server.enter('ada');
    await ada.close();
    const back = await WireClient.login(server, {}, ada.device);
    const before = ada.came.find((packet) => packet.kind === 'welcome');
    const after = back.came.find((packet) => packet.kind === 'welcome');
    expect(after).toMatchObject({ member: before?.member, nick: 'ada' });
    expect(after?.rooms.map(({ room }) => room)).toEqual([general]);
  });
});

test('a server with a key speaks TLS to who has its fingerprint', async () => {
  const key = await makeServerKey();
  const server = await testServer({ key });
  const ada = await WireClient.enter({ port: server.port, pin: key.fingerprint }, 'ada');
  await expect(ada.post('hi')).resolves.toMatchObject({ kind: 'ack' });
});

test('without limits a crowd logs in a few at a time, and nobody is turned away', async () => {
  const server = await testServer({ noLimits: true, limits: { halfOpen: 2 } });
  const crowd = Array.from({ length: limits.halfOpenWaitingPerAddress + 20 }, (_, n) =>
    server.enter(`m${n}`),
  );
  await Promise.all(crowd);
  expect(server.lines.filter(({ event }) => event === 'rejected')).toEqual([]);
  expect(server.stats().online).toBe(crowd.length);
});
