// Several devices of one member: codes that link, the list, and keys that are revoked.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeDeviceKey } from '../../src/net/identity.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { DeviceId } from '../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { WireClient } from '../helpers/wire-client.ts';

const token = 'right-token';
const controlToken = 'control-token';

async function scene(kind: 'memory' | 'sqlite' = 'memory', options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer({ kind, token, controlToken, ...options });
  const ada = await WireClient.login(server, { nick: 'ada', token });
  return { server, ada };
}

const codeOf = async (client: WireClient): Promise<string> =>
  (await client.askFor('code', { kind: 'link' })).code;
const link = (server: TestServer, code: string, device = makeDeviceKey()) =>
  WireClient.login(server, { code }, device);
const idOf = (client: WireClient): DeviceId => {
  const packet = client.came.find((one) => one.kind === 'welcome');
  if (packet?.kind !== 'welcome') throw new Error('Nobody has logged in.');
  return packet.device;
};

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test('a code makes another key the same member, without a token; once', async () => {
    const { server, ada } = await scene(kind);
    const code = await codeOf(ada);
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$/);
    const phone = await link(server, code.toLowerCase().replace('-', ' '));
    expect([phone.nick, phone.member]).toEqual(['ada', ada.member]);
    expect(idOf(phone)).not.toBe(idOf(ada));
    await expect(link(server, code)).rejects.toMatchObject({ code: 'code-wrong' });
    const back = await WireClient.login(server, {}, phone.device);
    expect(back.member).toBe(ada.member);
  });

  test('devices are listed with their fingerprints, to others without their logins', async () => {
    const { server, ada } = await scene(kind);
    const phone = await link(server, await codeOf(ada));
    const { devices } = await ada.askFor('devices', { kind: 'devices' });
    const fingerprint = ({ device }: WireClient) =>
      createHash('sha256').update(Buffer.from(device.publicKey, 'base64url')).digest('base64url');
    expect(devices.map((one) => [one.device, one.fingerprint])).toEqual([
      [idOf(ada), fingerprint(ada)],
      [idOf(phone), fingerprint(phone)],
    ]);
    await WireClient.login(server, {}, phone.device);
    // A login may be written late.
    await vi.waitFor(async () => {
      const again = await ada.askFor('devices', { kind: 'devices' });
      expect(again.devices[1]?.seen).toBeGreaterThanOrEqual(devices[1]?.since ?? Infinity);
    });
    const bob = await WireClient.login(server, { nick: 'bob', token });
    const person = await bob.askFor('person', { kind: 'whois', nick: '@ada' });
    expect(person.person).toMatchObject({ nick: 'ada', state: 'online' });
    expect(person.devices.map((one) => one.fingerprint)).toEqual([fingerprint(ada), fingerprint(phone)]);
    expect(JSON.stringify(person.devices)).not.toContain('seen');
    await expect(bob.ask({ kind: 'whois', nick: 'adda' })).rejects.toMatchObject({
      code: 'no-such-member',
      message: 'Nobody is called adda here. Did you mean ada?',
    });
  });

  test('a revoked key is cut at once, with its codes, and never let in again', async () => {
    const { server, ada } = await scene(kind);
    const phone = await link(server, await codeOf(ada));
    const script = await WireClient.login(server, { role: 'script' }, phone.device);
    const code = await codeOf(phone);
    await ada.ask({ kind: 'revoke', device: idOf(phone) });
    for (const one of [phone, script]) {
      expect(await one.next('bye')).toMatchObject({ reason: 'revoked' });
      await one.ended;
    }
    await expect(WireClient.login(server, {}, phone.device)).rejects.toThrow();
    const asNew = WireClient.login(server, { nick: 'eve', token }, phone.device);
    await expect(asNew).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(link(server, code)).rejects.toMatchObject({ code: 'code-wrong' });
    const relinked = link(server, await codeOf(ada), phone.device);
    await expect(relinked).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

test('one cannot revoke the device in hand, nor one of somebody else', async () => {
  const { server, ada } = await scene();
  const bob = await WireClient.login(server, { nick: 'bob', token });
  for (const device of [idOf(ada), idOf(bob), 99 as DeviceId]) {
    await expect(ada.ask({ kind: 'revoke', device })).rejects.toMatchObject({ code: 'not-allowed' });
  }
  await bob.settled();
});

test('a newer code ends the one before, and two that come at once with one are one', async () => {
  const { server, ada } = await scene();
  const old = await codeOf(ada);
  const code = await codeOf(ada);
  await expect(link(server, old)).rejects.toMatchObject({ code: 'code-wrong' });
  const both = await Promise.allSettled([link(server, code), link(server, code)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('the operator has a code made for a member who lost every key, others for nobody', async () => {
  const { server, ada } = await scene();
  const control = await WireClient.login(server, { role: 'control', token: controlToken });
  const { code } = await control.askFor('code', { kind: 'link', nick: 'ada' });
  const found = await link(server, code);
  expect(found.member).toBe(ada.member);
  await expect(control.ask({ kind: 'link', nick: 'addda' })).rejects.toMatchObject({
    code: 'no-such-member',
  });
  await expect(control.ask({ kind: 'link' })).rejects.toMatchObject({ code: 'malformed' });
  await expect(ada.ask({ kind: 'link', nick: 'ada' })).rejects.toMatchObject({ code: 'not-allowed' });
});

test('five wrong codes are all that an address has, on an open server too', async () => {
  const server = await testServer();
  const ada = await WireClient.login(server, { nick: 'ada' });
  for (let tries = 0; tries < 5; tries += 1) {
    await expect(link(server, 'AAAAA-AAAAA')).rejects.toMatchObject({ code: 'code-wrong' });
  }
  const code = await codeOf(ada);
  await expect(link(server, code)).rejects.toMatchObject({ code: 'too-many' });
});

test('a member has devicesPerMember keys at the most', async () => {
  const { server, ada } = await scene('memory', { limits: { devicesPerMember: 2 } });
  await link(server, await codeOf(ada));
  const code = await codeOf(ada);
  await expect(link(server, code)).rejects.toMatchObject({ code: 'too-many' });
});

describe('a code', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  test('is good for codeMs', async () => {
    const { server, ada } = await scene();
    const { code, until } = await ada.askFor('code', { kind: 'link' });
    expect(until).toBe(Date.now() + limits.codeMs);
    vi.setSystemTime(until);
    await expect(link(server, code)).rejects.toMatchObject({ code: 'code-wrong' });
    const next = await ada.askFor('code', { kind: 'link' });
    vi.setSystemTime(next.until - 1);
    await expect(link(server, next.code)).resolves.toMatchObject({ member: ada.member });
  });
});
