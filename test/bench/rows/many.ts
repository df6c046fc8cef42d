// Many members: what 5,000 idle ones hold in memory, and what it costs when they all come at once, new or known.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import type { Home, Served } from '../../helpers/program.ts';
import type { Arrival, CrowdPlan, Dial } from '../crowd.ts';
import { busyMachine, forkBench, median, residentMiB, told } from '../measure.ts';
import type { Row } from '../table.ts';

const most = 5_000;
const sizes = [100, 1_000, most] as const;
const rounds = 5;
const args = ['--open', '--no-limits'];

/** Two rounds of pings, and V8's own cleaning up when a program does little. Nothing is asked of the server. */
const settleMs = 65_000;
const idleKiB = 80;

export async function idleMembers(makeHome: () => Home): Promise<Row[]> {
  await using home = makeHome();
  const { child, port } = await started(home);
  const pid = child.pid ?? 0;
  const crowd = await makeCrowd(most);
  const empty = { resident: residentMiB(pid), proportional: proportionalMiB(pid) };
  await arrive(crowd, { port, as: 'new' });
  const atOnce = (1_024 * (residentMiB(pid) - empty.resident)) / most;
  await after(settleMs);
  const resident = (1_024 * (residentMiB(pid) - empty.resident)) / most;
  const proportional = (1_024 * (proportionalMiB(pid) - empty.proportional)) / most;
  crowd.kill();
  return [
    {
      name: `memory of an idle member over TLS, ${most} of them`,
      value: `${resident.toFixed(1)} KiB`,
      reference: `${proportional.toFixed(1)} KiB proportional; ${atOnce.toFixed(1)} KiB just after they came`,
      goal: `≤ ${idleKiB} KiB`,
      isMet: resident <= idleKiB,
    },
  ];
}

type Cost = {
  readonly seconds: number;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly share: number;
};

const storms = { new: 'join (new: enrol, join, sync)', known: 'come back (known: sync)' } as const;
const secondsMost = 10;
/** Constant: a tenth more for what a crowd cannot avoid, presence and a heap that is walked. */
const constant = 1.15;

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
  const of = (as: Dial['as'], size: number, what: keyof Cost) =>
    median((costs.get(`${as} ${size}`) ?? []).map((cost) => cost[what]));
  return (['new', 'known'] as const).flatMap((as) => {
    const seconds = of(as, most, 'seconds');
    const rest = busyMachine();
    return [
      {
        name: `${most} ${storms[as]} at once`,
        value: `${seconds.toFixed(1)} s until the last is in`,
        reference: `the generator used ${(100 * of(as, most, 'share')).toFixed(0)} % of a core`,
        ratio: seconds,
        goal: `≤ ${secondsMost} s`,
        isMet: seconds <= secondsMost,
        ...rest,
      },
      ...(['bytes', 'cpuMs'] as const).map((what) => {
        const [few = 0, some = 0, many = 0] = sizes.map((size) => of(as, size, what));
        const say = (value: number) =>
          what === 'bytes' ? `${value.toFixed(0)} bytes` : `${value.toFixed(2)} ms CPU`;
        return {
          name: `what each costs the server, of ${most} who ${storms[as]}`,
          value: say(many),
          reference: `of ${sizes[0]} ${say(few)}, of ${sizes[1]} ${say(some)}`,
          ratio: many / few,
          goal: `≤ ${constant}`,
          isMet: many / few <= constant,
          ...(what === 'cpuMs' ? rest : {}),
        };
      }),
    ];
  });
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
  const before = cpuMs(pid);
  const { ms, bytes, share } = await arrive(crowd, { port, as });
  return { seconds: ms / 1_000, bytes: bytes / members, cpuMs: (cpuMs(pid) - before) / members, share };
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
  const onCore = (thread: string) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return threads.reduce((sum, thread) => sum + onCore(thread), 0) / 1e6;
}

function proportionalMiB(pid: number): number {
  const line = /Pss:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(line?.[1]) / 1_024;
}
