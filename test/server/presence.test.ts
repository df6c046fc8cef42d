// Who is online, and how that is told: in batches, once per member, a quit at once and a lost connection late.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeServerPacket, encode } from '../../src/protocol/codec.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId, ServerPackets } from '../../src/protocol/packet.ts';
import { Presence } from '../../src/server/presence.ts';
import { testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const [ada, bob] = [1 as MemberId, 2 as MemberId];
const nicks = new Map<MemberId, string>();

function makePresence(startedAt = Date.now()) {
  const told: ServerPackets['presence'][] = [];
  nicks.set(ada, 'ada').set(bob, 'bob');
  const presence = new Presence({
    limits,
    now: () => Math.max(startedAt, Date.now()),
    nickOf: (member) => nicks.get(member) ?? `m${member}`,
    roomsOf: () => [general],
    signal: (frame) => told.push(decodeServerPacket(frame.subarray(4)) as ServerPackets['presence']),
  });
  return { presence, told };
}

describe('presence', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('changes are told together, a quarter of a second after the first', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.enter(bob);
    vi.advanceTimersByTime(limits.presenceBatchMs - 1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      online: 2,
      changes: [
        { nick: 'ada', state: 'online', rooms: [general] },
        { nick: 'bob', state: 'online' },
      ],
    });
  });

  test('a lost connection is told after half a minute', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    presence.leave(ada, 'lost');
    vi.advanceTimersByTime(limits.leaveDelayMs - 1);
    expect(told).toHaveLength(1);
    expect(presence.person(ada, bob).state).toBe('online');
    vi.advanceTimersByTime(1 + limits.presenceBatchMs);
    expect(told[1]).toMatchObject({ online: 0, changes: [{ nick: 'ada', state: 'offline', why: 'lost' }] });
  });

  test('a connection that comes back in time was never away', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    const { since } = presence.person(ada, bob);
    presence.leave(ada, 'lost');
    vi.advanceTimersByTime(limits.leaveDelayMs - 1);
    presence.enter(ada);
    vi.advanceTimersByTime(10 * limits.leaveDelayMs);
    expect(told).toHaveLength(1);
    expect(presence.person(ada, bob)).toMatchObject({ state: 'online', since });
  });

  test('a quit is told at once', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    presence.leave(ada, 'quit');
    expect(told[1]).toMatchObject({ online: 0, changes: [{ nick: 'ada', why: 'quit' }] });
  });

  test('several devices are one person, online while any is', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.enter(ada);
    presence.leave(ada, 'quit');
    presence.flush();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ online: 1, changes: [{ state: 'online' }] });
  });

  test('who came and went between two batches is not told of', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.leave(ada, 'quit');
    vi.advanceTimersByTime(limits.leaveDelayMs);
    expect(told).toEqual([]);
  });

  test('a rename tells the nick before', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    nicks.set(ada, 'eve');
    presence.renamed(ada, 'ada');
    vi.advanceTimersByTime(limits.presenceBatchMs);
    expect(told[1]?.changes).toMatchObject([{ nick: 'eve', was: 'ada', state: 'online' }]);
  });

  test('when too many come at once to be told by name, the count is told', () => {
    const { presence, told } = makePresence();
    for (let member = 1; member <= 1_000; member += 1) presence.enter(member as MemberId);
    vi.advanceTimersByTime(limits.presenceBatchMs);
    expect(told).toMatchObject([{ online: 1_000, changes: [] }]);
  });

  test('who goes by another nick in a crowd is named all the same', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    nicks.set(ada, 'eve');
    presence.renamed(ada, 'ada');
    for (let member = 1_001; member <= 2_000; member += 1) presence.enter(member as MemberId);
    vi.advanceTimersByTime(limits.presenceBatchMs);
    expect(told[1]?.changes).toMatchObject([{ nick: 'eve', was: 'ada' }]);
  });

  test('of a few that come to a crowd the names are told', () => {
    const { presence, told } = makePresence();
    for (let member = 1; member <= 1_000; member += 1) presence.enter(member as MemberId);
    vi.advanceTimersByTime(limits.presenceBatchMs);
    for (let member = 1_001; member <= 1_010; member += 1) presence.enter(member as MemberId);
    vi.advanceTimersByTime(2_000);
    expect(told[1]?.changes).toHaveLength(10);
  });

  test('a crowd that comes one after another costs each second as many copies of signals as a small one', () => {
    const copies = (members: number) => {
      const { presence, told } = makePresence();
      for (let member = 1; member <= members; member += 1) {
        presence.enter(member as MemberId);
        vi.advanceTimersByTime(10);
      }
      const seconds = members / 100;
      return told.reduce((sum, { online }) => sum + online, 0) / seconds;
    };
    // A burst of a thousand, a thousand a second, and the one that was told last, in debt.
    expect(copies(5_000)).toBeLessThan(1_000 + (1_000 + 5_000) / 50);
    expect(copies(200)).toBeGreaterThan(100);
  });

  test('a crowd that quits is told in batches too, and the last word is right', () => {
    const { presence, told } = makePresence();
    for (let member = 1; member <= 3_000; member += 1) presence.enter(member as MemberId);
    for (let member = 1; member <= 2_990; member += 1) presence.leave(member as MemberId, 'quit');
    vi.advanceTimersByTime(10_000);
    expect(told.length).toBeLessThan(5);
    expect(told.at(-1)?.online).toBe(10);
  });

  test('a server that ends tells nobody that anybody left', () => {
    const { presence, told } = makePresence();
    presence.enter(ada);
    presence.flush();
    presence.leave(ada, 'lost');
    presence.stop();
    vi.advanceTimersByTime(10 * limits.leaveDelayMs);
    expect(told).toHaveLength(1);
  });
});

