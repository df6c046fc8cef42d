// Who is still there: pings go out from one timer, and who answers none is gone. The clock is the test's.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { testServer } from '../helpers/test-server.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Second by second, with turns of the event loop for the sockets after each. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    vi.advanceTimersByTime(1_000);
    for (let count = 0; count < 5; count += 1) await turn();
  }
}

test('a peer that answers no ping is gone after 75 s, one that says nothing else stays', async () => {
  const server = await testServer();
  const ada = await server.enter('ada');
  const bob = await server.enter('bob');
  bob.connection.pause();
  await pass(limits.silenceMs - 5_000);
  expect(server.stats().sessions).toBe(2);
  await pass(10_000);
  await expect(server.lineOf('session-ended')).resolves.toMatchObject({
    fields: { member: bob.came[0]?.kind === 'welcome' ? bob.came[0].member : 0, why: 'silent' },
  });
  await pass(2 * limits.silenceMs);
  expect(server.stats().sessions).toBe(1);
  await expect(ada.post('still here')).resolves.toMatchObject({ kind: 'ack' });
});
