// hello: who is let in, as whom, and how everybody else is turned away.
import { describe, expect, test } from 'vitest';
import { makeDeviceKey } from '../../src/net/identity.ts';
import { limits } from '../../src/protocol/limits.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { general, type Hello, WireClient } from '../helpers/wire-client.ts';

const token = 'right-token';
const controlToken = 'control-token';

const refusals: ReadonlyArray<readonly [fact: string, hello: Hello, code: string]> = [
  ['another protocol', { protocol: 99, nick: 'ada', token }, 'protocol-version'],
  ['a new member without a token', { nick: 'ada' }, 'token-needed'],
  ['a new member with a wrong token', { nick: 'ada', token: 'wrong' }, 'token-wrong'],
  ['a new member without a nick', { token }, 'nick-needed'],
  ['a nick of the wrong form', { nick: 'a b', token }, 'nick-invalid'],
  ['a reserved nick', { nick: 'server', token }, 'nick-invalid'],
  ['control with the link token only', { role: 'control', token }, 'token-wrong'],
  ['control without a token', { role: 'control' }, 'token-wrong'],
  ['a transfer without a ticket', { role: 'transfer' }, 'ticket-wrong'],
  ['a transfer with a ticket nobody gave', { role: 'transfer', ticket: 'x'.repeat(43) }, 'ticket-wrong'],
];

describe('hello', () => {
  test.each(refusals)('%s is refused', async (_fact, hello, code) => {
    const server = await testServer({ token, controlToken });
    await expect(WireClient.login(server, hello)).rejects.toMatchObject({ code });
    expect(server.store.people.members(0, 10)).toEqual([]);
  });

  test('a signature over another connection is refused', async () => {
    const server = await testServer();
    const device = makeDeviceKey();
    const first = await WireClient.dial(server, device);
    const second = await WireClient.dial(server, device);
    // The proof of the first connection, sent on the second one.
    Object.defineProperty(second.connection, 'material', { value: first.connection.material });
    second.hello({ nick: 'ada' });
    await expect(second.next('error')).resolves.toMatchObject({ code: 'signature-wrong' });
    await second.ended;
  });

  test('a first packet that is no hello ends the connection', async () => {
    const server = await testServer();
    const client = await WireClient.dial(server);
    client.send({ kind: 'ping', n: 1 });
    await expect(client.next('error')).resolves.toMatchObject({ code: 'malformed' });
    await expect(client.next('bye')).resolves.toMatchObject({ reason: 'malformed' });
    await client.ended;
  });

  test('a second hello is refused and the session goes on', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    ada.hello({ nick: 'eve' });
    await expect(ada.next('error')).resolves.toMatchObject({ code: 'malformed' });
    await expect(ada.post('still here')).resolves.toMatchObject({ kind: 'ack' });
  });

  test('a token lets a new member in once and for all', async () => {
    const server = await testServer({ token });
    const ada = await WireClient.login(server, { nick: 'ada', token });
    await ada.close();
    const back = await WireClient.login(server, {}, ada.device);
    expect(back.came[0]).toMatchObject({ kind: 'welcome', nick: 'ada' });
  });

  test("the local user's token admits as the link's does", async () => {
    const server = await testServer({ token, controlToken });
    await expect(WireClient.login(server, { nick: 'ada', token: controlToken })).resolves.toBeDefined();
  });

  test.each(['ada', 'ADA', 'аdа'])('the taken nick ada is not given again as %s', async (nick) => {
    const server = await testServer();
    await server.enter('ada');
    const refusal = WireClient.login(server, { nick });
    await expect(refusal).rejects.toMatchObject({ code: expect.stringMatching(/^nick-(taken|invalid)$/) });
  });

  test('two devices that ask for one nick at the same moment: one gets it', async () => {
    const server = await testServer();
    const both = await Promise.allSettled([
      WireClient.login(server, { nick: 'ada' }),
      WireClient.login(server, { nick: 'ada' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a script without a nick may look but not speak', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await ada.post('hi');
    const guest = await WireClient.login(server, { role: 'script' });
    const past = await guest.askFor('past', { kind: 'history', room: general, limit: 10 });
    expect(past.events.map(({ type }) => type)).toEqual(['join', 'message']);
    await expect(guest.post('me too')).rejects.toMatchObject({ code: 'not-allowed' });
    expect(server.store.people.members(0, 10)).toHaveLength(1);
  });

  test('nicks and tokens do not stand in the log as they came', async () => {
    const server = await testServer({ token });
    await WireClient.login(server, { nick: 'ada', token });
    const written = JSON.stringify(server.lines);
    expect(written).toContain('ada');
    expect(written).not.toContain(token);
  });
});

describe('an address with too many failed logins', () => {
  const guess = (server: TestServer) => WireClient.login(server, { nick: 'eve', token: 'guessed' });
  const guessTooOften = async (server: TestServer) => {
    for (let count = 0; count < limits.loginFailuresPerAddress; count += 1) {
      await expect(guess(server)).rejects.toMatchObject({ code: 'token-wrong' });
    }
  };

  test('lets nobody new in, not even with the right token, until its ten minutes are over', async () => {
    let now = Date.now();
    const server = await testServer({ token, controlToken, now: () => now });
    await guessTooOften(server);
    await expect(guess(server)).rejects.toMatchObject({ code: 'too-many' });
    const bob = { nick: 'bob', token };
    await expect(WireClient.login(server, bob)).rejects.toMatchObject({ code: 'too-many' });
    now += limits.loginFailureWindowMs;
    await expect(WireClient.login(server, bob)).resolves.toBeDefined();
  });

  test("still lets its members in, and the local user's own clients", async () => {
    const server = await testServer({ token, controlToken });
    const ada = await WireClient.login(server, { nick: 'ada', token });
    await guessTooOften(server);
    await expect(WireClient.login(server, {}, ada.device)).resolves.toBeDefined();
    await expect(WireClient.login(server, { nick: 'bob', token: controlToken })).resolves.toBeDefined();
    const newer = WireClient.login(server, { role: 'control', token: controlToken });
    await expect(newer).resolves.toBeDefined();
  });

  test('keeps nobody out of an open server', async () => {
    const server = await testServer({ controlToken });
    for (let count = 0; count <= limits.loginFailuresPerAddress; count += 1) {
      const control = WireClient.login(server, { role: 'control', token: 'guessed' });
      await expect(control).rejects.toMatchObject({ code: 'token-wrong' });
    }
    await expect(WireClient.login(server, { nick: 'bob' })).resolves.toBeDefined();
  });
});

describe('a nick', () => {
  const nicksSeenBy = async (client: WireClient) => {
    const roster = await client.askFor('roster', { kind: 'who', all: true });
    expect(roster.people.length).toBeGreaterThan(0);
    return roster.people.map(({ nick }) => nick);
  };

  test('can be changed, and the former one stays its own', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await ada.ask({ kind: 'nick', nick: 'eve' });
    expect(await nicksSeenBy(ada)).toEqual(['eve']);
    await expect(WireClient.login(server, { nick: 'ada' })).rejects.toMatchObject({ code: 'nick-taken' });
    await ada.ask({ kind: 'nick', nick: 'ada' });
    expect(await nicksSeenBy(ada)).toEqual(['ada']);
  });

  test.each([
    ['bob', 'nick-taken'],
    ['a b', 'nick-invalid'],
  ])('is not changed to %s', async (nick, code) => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await server.enter('bob');
    await expect(ada.ask({ kind: 'nick', nick })).rejects.toMatchObject({ code });
  });
});
