// What else a client says and asks, with a real server, and with one that answers as it likes.
import { describe, expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import type { Saying } from '../../src/client/client.ts';
import { DeviceRevoked } from '../../src/client/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { DeviceId, Seq } from '../../src/protocol/packet.ts';
import { enter, general, testClient } from '../helpers/chat-client.ts';
import { message } from '../helpers/events.ts';
import { framed, hostileServer, type Line } from '../helpers/hostile-server.ts';
import { startProxy } from '../helpers/proxy.ts';
import { testServer } from '../helpers/test-server.ts';

const at = (seq: number) => seq as Seq;

describe('all that can be said', () => {
  const talk = async () => {
    const server = await testServer();
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: proxy.port, nick: 'ada' });
    const bob = await enter({ port: server.port, nick: 'bob' });
    return { server, proxy, ada, bob };
  };

  test('is acknowledged as the event that it has become, and told to the others', async () => {
    const { ada, bob } = await talk();
    const { seq } = await ada.client.post(general, 'hi');
    const said: Saying[] = [
      { kind: 'post', text: 'again', reply: seq },
      { kind: 'react', target: seq, emoji: '👍', did: 'added' },
      { kind: 'edit', target: seq, text: 'ho' },
      { kind: 'topic', text: 'greetings' },
      { kind: 'delete', target: seq },
    ];
    for (const saying of said) await ada.client.say(general, saying);
    const types = ['message', 'message', 'reaction', 'edit', 'topic', 'deletion'];
    const acked = ada.told.flatMap((event) => (event.type === 'acked' ? [event.event] : []));
    expect(acked.map(({ type }) => type)).toEqual(types);
    await bob.until(() => bob.events.at(-1)?.type === 'deletion');
    const heard = bob.events.filter(({ type }) => type !== 'join');
    expect(heard.map(({ type, seq }) => [type, seq])).toEqual(acked.map(({ type, seq }) => [type, seq]));
    expect(ada.client.outbox).toEqual([]);
  });

  test('waits while the server is away, and goes up once and in order', async () => {
    const { proxy, ada, bob } = await talk();
    const { seq } = await ada.client.post(general, 'hi');
    proxy.cutAll();
    const all = [
      ada.client.say(general, { kind: 'edit', target: seq, text: 'one' }),
      ada.client.post(general, 'between'),
      ada.client.say(general, { kind: 'edit', target: seq, text: 'two' }),
    ];
    await Promise.all(all);
    await bob.until(() => bob.events.at(-1)?.type === 'edit' && bob.texts().includes('between'));
    const edits = bob.events.flatMap((event) => (event.type === 'edit' ? [event.text] : []));
    expect(edits).toEqual(['one', 'two']);
    expect((await bob.client.history(general, { limit: 9 })).events).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ text: 'two' })]),
    );
  });

  test('is refused by the server with a reason, and stays until it is dropped', async () => {
    const { ada, bob } = await talk();
    const { seq } = await ada.client.post(general, 'hi');
    await expect(bob.client.say(general, { kind: 'edit', target: seq, text: 'no' })).rejects.toMatchObject({
      code: 'no-such-event',
    });
    const [failed] = bob.client.outbox;
    expect(failed).toMatchObject({
      state: 'failed',
      saying: { kind: 'edit' },
      error: { code: 'no-such-event' },
    });
    if (failed !== undefined) bob.client.drop(failed.id);
    expect(bob.client.outbox).toEqual([]);
  });

  test.each<[string, Saying, string]>([
    ['an empty edit', { kind: 'edit', target: at(1), text: '' }, 'text-empty'],
    [
      'an edit that is too long',
      { kind: 'edit', target: at(1), text: 'x'.repeat(limits.textBytes + 1) },
      'text-too-large',
    ],
    ['a reaction of nothing', { kind: 'react', target: at(1), emoji: '', did: 'added' }, 'emoji-invalid'],
    [
      'a reaction of much',
      { kind: 'react', target: at(1), emoji: 'x'.repeat(limits.emojiBytes + 1), did: 'added' },
      'emoji-invalid',
    ],
    ['a topic without end', { kind: 'topic', text: 'x'.repeat(limits.topicChars + 1) }, 'text-too-large'],
  ])('%s is refused here', async (_, saying, code) => {
    const { client } = testClient({ nick: 'ada' });
    await expect(client.say(general, saying)).rejects.toMatchObject({ code });
    expect(client.outbox).toEqual([]);
  });
});

