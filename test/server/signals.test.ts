// What passes and is kept nowhere: typing, away, who may know where somebody is.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { MemberId } from '../../src/protocol/packet.ts';
import { Typing } from '../../src/server/typing.ts';
import { testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const typingsOf = (client: WireClient) => client.came.filter((packet) => packet.kind === 'typing');

test('typing is told to who follows the room, and not to oneself', async () => {
  const server = await testServer();
  const [ada, bob, cleo] = [await server.enter('ada'), await server.enter('bob'), await server.enter('cleo')];
  const den = await ada.privateRoom('den', bob);
  ada.send({ kind: 'typing', room: den });
  expect(await bob.next('typing')).toEqual({ kind: 'typing', room: den, member: ada.member, nick: 'ada' });
  for (const one of [ada, cleo]) {
    await one.settled();
    expect(typingsOf(one)).toEqual([]);
  }
});

describe('typing', () => {
  const setUp = (hearers: number) => {
    let now = 0;
    const told: string[] = [];
    const typing = new Typing({
      limits,
      now: () => now,
      nickOf: () => 'ada',
      hub: {
        hearers: () => hearers,
        signalIn: (room, _frame, member) => void told.push(`${member} ${room}`),
      },
    });
    const later = (ms: number) => {
      now += ms;
    };
    return { typing, told, later };
  };
  const ada = 1 as MemberId;

  test('is told once in typingMs for each member and room', () => {
    const { typing, told, later } = setUp(2);
    typing.tell(ada, general);
    typing.tell(ada, general);
    typing.tell(ada, 'side' as RoomName);
    later(limits.typingMs - 1);
    typing.tell(ada, general);
    expect(told).toEqual(['1 general', '1 side']);
    later(1);
    typing.tell(ada, general);
    expect(told).toHaveLength(3);
  });

  test('in a crowd costs each second no more than a thousand copies', () => {
    const { typing, told, later } = setUp(500);
    for (let second = 0; second < 10; second += 1) {
      for (let member = 1; member <= 100; member += 1)
        typing.tell((1_000 * second + member) as MemberId, general);
      later(1_000);
    }
    expect(told.length).toBeGreaterThan(15);
    expect(told.length).toBeLessThan(25);
  });

  test('of many who typed long ago little is remembered, and those of now are', () => {
    const { typing, told, later } = setUp(0);
    for (let member = 1; member <= 5_000; member += 1) {
      typing.tell(member as MemberId, general);
      later(1);
    }
    typing.tell(5_000 as MemberId, general);
    typing.tell(4_000 as MemberId, general);
    expect(told).toHaveLength(5_000);
  });
});

describe('away', () => {
  test('is told with its note, holds on all devices, and ends with the last chat', async () => {
    const server = await testServer();
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const phone = await WireClient.login(server, {}, bob.device);
    await bob.ask({ kind: 'away', is: true, note: 'lunch' });
    const told = await ada.match(
      (packet) => packet.kind === 'presence' && packet.changes.some(({ state }) => state === 'away'),
    );
    const change = expect.objectContaining({ nick: 'bob', state: 'away', note: 'lunch' });
    expect(told).toMatchObject({ changes: expect.arrayContaining([change]) });
    const stateOf = async () => (await ada.askFor('person', { kind: 'whois', nick: 'bob' })).person;
    bob.send({ kind: 'bye', reason: 'quit' });
    await bob.ended;
    expect(await stateOf()).toMatchObject({ state: 'away', note: 'lunch' });
    await phone.ask({ kind: 'away', is: false });
    expect(await stateOf()).toMatchObject({ state: 'online' });
    expect(await stateOf()).not.toHaveProperty('note');
    await phone.ask({ kind: 'away', is: true });
    phone.send({ kind: 'bye', reason: 'quit' });
    await phone.ended;
    const back = await WireClient.login(server, {}, bob.device);
    expect(await stateOf()).toMatchObject({ state: 'online' });
    await back.settled();
  });
});

describe('idle', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  test('is who has neither said nor read anything for idleMs', async () => {
    const server = await testServer();
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const active = async () => (await ada.askFor('person', { kind: 'whois', nick: 'bob' })).person.active;
    const since = Date.now();
    vi.setSystemTime(since + limits.idleMs - 1);
    expect(await active()).toBeUndefined();
    vi.setSystemTime(since + limits.idleMs);
    expect(await active()).toBe(since);
    const { seq } = await ada.post('are you there?');
    bob.send({ kind: 'read', room: general, seq });
    await bob.settled();
    expect(await active()).toBeUndefined();
  });
});

test('where somebody is: everybody may know of public rooms, and each of those that it shares', async () => {
  const server = await testServer({ noLimits: true });
  const [ada, bob, cleo] = [await server.enter('ada'), await server.enter('bob'), await server.enter('cleo')];
  const den = await ada.privateRoom('den', bob);
  const direct = await ada.direct('bob');
  const roomsOfAda = async (client: WireClient) => {
    const { person } = await client.askFor('person', { kind: 'whois', nick: 'ada' });
    const { people } = await client.askFor('roster', { kind: 'who' });
    expect(people.find(({ nick }) => nick === 'ada')?.rooms).toEqual(person.rooms);
    return person.rooms;
  };
  expect(await roomsOfAda(bob)).toEqual([general, den, direct]);
  expect(await roomsOfAda(cleo)).toEqual([general]);
  await ada.ask({ kind: 'nick', nick: 'adaline' });
  const told = await cleo.match(
    (packet) => packet.kind === 'presence' && packet.changes.some(({ was }) => was === 'ada'),
  );
  const change = expect.objectContaining({ nick: 'adaline', rooms: [general] });
  expect(told).toMatchObject({ changes: expect.arrayContaining([change]) });
});