describe('the roster', () => {
  test('names those with a chat open, in all or in one room, and with all also the others', async () => {
    const server = await testServer();
    const one = await server.enter('ada');
    await WireClient.login(server, { nick: 'bob' });
    await WireClient.login(server, { nick: 'robin', role: 'script' });
    const names = async (more: { room?: typeof general; all?: boolean }) => {
      const roster = await one.askFor('roster', { kind: 'who', ...more });
      return [roster.online, ...roster.people.map(({ nick, state }) => `${nick} ${state}`)];
    };
    expect(await names({})).toEqual([2, 'ada online', 'bob online']);
    expect(await names({ room: general })).toEqual([1, 'ada online']);
    expect(await names({ all: true })).toEqual([2, 'ada online', 'bob online', 'robin offline']);
  });

  test('comes in pages when it is long', async () => {
    const server = await testServer({ noLimits: true, limits: { pageBytes: 400 } });
    const one = await server.enter('ada');
    for (const nick of ['bob', 'cleo', 'dora', 'emil', 'fritz', 'gerda', 'hugo']) {
      await WireClient.login(server, { nick });
    }
    const seen: string[] = [];
    let pages = 0;
    for (let from: number | undefined = 0; from !== undefined; pages += 1) {
      const roster: ServerPackets['roster'] = await one.askFor('roster', { kind: 'who', from });
      seen.push(...roster.people.map(({ nick }) => nick));
      from = roster.next;
    }
    expect(seen).toEqual(['ada', 'bob', 'cleo', 'dora', 'emil', 'fritz', 'gerda', 'hugo']);
    expect(pages).toBeGreaterThan(1);
  });

  test('a chat that says bye is told to those who follow, as gone by its own will', async () => {
    const server = await testServer();
    const one = await server.enter('ada');
    const two = await server.enter('bob');
    await one.match((packet) => packet.kind === 'presence' && packet.online === 2);
    two.send({ kind: 'bye', reason: 'quit' });
    const told = await one.next('presence');
    expect(told).toMatchObject({ online: 1, changes: [{ nick: 'bob', state: 'offline', why: 'quit' }] });
    await two.ended;
  });
});

test('a bye behind a question is heard, though the answer finds nobody any more', async () => {
  const server = await testServer({ kind: 'sqlite' });
  const ada = await server.enter('ada');
  const bob = await server.enter('bob');
  await ada.match((packet) => packet.kind === 'presence' && packet.online === 2);
  bob.send({ kind: 'join', req: 99, room: 'dev' as RoomName });
  bob.connection.close(encode({ kind: 'bye', reason: 'quit' }));
  const told = await ada.match(
    (packet) => packet.kind === 'presence' && packet.changes.some(({ state }) => state === 'offline'),
  );
  expect(told).toMatchObject({ changes: [{ nick: 'bob', why: 'quit' }] });
  await server.lineOf('session-ended');
  expect(server.stats().sessions).toBe(1);
});