test('two make a room of their own, with who is in it and how it is, and find what was said', async () => {
  const server = await testServer();
  const ada = await enter({ port: server.port, nick: 'ada' });
  const bob = await enter({ port: server.port, nick: 'bob' });
  const den = 'den' as RoomName;
  await ada.client.join(den);
  expect(await ada.client.configure(den, { access: 'private', past: 'whole' })).toMatchObject({
    access: 'private',
    past: 'whole',
  });
  await ada.client.invite(den, 'bob');
  await bob.until(() => bob.told.some(({ type }) => type === 'invited'));
  await bob.client.join(den);
  await ada.client.post(den, '@bob the plan');
  await bob.until(() => bob.texts().includes('@bob the plan'));
  expect((await bob.client.search('plan', { limit: 5 })).events).toMatchObject([{ text: '@bob the plan' }]);
  expect((await bob.client.mentions({ limit: 5 })).events).toMatchObject([{ text: '@bob the plan' }]);
  expect((await bob.client.rooms()).map(({ room }) => room)).toEqual(
    expect.arrayContaining(['general', 'den']),
  );
  expect(await bob.client.direct('ada')).toMatchObject({ access: 'direct', with: { nick: 'ada' } });
  expect(await bob.client.whois('ada')).toMatchObject({ person: { nick: 'ada' }, devices: [{}] });
  await bob.client.notify(den, 'none');
  await expect(bob.client.whois('nobody')).rejects.toMatchObject({ code: 'no-such-member' });
  await expect(bob.client.whois('x'.repeat(1_000))).rejects.toMatchObject({ code: 'no-such-member' });
  await expect(bob.client.search('x'.repeat(limits.queryChars + 1), { limit: 1 })).rejects.toMatchObject({
    code: 'search-invalid',
  });
});

test('a code makes another device, which is revoked for good with a sentence', async () => {
  const server = await testServer();
  const ada = await enter({ port: server.port, nick: 'ada' });
  const { code } = await ada.client.link();
  const phone = await enter({ port: server.port, code });
  expect(phone.client.welcome).toMatchObject({ nick: 'ada', member: ada.client.welcome?.member });
  const { devices } = await ada.client.devices();
  expect(devices).toHaveLength(2);
  await ada.client.revoke(phone.client.welcome?.device as DeviceId);
  await phone.until(() => phone.client.status.is === 'ended');
  expect(phone.client.status).toMatchObject({ error: expect.any(DeviceRevoked) });
  await expect(phone.client.post(general, 'still here?')).rejects.toThrow('This device was revoked');
});

describe('a server that answers as it likes', () => {
  const past = (more: object) => ({ kind: 'past', re: 0, room: general, events: [], more: false, ...more });
  const events = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => message(from + n, 'x'));

  test.each<[string, { readonly around?: Seq; readonly at?: number }, object]>([
    ['around a message, from before it only', { around: at(50) }, { events: events(1, 9), newer: true }],
    ['around a message, from behind it only', { around: at(50) }, { events: events(60, 69), more: true }],
    ['around a message, nothing and more', { around: at(50) }, { more: true }],
    ['since a time, from before it', { at: 2e12 }, { events: events(1, 3) }],
    ['of another room', { around: at(5) }, { events: events(4, 6), room: 'other' }],
    ['more than asked for', { around: at(5) }, { events: events(1, 30) }],
  ])('a page %s is not taken', async (_, bounds, answer) => {
    const history = ({ req }: { readonly req: number }, line: Line) =>
      line.send(framed(past({ ...answer, re: req })));
    const { port } = await hostileServer({ history });
    const { client } = testClient({ port, nick: 'ada' });
    await client.ready();
    await expect(client.history(general, { ...bounds, limit: 20 })).rejects.toThrow('not asked for');
  });

  test('messages that were found beyond the page before, or too many, are not taken', async () => {
    const answers = [events(8, 12), events(1, 5)];
    const search = ({ req }: { readonly req: number }, line: Line) =>
      line.send(framed({ kind: 'found', re: req, events: answers.shift(), more: true, upTo: 99 }));
    const { port } = await hostileServer({ search });
    const { client } = testClient({ port, nick: 'ada' });
    await client.ready();
    await expect(client.search('x', { before: at(10), limit: 9 })).rejects.toThrow('not asked for');
    await expect(client.search('x', { limit: 4 })).rejects.toThrow('not asked for');
  });

  test('a list of rooms without end is cut at its bound, and one that goes round ends', async () => {
    let asked = 0;
    const note = { topic: '', members: 1, access: 'public', past: 'whole' };
    const rooms = ({ req }: { readonly req: number }, line: Line) => {
      asked += 1;
      const page = Array.from({ length: 900 }, (_, n) => ({ ...note, room: `r${asked}.${n}` }));
      line.send(framed({ kind: 'rooms', re: req, rooms: page, next: 'r' }));
    };
    const { port } = await hostileServer({ rooms });
    const { client } = testClient({ port, nick: 'ada' });
    await client.ready();
    expect(await client.rooms()).toHaveLength(clientBounds.roomsListed);
    expect(asked).toBe(Math.ceil(clientBounds.roomsListed / 900));
  });

  test('a message with more reactions than there can be ends the connection', async () => {
    const by = Array.from({ length: 3 * limits.reactionsPerMessage }, (_, n) => n);
    const { port, say, logins } = await hostileServer();
    const ada = testClient({ port, nick: 'ada' });
    await ada.client.ready();
    say({ kind: 'event', event: { ...message(1, 'x'), reactions: [{ emoji: '👍', by }] } });
    await ada.until(() => ada.client.status.is === 'waiting' || logins() > 1);
    expect(ada.events).toEqual([]);
  });
});
