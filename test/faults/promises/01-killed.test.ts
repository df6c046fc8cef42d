// Promise 1: no acknowledged message is lost when the server is killed. Eight writers never pause, files go up, the
// server's process is killed at a random moment, some of the time frozen first or with its clock moved, and after each
// kill its disk is held against what was acknowledged.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Crowd } from '../harness/crowd.ts';
import { expectNone } from '../harness/expect-none.ts';
import { delay } from '../harness/load.ts';
import { patienceMs } from '../harness/patience.ts';
import { Tally } from '../harness/tally.ts';
import { endsInACommit } from '../harness/wal.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const rounds = sized({ quick: 20, long: 1_000 });
/** A data folder and its people live this long: what is looked through after each kill grows with it. */
const roundsOfALife = 50;
const writers = 8;
const killWithinMs = 40;
/** Now and then a round is long enough for a file to arrive. */
const longRoundMs = 300;
const frozenMs = 10;
const preload = join(import.meta.dirname, '..', 'harness', 'moved-clock.mjs');

const random = randomFrom(seed);
const fell = new Tally();
let [posts, files, empty] = [0, 0, 0];

test(
  'nothing acknowledged is lost by a kill',
  async () => {
    for (let done = 0; done < rounds; done += roundsOfALife)
      await live(Math.min(roundsOfALife, rounds - done));
    report({
      promise: 1,
      did: `${rounds} kills under ${writers} writers, each with posts in flight (${empty} more had none and do not count)`,
      saw: `${posts} messages and ${files} files acknowledged, 0 lost, integrity_check ok each time. Fell: ${fell}`,
    });
    expect(fell.of('with posts in flight')).toBe(rounds);
  },
  patienceMs,
);

/** One data folder: so many kills, each looked at, and the whole history at its end. */
async function live(kills: number): Promise<void> {
  const crowd = await Crowd.gather({
    writers,
    window: 16,
    random,
    served: { args: ['--no-limits'], preload },
  });
  for (let counted = 0; counted < kills; ) {
    const inFlight = await killUnder(crowd);
    if (inFlight > 0) counted += 1;
    else empty += 1;
    const { stored, breaches } = crowd.look();
    expectNone(breaches);
    expect(stored.integrity).toBe('ok');
    if (inFlight > 0) tally(crowd, new Set(stored.rows.map(({ id }) => id)));
    await crowd.served.start();
  }
  files += crowd.filesSent;
  const { breaches } = await crowd.disperse();
  expectNone(breaches);
  posts += crowd.posts.length;
}

/** Kills the server at a moment of the schedule; gives how many posts were in flight. */
async function killUnder(crowd: Crowd): Promise<number> {
  const [isFrozen, isMoved, isLongRound] = [random() < 0.2, random() < 0.3, random() < 0.1];
  const ms = random() * (isLongRound ? longRoundMs : killWithinMs);
  await crowd.busyFor(isMoved ? ms / 2 : ms);
  if (isMoved) {
    crowd.served.signal('SIGUSR2');
    await delay(ms / 2);
  }
  if (isFrozen) {
    crowd.served.signal('SIGSTOP');
    await delay(frozenMs);
  }
  const { inFlight } = crowd;
  await crowd.served.end('SIGKILL');
  if (inFlight > 0 && isFrozen) fell.add('after SIGSTOP');
  if (inFlight > 0 && isMoved) fell.add('after a jump of the clock');
  return inFlight;
}

/** Where a kill fell, by what it left behind. */
function tally(crowd: Crowd, stored: ReadonlySet<string>): void {
  fell.add('with posts in flight');
  const unanswered = crowd.posts.filter(({ seq }) => seq === undefined);
  if (unanswered.some(({ id }) => stored.has(id))) fell.add('between a commit and its acks');
  if (unanswered.some(({ id }) => !stored.has(id))) fell.add('before the commit of some');
  if (endsInACommit(crowd.served.data)) fell.add("in a commit's writing");
}
