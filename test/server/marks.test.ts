// Read positions, unread counts, levels and mentions: what a sync brings and what the member's other devices are told.
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, Seq, ServerPackets } from '../../src/protocol/packet.ts';
import { openMemoryStore, type Store } from '../../src/store/open.ts';
import { type TestServer, testFolder, testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const side = 'side' as RoomName;
const again = (server: TestServer, { device }: WireClient) => WireClient.login(server, {}, device);
const textsOf = (events: readonly AnyEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const markOf = ({ marks }: Pick<ServerPackets['marks'], 'marks'>, room = general) =>
  marks.find((mark) => mark.room === room);

async function two(kind: 'memory' | 'sqlite' = 'memory', options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer({ kind, noLimits: true, ...options });
  return { server, ada: await server.enter('ada'), bob: await server.enter('bob') };
}

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test('what others said behind the read position is unread, own words and changes are not', async () => {
    const { server, ada, bob } = await two(kind);
    const one = await ada.post('one');
    await ada.post('two');
    await ada.say({ kind: 'edit', target: one.seq, text: 'one, mended' });
    await bob.post('mine');
    await ada.say({ kind: 'topic', text: 'numbers' });
    expect(markOf(await bob.sync())).toMatchObject({ unread: 2, mentions: 0, level: 'all' });
    const phone = await again(server, bob);
    await phone.sync();
    bob.send({ kind: 'read', room: general, seq: one.seq });
    expect(markOf(await phone.next('marks'))).toMatchObject({ read: one.seq, unread: 1 });
    expect(markOf(await phone.sync())).toMatchObject({ read: one.seq, unread: 1 });
    phone.send({ kind: 'read', room: general, seq: server.store.log.tail });
    expect(markOf(await bob.next('marks'))).toMatchObject({ unread: 0 });
    await ada.say({ kind: 'delete', target: (await ada.post('gone again')).seq });
    expect(markOf(await bob.sync())).toMatchObject({ unread: 0 });
  });

  test('read positions only rise, never over the tail, and follow to the other devices', async () => {
    const { server, ada, bob } = await two(kind);
    const phone = await again(server, bob);
    await phone.sync();
    const { seq } = await ada.post('one');
    bob.send({ kind: 'read', room: general, seq: 1_000_000 as Seq });
    expect(markOf(await phone.next('marks'))).toMatchObject({ read: seq, unread: 0 });
    bob.send({ kind: 'read', room: general, seq: 1 as Seq });
    await bob.settled();
    expect(server.store.people.place(bob.member, general).read).toBe(seq);
    await phone.settled();
    expect(phone.came.filter((packet) => packet.kind === 'marks')).toHaveLength(1);
    expect(bob.came.filter((packet) => packet.kind === 'marks')).toHaveLength(0);
  });

  test('a level holds on all devices and is told to the others', async () => {
    const { server, bob } = await two(kind);
    const phone = await again(server, bob);
    await phone.sync();
    await bob.ask({ kind: 'notify', room: general, level: 'mentions' });
    expect(markOf(await phone.next('marks'))).toMatchObject({ level: 'mentions' });
    expect(markOf(await bob.sync())).toMatchObject({ level: 'mentions' });
  });

  test('a message speaks to whom it names', async () => {
    const { ada, bob } = await two(kind);
    const spoken = [
      '@bob',
      'hi @Bob!',
      'bob: hi',
      'bob, hi',
      'see @bob.',
      '你好@bob你好',
      '(@bob)',
      '@ada and @bob',
    ];
    const silent = ['bob', 'mail bob@example.org', 'x@bob', '@bobby', 'bob:hi', 'ask bob: why', '@ bob'];
    for (const text of [...spoken, ...silent]) await ada.post(text);
    const found = await bob.askFor('found', { kind: 'mentions', limit: 50 });
    expect(textsOf(found.events)).toEqual(spoken);
    expect(markOf(await bob.sync())).toMatchObject({ unread: 15, mentions: spoken.length });
    expect(markOf(await ada.sync())).toMatchObject({ mentions: 0 });
  });

  test('mentions come in pages, from all rooms that one is in, as they read now', async () => {
    const { ada, bob } = await two(kind);
    for (const who of [ada, bob]) await who.ask({ kind: 'join', room: side });
    const first = await ada.post('@bob one');
    await ada.post('@bob two', { room: side });
    const third = await ada.post('@bob three');
    await ada.say({ kind: 'edit', target: first.seq, text: 'one, mended' });
    const page = await bob.askFor('found', { kind: 'mentions', limit: 2 });
    expect([textsOf(page.events), page.more]).toEqual([['@bob two', '@bob three'], true]);
    const before = page.events[0]?.seq as Seq;
    const older = await bob.askFor('found', { kind: 'mentions', limit: 2, before });
    expect([textsOf(older.events), older.more]).toEqual([['one, mended'], false]);
    await ada.say({ kind: 'delete', target: third.seq });
    await bob.ask({ kind: 'part', room: side });
    const left = await bob.askFor('found', { kind: 'mentions', limit: 5 });
    expect(textsOf(left.events)).toEqual(['one, mended']);
  });

  test('who cannot read a room is not spoken to there', async () => {
    const { server, ada, bob } = await two(kind);
    const den = await ada.privateRoom('den');
    await ada.post('@bob secret', { room: den });
    await ada.ask({ kind: 'configure', room: den, access: 'public' });
    await bob.ask({ kind: 'join', room: den });
    const found = await bob.askFor('found', { kind: 'mentions', limit: 5 });
    expect(found.events).toEqual([]);
    expect(server.store.log.tail).toBeGreaterThan(0);
  });
});

test('unread is counted up to unreadMax', async () => {
  const { ada, bob } = await two('memory', { limits: { unreadMax: 3 } });
  for (const line of ['1', '2', '3', '4']) await ada.post(`${line} @bob`);
  expect(markOf(await bob.sync())).toMatchObject({ unread: 3, mentions: 3 });
});

test('of one message no more nicks are looked up than mentionsPerMessage', async () => {
  const { ada, bob } = await two();
  const crowd = '@nobody '.repeat(limits.mentionsPerMessage);
  await ada.post(`${crowd} @bob`);
  await ada.post(`${crowd.slice(0, -8)} @bob`);
  const { events } = await bob.askFor('found', { kind: 'mentions', limit: 5 });
  expect(events).toHaveLength(1);
});

test('of who has read everything nothing is counted, however many come', async () => {
  const store = await openMemoryStore({ folder: await testFolder() });
  const counted: string[] = [];
  const server = await testServer({ store: counting(store, counted), noLimits: true });
  const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
  await ada.post('one');
  for (const one of [ada, bob]) one.send({ kind: 'read', room: general, seq: server.store.log.tail });
  for (const one of [ada, bob]) await one.settled();
  counted.length = 0;
  for (let login = 0; login < 20; login += 1) await (await again(server, login % 2 ? ada : bob)).sync();
  expect(counted).toEqual([]);
  await ada.post('two');
  await bob.sync();
  expect(counted).toEqual(['unread', 'mentionCount']);
});

/** Notes each count that the log is asked for. */
function counting(store: Store, counted: string[]): Store {
  const log = new Proxy(store.log, {
    get: (target, name) => {
      if (name === 'unread' || name === 'mentionCount') counted.push(name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...store, log };
}
