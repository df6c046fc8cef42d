// Many members: what 5,000 idle ones hold in memory, and what it costs when they all come at once, new or known.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import type { Home, Served } from '../../helpers/program.ts';
import type { Arrival, CrowdPlan, Dial } from '../crowd.ts';
import { forkBench, median, residentMiB, told } from '../measure.ts';
import type { Row } from '../table.ts';

const most = 5_000;
const sizes = [100, 1_000, most] as const;
const rounds = 5;
const args = ['--open', '--no-limits'];

/** A round of pings, and V8's own cleaning up when a program does little. Nothing is asked of the server. */
const settleMs = 35_000;
const idleKiB = 80;

type Idle = { readonly resident: number; readonly proportional: number; readonly atOnce: number };

/** Five servers, which all stay to the end: while the crowd of one settles, the next one's comes. */
export async function idleMembers(makeHome: () => Home): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const all: Promise<Idle>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { child, port } = await started(stack.use(makeHome()));
    const crowd = await makeCrowd(most);
    stack.defer(() => void crowd.kill());
    const held = sinceNow(child.pid ?? 0);
    await arrive(crowd, { port, as: 'new' });
    const atOnce = held().resident;
    all.push(after(settleMs).then(() => ({ ...held(), atOnce })));
  }
  const idle = await Promise.all(all);
  const kib = (what: keyof Idle) => median(idle.map((one) => one[what]));
  return [
    {
      name: `memory of an idle member over TLS, ${most} of them`,
      value: `${kib('resident').toFixed(1)} KiB`,
      reference: `${kib('proportional').toFixed(1)} KiB proportional; ${kib('atOnce').toFixed(1)} KiB just after they came`,
      goal: `≤ ${idleKiB} KiB`,
      isMet: kib('resident') <= idleKiB,
    },
  ];
}

/** KiB a member that a server has more than it had at the time of this call. */
function sinceNow(pid: number): () => Omit<Idle, 'atOnce'> {
  const each = (mib: number) => (1_024 * mib) / most;
  const [resident, proportional] = [residentMiB(pid), proportionalMiB(pid)];
  return () => ({
    resident: each(residentMiB(pid) - resident),
    proportional: each(proportionalMiB(pid) - proportional),
  });
}

type Cost = {
  readonly seconds: number;
  readonly bytes: number;
  readonly cpuMs: number;
  /** Seconds for which the server's main thread could have run and had no core. */
  readonly waited: number;
  readonly share: number;
};
type CostOf = (as: Dial['as'], size: number, what: keyof Cost) => number;

const storms = { new: 'join (new: enrol, join, sync)', known: 'come back (known: sync)' } as const;
const secondsMost = 10;
/** What counts as constant: 15 % for what a crowd cannot avoid, presence and a larger heap to walk. */
const constant = 1.15;
/** Server, generator, writer and V8's threads share two cores; beyond this share somebody else was there too. */
const waitedMost = 0.25;

export async function storm(makeHome: () => Home): Promise<Row[]> {
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const size of sizes) {
      for (const [as, cost] of Object.entries(await comeAndComeBack(makeHome, size))) {
        const key = `${as} ${size}`;
        costs.set(key, [...(costs.get(key) ?? []), cost]);
      }
    }
  }
  const of: CostOf = (as, size, what) => median((costs.get(`${as} ${size}`) ?? []).map((cost) => cost[what]));
  return (['new', 'known'] as const).flatMap((as) => [
    timeRow(as, of),
    constantRow(as, of, 'bytes'),
    constantRow(as, of, 'cpuMs'),
  ]);
}

function timeRow(as: Dial['as'], of: CostOf): Row {
  const seconds = of(as, most, 'seconds');
  const waited = of(as, most, 'waited');
  const isCrowded = waited > waitedMost * seconds;
  const share = (100 * of(as, most, 'share')).toFixed(0);
  return {
    name: `${most} ${storms[as]} at once`,
    value: `${seconds.toFixed(1)} s until the last is in`,
    reference: `${waited.toFixed(1)} s of it the server waited for a core; the generator used ${share} % of one`,
    ratio: seconds,
    goal: `≤ ${secondsMost} s`,
    isMet: seconds <= secondsMost,
    // The load of the whole machine says nothing here: the crowd and its server are more than two themselves.
    ...(isCrowded ? { isVoid: 'other programs had the cores' } : {}),
  };
}

function constantRow(as: Dial['as'], of: CostOf, what: 'bytes' | 'cpuMs'): Row {
  const [few = 0, some = 0, many = 0] = sizes.map((size) => of(as, size, what));
  // The first hundred also pay for a program that has just started, so a thousand are held against it too.
  const ratio = many / Math.min(few, some);
  const say = (value: number) =>
    what === 'bytes' ? `${value.toFixed(0)} bytes` : `${value.toFixed(2)} ms CPU`;
  return {
    name: `what each costs the server, of ${most} who ${storms[as]}`,
    value: say(many),
    reference: `of ${sizes[0]} ${say(few)}, of ${sizes[1]} ${say(some)}`,
    ratio,
    goal: `≤ ${constant} of either`,
    isMet: ratio <= constant,
  };
}

/** New ones come to an empty server; then it is started anew, and they come back. */
async function comeAndComeBack(makeHome: () => Home, members: number): Promise<Record<Dial['as'], Cost>> {
  await using home = makeHome();
  const crowd = await makeCrowd(members);
  const first = await started(home);
  const asNew = await cost(crowd, first, 'new', members);
  crowd.send('leave');
  await told(crowd, 'left');
  const ended = once(first.child, 'exit');
  first.child.kill('SIGTERM');
  await ended;
  const asKnown = await cost(crowd, await started(home), 'known', members);
  crowd.kill();
  return { new: asNew, known: asKnown };
}

async function cost(
  crowd: Awaited<ReturnType<typeof makeCrowd>>,
  { child, port }: Served,
  as: Dial['as'],
  members: number,
): Promise<Cost> {
  const pid = child.pid ?? 0;
  const before = { cpu: cpuMs(pid), waited: waitedMs(pid) };
  const { ms, bytes, share } = await arrive(crowd, { port, as });
  return {
    seconds: ms / 1_000,
    bytes: bytes / members,
    cpuMs: (cpuMs(pid) - before.cpu) / members,
    waited: (waitedMs(pid) - before.waited) / 1_000,
    share,
  };
}

async function started(home: Home): Promise<Served> {
  const served = await home.serve(args);
  served.child.stdout?.resume();
  return served;
}

async function makeCrowd(members: number) {
  const crowd = forkBench('crowd.ts', { members } satisfies CrowdPlan);
  await told(crowd, 'ready');
  return crowd;
}

async function arrive(crowd: Awaited<ReturnType<typeof makeCrowd>>, dial: Dial): Promise<Arrival> {
  crowd.send(dial);
  return await told<Arrival>(crowd, 'arrival');
}

/** CPU of all threads; ticks of 10 ms are too coarse for a hundred joins. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + scheduled(pid, thread)[0], 0) / 1e6;
}

function waitedMs(pid: number): number {
  return scheduled(pid, String(pid))[1] / 1e6;
}

/** Nanoseconds on a core, and waiting for one. */
function scheduled(pid: number, thread: string): readonly [ran: number, waited: number] {
  const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
  return [Number(ran), Number(waited)];
}

function proportionalMiB(pid: number): number {
  const line = /Pss:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(line?.[1]) / 1_024;
}
