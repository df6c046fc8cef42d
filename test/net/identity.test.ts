// Keys, certificate and proof, held against node:crypto.
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { addressBlock, isLoopback, plainAddress } from '../../src/net/address.ts';
import {
  fingerprintOf,
  loadServerKey,
  makeDeviceKey,
  makeServerKey,
  signHello,
  verifyHello,
} from '../../src/net/identity.ts';

const material = Buffer.alloc(32, 5);

test('the certificate is read by OpenSSL, signed by its own key and never expires', async () => {
  const key = await makeServerKey();
  const certificate = new X509Certificate(key.certPem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.publicKey.asymmetricKeyType).toBe('ed25519');
  expect(certificate.subject).toBe('CN=chat-tui');
  expect(certificate.validToDate.getUTCFullYear()).toBe(9999);
  expect(fingerprintOf(certificate.publicKey)).toBe(key.fingerprint);
  expect(key.fingerprint).toMatch(/^[\w-]{43}$/);
});

test('a server key is the same after it was kept', async () => {
  const key = await makeServerKey();
  expect(loadServerKey({ keyPem: key.keyPem, certPem: key.certPem })).toEqual(key);
});

test('a damaged server key and one of another certificate are told apart', async () => {
  const [one, two] = [await makeServerKey(), await makeServerKey()];
  expect(() => loadServerKey({ keyPem: one.keyPem, certPem: two.certPem })).toThrow('do not belong together');
  expect(() => loadServerKey({ keyPem: one.keyPem.slice(0, 60), certPem: one.certPem })).toThrow('damaged');
});

test('a proof holds for its device and its connection only', () => {
  const [device, other] = [makeDeviceKey(), makeDeviceKey()];
  const signature = signHello(device, material);
  expect(signature).toHaveLength(86);
  expect(verifyHello(device.publicKey, material, signature)).toBe(true);
  expect(verifyHello(other.publicKey, material, signature)).toBe(false);
  expect(verifyHello(device.publicKey, Buffer.alloc(32, 6), signature)).toBe(false);
});

test.each(['', 'A'.repeat(43), 'short', '-'.repeat(43)])('%j as key or signature proves nothing', (junk) => {
  const device = makeDeviceKey();
  expect(verifyHello(junk, material, signHello(device, material))).toBe(false);
  expect(verifyHello(device.publicKey, material, junk)).toBe(false);
});

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.1', '10.0.0.1'],
  ['::1', '::1', '::1'],
  ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8::5', '2001:db8:0:0::/64'],
])('%s is %s and counts as %s', (raw, plain, block) => {
  expect(plainAddress(raw)).toBe(plain);
  expect(addressBlock(plain)).toBe(block);
});

test('only this machine is loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example'].some(isLoopback)).toBe(false);
});
