// Server, log and clients in one process, with every choice drawn from a seed: what promises 1 to 4 say, and presence
// and the bounds of queues with them, under schedules that real sockets and disks would show once in a year. All above
// sockets, timers and the disk is the program's own code.
import { describe, expect, test, vi } from 'vitest';
import { type Outcome, simulate } from '../simulation/simulate.ts';
import { report, seed, sized } from '../size.ts';

vi.mock('node:net', async (original) => ({
  ...(await original<typeof import('node:net')>()),
  ...(await import('../simulation/stand-ins.ts')).net,
}));
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  ...(await import('../simulation/stand-ins.ts')).timersPromises,
}));
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  ...(await import('../simulation/stand-ins.ts')).crypto,
}));
vi.mock('../../../src/net/rounds.ts', async (original) => {
  const { Rounds } = await original<typeof import('../../../src/net/rounds.ts')>();
  const { roundsOfEach } = await import('../simulation/stand-ins.ts');
  return { Rounds, rounds: roundsOfEach((clock) => new Rounds(clock)) };
});

const { seeds, steps, replayed } = sized({
  quick: { seeds: 3, steps: 50_000, replayed: 10_000 },
  long: { seeds: 8, steps: 1_000_000, replayed: 100_000 },
});

describe('a simulation of server, log and clients', () => {
  const all = Array.from({ length: seeds }, (_, index) => seed + index);

  test.each(all)('of seed %i: nothing lost, nothing doubled, one order', async (one) => {
    const outcome = await simulate(one, steps);
    expect(outcome.wrong, outcome.wrong).toBeUndefined();
    expect(outcome.counts.rests).toBeGreaterThan(0);
    report({ promise: 0, did: did(outcome), saw: saw(outcome) });
  });

  test('goes the same way from the same seed, to the last byte, and another way from another', async () => {
    const hashes: string[] = [];
    for (const one of [seed, seed, seed + 1]) hashes.push((await simulate(one, replayed)).hash);
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

function did({ seed: from, steps: taken, counts }: Outcome): string {
  const faults = [
    'cut',
    'cut with bytes in flight',
    'dark',
    'stall',
    'crashes',
    'crashes with writes waiting',
  ];
  const further = [
    'clean stops',
    'clients killed',
    'disk-full',
    'log-failed',
    'new logs',
    'sleeps',
    'clock jumps',
  ];
  const told = [...faults, ...further].map((what) => `${counts[what] ?? 0} ${what}`).join(', ');
  return `simulation of seed ${from}, ${taken} steps: ${told}`;
}

function saw({ counts, ms, steps: taken, hash }: Outcome): string {
  const told = ['events stored', 'events told', 'pieces of frames', 'logins', 'rests', 'most bytes queued'];
  const seen = told.map((what) => `${counts[what] ?? 0} ${what}`).join(', ');
  const perMinute = Math.round((taken / ms) * 60_000).toLocaleString('en');
  return `held; ${seen}; trace ${hash}; ${(ms / 1_000).toFixed(1)} s, ${perMinute} steps/min`;
}
