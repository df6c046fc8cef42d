// Promise 13: a clean stop drains. SIGTERM under load: the process ends with 0 in time, every ack is in the log, and
// every post that is in the log has been acknowledged before its author's connection ended.
import { expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import { Crowd } from '../harness/crowd.ts';
import { expectNone } from '../harness/expect-none.ts';
import { patienceMs } from '../harness/patience.ts';
import { isLong, randomFrom, report, seed, sized } from '../size.ts';

const rounds = sized({ quick: 20, long: 1_000 });
const roundsOfALife = 50;
const writers = 8;
const stopWithinMs = 40;

const random = randomFrom(seed);
let [posts, counted, inFlight, empty, slowestMs] = [0, 0, 0, 0, 0];

test(
  'a stop leaves nothing acknowledged out of the log, and nothing in the log without its ack',
  async () => {
    for (let done = 0; done < rounds; done += roundsOfALife)
      await live(Math.min(roundsOfALife, rounds - done));
    report({
      promise: 13,
      did: `${counted} times SIGTERM under ${writers} writers, each with posts in flight (${Math.round(inFlight / counted)} on average; ${empty} more had none and do not count)`,
      saw: `${posts} acknowledged, all in the log; exit 0 each time, the slowest after ${Math.round(slowestMs)} ms`,
    });
    expect(counted).toBe(rounds);
  },
  patienceMs,
);

async function live(stops: number): Promise<void> {
  const crowd = await Crowd.gather({ writers, window: 16, random, served: { args: ['--no-limits'] } });
  for (let left = stops; left > 0; ) {
    await crowd.busyFor(random() * stopWithinMs);
    const { inFlight: under } = crowd;
    await stopUnder(crowd);
    if (under === 0) empty += 1;
    else [left, counted, inFlight] = [left - 1, counted + 1, inFlight + under];
    await crowd.served.start();
  }
  const { breaches } = await crowd.disperse();
  expectNone(breaches);
  posts += crowd.posts.length;
}

async function stopUnder(crowd: Crowd): Promise<void> {
  const begun = performance.now();
  const exit = await crowd.served.end('SIGTERM');
  const ms = performance.now() - begun;
  slowestMs = Math.max(slowestMs, ms);
  expect(exit, crowd.served.lastLines).toEqual({ code: 0, signal: null });
  if (isLong) expect(ms).toBeLessThan(limits.drainMs);
  await Promise.all(crowd.writers.map((writer) => writer.until(() => writer.client.status.is !== 'online')));
  const { stored, breaches } = crowd.look();
  expectNone(breaches);
  const ids = new Set(stored.rows.map(({ id }) => id));
  const unanswered = crowd.posts.filter(({ seq, id }) => seq === undefined && ids.has(id));
  expect(unanswered, 'in the log, and its author never heard').toEqual([]);
}
