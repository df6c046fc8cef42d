// Failed logins are counted per address, in bounded memory.
import { expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { addressesRememberedMax, LoginFailures } from '../../src/server/login-failures.ts';

function failed(failures: LoginFailures, address: string, times: number): void {
  for (let count = 0; count < times; count += 1) failures.add(address);
}

test('an address is over at its tenth failure, and only that address', () => {
  const failures = new LoginFailures(limits, () => 0);
  failed(failures, '192.0.2.1', limits.loginFailuresPerAddress - 1);
  expect(failures.isOver('192.0.2.1')).toBe(false);
  failures.add('192.0.2.1');
  expect(failures.isOver('192.0.2.1')).toBe(true);
  expect(failures.isOver('192.0.2.2')).toBe(false);
});

test('the /64 of an IPv6 address counts as one', () => {
  const failures = new LoginFailures(limits, () => 0);
  for (let host = 0; host < limits.loginFailuresPerAddress; host += 1) failures.add(`2001:db8::${host}`);
  expect(failures.isOver('2001:db8::ffff')).toBe(true);
  expect(failures.isOver('2001:db8:0:1::1')).toBe(false);
});

test('a window begins with its first failure and ends as a whole', () => {
  let now = 0;
  const failures = new LoginFailures(limits, () => now);
  failed(failures, '192.0.2.1', limits.loginFailuresPerAddress);
  now = limits.loginFailureWindowMs - 1;
  expect(failures.isOver('192.0.2.1')).toBe(true);
  now += 1;
  expect(failures.isOver('192.0.2.1')).toBe(false);
});

test('of more addresses than are remembered the oldest is forgotten', () => {
  const failures = new LoginFailures(limits, () => 0);
  failed(failures, 'first', limits.loginFailuresPerAddress);
  for (let index = 1; index < addressesRememberedMax; index += 1) failures.add(`other ${index}`);
  expect(failures.isOver('first')).toBe(true);
  failures.add('one more');
  expect(failures.isOver('first')).toBe(false);
});
