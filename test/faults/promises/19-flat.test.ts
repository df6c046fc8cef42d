// Promise 19: memory and handles stay flat. Thousands come and go; then the server keeps of them what it kept at the
// start: no handle, no thread, no entry in any of its tables. The long run measures its memory, and a client's.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { rounds } from '../../../src/net/rounds.ts';
import { budgetsKept } from '../../../src/server/rates.ts';
import { residentMiB } from '../../bench/measure.ts';
import { Home } from '../../helpers/program.ts';
import { testServer } from '../../helpers/test-server.ts';
import { churn } from '../churn.ts';
import { isLong, patient, report, sized } from '../size.ts';

const operations = sized({ quick: 2_500, long: 25_000 });
const lanes = 8;
const upTo = (most: number) => (done: number) => done < most;

/** What the ends of connections and the timers behind them leave to be done is done within this. */
const settledMs = 10_000;

test('no table of the server keeps anybody who has left', patient, async () => {
  let now = Date.now();
  const watchedBefore = rounds.count;
  const server = await testServer({
    token: 'link',
    noLimits: true,
    // No clock shall take away what its own end should have.
    limits: { leaveDelayMs: 20, handshakeMs: 3_600_000 },
    now: () => now,
  });
  const watchedAtStart = rounds.count;
  const done = await churn({
    address: { port: server.port },
    token: 'link',
    lanes,
    goesOn: upTo(operations),
  });
  expect(server.stats().kept.tickets).toBeGreaterThan(0);
  // Whoever was given a ticket had half a minute.
  now += 60_000;
  const tables = () => {
    const { sessions, online, transfers, queuedBytes, kept } = server.stats();
    const { budgets: _, ...rest } = kept;
    return { sessions, online, transfers, queuedBytes, ...rest, watched: rounds.count };
  };
  const nobody = {
    sessions: 0,
    online: 0,
    transfers: 0,
    queuedBytes: 0,
    followers: 0,
    audiences: 0,
    tickets: 0,
    halfOpen: 0,
    waiting: 0,
    watched: watchedAtStart,
  };
  const kept = () =>
    Object.entries(tables()).filter(([name, count]) => count !== nobody[name as keyof typeof nobody]);
  await vi.waitFor(() => expect(kept().map(([name]) => name)).toEqual([]), settledMs);
  expect(server.stats().kept.budgets).toBeLessThanOrEqual(budgetsKept);
  expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  await server.stop('restart');
  expect(rounds.count).toBe(watchedBefore);
  const { budgets } = server.stats().kept;
  report({
    promise: 19,
    did: `${done} comings and goings`,
    saw: `all tables empty, ${budgets} budgets kept`,
  });
});

type Handles = { readonly files: number; readonly threads: number };

function handlesOf(pid: number): Handles {
  const threads = /Threads:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { files: filesOf(pid).length, threads: Number(threads) };
}

/** What each descriptor of the process is. */
function filesOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))];
    } catch {
      // Closed since the folder was read.
      return [];
    }
  });
}

/** Of them those that come and go with connections: sockets, and the files of transfers. */
const ofGuests = (pid: number) =>
  filesOf(pid).filter((file) => /^socket:|\/(unfinished|blobs)\//.test(file)).length;

test('the built server has the handles and threads that it had', patient, async () => {
  await using home = new Home();
  const served = await home.serve(['--no-limits', '--plain-tcp', '--open']);
  const pid = served.child.pid ?? 0;
  const plan = { address: { port: served.port }, token: '', lanes };
  const alone = ofGuests(pid);
  await churn({ ...plan, goesOn: upTo(100) });
  await vi.waitFor(() => expect(ofGuests(pid)).toBe(alone), settledMs);
  const before = handlesOf(pid);
  await churn({ ...plan, goesOn: upTo(sized({ quick: 800, long: 25_000 })) });
  await vi.waitFor(() => expect(handlesOf(pid)).toEqual(before), settledMs);
});

const minutes = Number(process.env.FAULT_MINUTES ?? 5);
/** What the straight line through the second half may rise over that half: garbage that is not collected yet. */
const riseMax = 0.05;

type Sample = { readonly at: number; readonly server: number; readonly client: number };

/** Least squares: how much the line through the points rises from the first to the last, as a share of their mean. */
function rise(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const slope =
    points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) /
    points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return (slope * (last - first)) / y;
}

async function measured(): Promise<void> {
  await using home = new Home();
  const served = await home.serve(['--no-limits', '--plain-tcp', '--open']);
  const reader = home.start([served.link, '--plain', '--nick', 'reader', '--commands']);
  reader.stdout.resume();
  reader.stderr?.resume();
  const [server, client] = [served.child.pid ?? 0, reader.pid ?? 0];
  const samples: Sample[] = [];
  const begun = performance.now();
  const until = begun + minutes * 60_000;
  const sampler = setInterval(() => {
    samples.push({ at: performance.now() - begun, server: residentMiB(server), client: residentMiB(client) });
  }, 1_000);
  const plan = { address: { port: served.port }, token: '', lanes };
  const done = await churn({ ...plan, goesOn: () => performance.now() < until });
  clearInterval(sampler);
  const half = samples.slice(samples.length / 2);
  const [ofServer, ofClient] = (['server', 'client'] as const).map((who) =>
    rise(half.map((one) => [one.at, one[who]])),
  );
  const percent = (share = Number.NaN) => `${(100 * share).toFixed(1)} %`;
  const at = (who: 'server' | 'client') =>
    `${half[0]?.[who].toFixed(0)} to ${half.at(-1)?.[who].toFixed(0)} MiB`;
  report({
    promise: 19,
    did: `${done} comings and goings in ${minutes} min`,
    saw: `second half: server ${at('server')}, line ${percent(ofServer)}; plain client ${at('client')}, line ${percent(ofClient)}`,
  });
  expect(reader.exitCode).toBeNull();
  expect(ofServer).toBeLessThanOrEqual(riseMax);
  expect(ofClient).toBeLessThanOrEqual(riseMax);
}

if (isLong) test('memory stays flat, measured', measured);
