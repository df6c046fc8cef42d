// Private and direct rooms: who comes in, what is told of them, and to whom. That nobody else learns of them:
// test/faults/promises/16-not-a-member.test.ts.
import { describe, expect, test } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, ServerPackets } from '../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const den = 'den' as RoomName;
const textsOf = (events: readonly AnyEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));

async function pastOf(client: WireClient, room: RoomName): Promise<string[]> {
  const { events } = await client.askFor('past', { kind: 'history', room, limit: 100 });
  return textsOf(events);
}

async function three(kind: 'memory' | 'sqlite' = 'memory', options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer({ kind, noLimits: true, ...options });
  return {
    server,
    ada: await server.enter('ada'),
    bob: await server.enter('bob'),
    cleo: await server.enter('cleo'),
  };
}

const invited = (client: WireClient): Promise<ServerPackets['invited']> => client.next('invited');
const back = (server: TestServer, { device }: WireClient) => WireClient.login(server, {}, device);

describe.each(['memory', 'sqlite'] as const)('a private room on the %s store', (kind) => {
  test('is entered with an invitation, which is told to the guest and used once', async () => {
    const { ada, bob } = await three(kind);
    await ada.privateRoom('den');
    await expect(bob.ask({ kind: 'join', room: den })).rejects.toMatchObject({ code: 'not-allowed' });
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    expect(await invited(bob)).toMatchObject({
      by: 'ada',
      room: { room: den, access: 'private', members: 1 },
    });
    await bob.ask({ kind: 'join', room: den });
    await bob.ask({ kind: 'part', room: den });
    await expect(bob.ask({ kind: 'join', room: den })).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('is left and entered again by its owner, who reads the whole', async () => {
    const { ada, bob } = await three(kind);
    await ada.privateRoom('den');
    await ada.ask({ kind: 'configure', room: den, past: 'invited' });
    await ada.post('before', { room: den });
    await ada.ask({ kind: 'part', room: den });
    const outside = ada.askFor('past', { kind: 'history', room: den, limit: 9 });
    await expect(outside).rejects.toMatchObject({ code: 'no-such-room' });
    await expect(bob.ask({ kind: 'join', room: den })).rejects.toMatchObject({ code: 'not-allowed' });
    await ada.ask({ kind: 'join', room: den });
    expect(await pastOf(ada, den)).toEqual(['before']);
  });

  test('shows newcomers what came after their invitation, or the whole, as its owner says today', async () => {
    const { ada, bob } = await three(kind);
    await ada.privateRoom('den');
    await ada.post('before', { room: den });
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    await ada.post('between', { room: den });
    await bob.ask({ kind: 'join', room: den });
    await ada.post('behind', { room: den });
    expect(await pastOf(bob, den)).toEqual(['between', 'behind']);
    expect(textsOf((await bob.sync()).events)).toEqual(['between', 'behind']);
    await ada.ask({ kind: 'configure', room: den, past: 'whole' });
    expect(await pastOf(bob, den)).toEqual(['before', 'between', 'behind']);
  });

  test('an invitation waits for who is away, and is told at its first sync, once', async () => {
    const { server, ada, bob } = await three(kind);
    await bob.close();
    await ada.privateRoom('den');
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    const again = await back(server, bob);
    await again.sync();
    expect(await invited(again)).toMatchObject({ by: 'ada', room: { room: den } });
    await again.sync();
    await again.settled();
    expect(again.came.filter((packet) => packet.kind === 'invited')).toHaveLength(1);
  });

  test('a second invitation changes nothing, least of all what the guest may read', async () => {
    const { server, ada, bob } = await three(kind);
    await ada.privateRoom('den');
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    await ada.post('in between', { room: den });
    const { tail } = server.store.log;
    await ada.ask({ kind: 'invite', room: den, nick: 'bob' });
    expect(server.store.log.tail).toBe(tail);
    await bob.ask({ kind: 'join', room: den });
    expect(await pastOf(bob, den)).toEqual(['in between']);
  });

  test('closing one leaves those in it who are in it; others hear nothing more, scripts that follow it too', async () => {
    const { server, ada, bob, cleo } = await three(kind);
    await ada.ask({ kind: 'join', room: den });
    await bob.ask({ kind: 'join', room: den });
    const script = await WireClient.login(server, { role: 'script' }, cleo.device);
    await script.sync({ rooms: [den] });
    await ada.post('in public', { room: den });
    await script.message('in public');
    await ada.ask({ kind: 'configure', room: den, access: 'private', past: 'invited' });
    await ada.post('in private', { room: den });
    await bob.message('in private');
    expect(await pastOf(bob, den)).toEqual(['in public', 'in private']);
    await script.settled();
    expect(textsOf(script.events)).toEqual(['in public']);
    await expect(script.sync({ rooms: [den] })).rejects.toMatchObject({ code: 'no-such-room' });
  });

  test('who parted hears nothing more, on whatever connection', async () => {
    const { server, ada, bob } = await three(kind);
    await ada.privateRoom('den', bob);
    const script = await WireClient.login(server, { role: 'script' }, bob.device);
    await script.sync({ rooms: [den] });
    await bob.ask({ kind: 'part', room: den });
    await ada.post('among us', { room: den });
    await ada.message('among us');
    for (const one of [bob, script]) {
      await one.settled();
      expect(textsOf(one.events)).toEqual([]);
    }
    await expect(pastOf(bob, den)).rejects.toMatchObject({ code: 'no-such-room' });
  });

  test('is listed for who is in it or invited, and public ones for all, in pages', async () => {
    const { ada, bob, cleo } = await three(kind, { limits: { pageBytes: 150 } });
    await ada.privateRoom('den', bob);
    await ada.ask({ kind: 'invite', room: den, nick: 'cleo' });
    for (const room of ['attic', 'yard', 'zoo'] as RoomName[]) await ada.ask({ kind: 'join', room });
    await ada.say({ kind: 'topic', room: den, text: 'foxes' });
    const names = async (client: WireClient) => {
      const found: string[] = [];
      for (let from: RoomName | undefined, isMore = true; isMore; ) {
        const page: ServerPackets['rooms'] = await client.askFor('rooms', {
          kind: 'rooms',
          ...(from === undefined ? {} : { from }),
        });
        found.push(...page.rooms.map(({ room, last }) => (last === undefined ? `${room}, unread` : room)));
        from = page.next;
        isMore = from !== undefined;
      }
      return found;
    };
    expect(await names(bob)).toEqual(['attic', 'den', 'general', 'yard', 'zoo']);
    expect(await names(cleo)).toEqual(['attic', 'den, unread', 'general', 'yard', 'zoo']);
    await bob.ask({ kind: 'part', room: den });
    expect(await names(bob)).toEqual(['attic', 'general', 'yard', 'zoo']);
  });
});

describe('configured', () => {
  test('is a room by its owner only, and #general stays public', async () => {
    const { ada, bob } = await three();
    const close = { kind: 'configure', access: 'private' } as const;
    await expect(bob.ask({ ...close, room: general })).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ada.ask({ ...close, room: general })).rejects.toMatchObject({ code: 'not-allowed' });
    await ada.ask({ kind: 'join', room: den });
    await ada.ask({ ...close, room: den });
    const told = await ada.match((packet) => packet.kind === 'event' && packet.event.type === 'room');
    expect(told).toMatchObject({ event: { access: 'private', past: 'whole', nick: 'ada' } });
  });

  test('as it is already it is told to nobody', async () => {
    const { server, ada } = await three();
    const { tail } = server.store.log;
    await ada.ask({ kind: 'configure', room: general, access: 'public' });
    expect(server.store.log.tail).toBe(tail);
  });
});

describe.each(['memory', 'sqlite'] as const)('a direct room on the %s store', (kind) => {
  test('is one for each pair, whoever opens it, and both are told who the other is', async () => {
    const { ada, bob } = await three(kind);
    const opened = await ada.askFor('joined', { kind: 'direct', nick: 'bob' });
    expect(opened.room).toMatchObject({
      access: 'direct',
      members: 2,
      with: { member: bob.member, nick: 'bob' },
    });
    const told = await invited(bob);
    expect(told).toMatchObject({ by: 'ada', room: { room: opened.room.room, with: { nick: 'ada' } } });
    expect(await bob.direct('ada')).toBe(opened.room.room);
    await ada.post('psst', { room: opened.room.room });
    await bob.message('psst');
    expect(await pastOf(bob, opened.room.room)).toEqual(['psst']);
  });

  test('is told on the other devices of who opens it', async () => {
    const { server, ada } = await three(kind);
    const phone = await back(server, ada);
    await phone.sync();
    const room = await ada.direct('bob');
    expect(await invited(phone)).toMatchObject({ by: 'ada', room: { room, with: { nick: 'bob' } } });
    await ada.post('psst', { room });
    await phone.message('psst');
  });

  test('that was left comes back with the next message, of either', async () => {
    const { server, ada, bob } = await three(kind);
    const room = await ada.direct('bob');
    await ada.post('one', { room });
    for (const [leaver, other] of [
      [bob, ada],
      [ada, bob],
      [bob, bob],
    ] as const) {
      await leaver.ask({ kind: 'part', room });
      expect(server.store.people.roomsOf(leaver.member)).not.toContain(room);
      const text = `back, ${leaver.nick} for ${other.nick}`;
      await other.post(text, { room });
      expect(server.store.people.roomsOf(leaver.member)).toContain(room);
      await leaver.message(text);
    }
    expect(await pastOf(bob, room)).toHaveLength(4);
  });

  test('opened by both at once is opened once', async () => {
    const { server, ada, bob } = await three(kind);
    const { tail } = server.store.log;
    await Promise.all([ada.direct('bob'), bob.direct('ada')]);
    expect(server.store.log.tail).toBe(tail + 2);
  });

  test('cannot be joined, and nobody has one with oneself or with nobody', async () => {
    const { ada, cleo } = await three(kind);
    const room = await ada.direct('bob');
    await expect(cleo.ask({ kind: 'join', room })).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ada.direct('ada')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ada.direct('cloe')).rejects.toMatchObject({
      code: 'no-such-member',
      message: /Did you mean cleo\?/,
    });
  });
});

test('conversations are bounded for who opens them, and fill nobody else up', async () => {
  const { ada, bob, cleo } = await three('memory', { limits: { roomsPerMember: 1 } });
  await ada.direct('bob');
  await expect(ada.direct('cleo')).rejects.toMatchObject({ code: 'too-many' });
  await cleo.direct('bob');
  await bob.ask({ kind: 'part', room: general });
  await bob.ask({ kind: 'join', room: den });
});

test('an unknown room is answered with the nearest that one may know of', async () => {
  const { ada, bob, cleo } = await three();
  await ada.privateRoom('garden', bob);
  const ask = (client: WireClient) => client.ask({ kind: 'history', room: 'gardem' as RoomName, limit: 1 });
  await expect(ask(bob)).rejects.toMatchObject({ message: /Did you mean #garden\?/ });
  await expect(ask(cleo)).rejects.toMatchObject({ message: /Join it to make it/ });
});
