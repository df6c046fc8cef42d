// Deliveries per second to 100 members, all stored before the ack, against a broadcaster that stores nothing.
import type { ChildProcess } from 'node:child_process';
import type { Home } from '../../helpers/program.ts';
import type { LoadPlan, LoadResult } from '../load.ts';
import { cpuSeconds, forkBench, median, told } from '../measure.ts';
import type { Row } from '../table.ts';

const members = 100;
const shape = { members, writers: 10, window: 64, textBytes: 100, seconds: 5 };
const rounds = 3;

type Rate = {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly share: number;
  readonly load: LoadResult;
};

async function rate(server: number, plan: LoadPlan): Promise<Rate> {
  const load = forkBench('load.ts', plan);
  await told(load, 'started');
  const before = cpuSeconds(server);
  const result = await told<LoadResult>(load, 'result');
  const cpu = cpuSeconds(server) - before;
  load.kill('SIGKILL');
  const { deliveries, seconds, share } = result;
  return { perSecond: deliveries / seconds, cpuMicros: (cpu * 1e6) / deliveries, share, load: result };
}

async function ours(home: Home): Promise<Rate> {
  const { child, port } = await home.serve(['--plain-tcp', '--open', '--no-limits']);
  const measured = await rate(child.pid ?? 0, { ...shape, port, wire: 'plain' });
  child.kill('SIGKILL');
  return measured;
}

async function bare(sizes: { eventBytes: number; ackBytes: number }): Promise<Rate> {
  const child: ChildProcess = forkBench('broadcaster.ts', sizes);
  const port = await told<number>(child, 'port');
  const plan: LoadPlan = { ...shape, port, wire: 'bare' };
  const measured = await rate(child.pid ?? 0, plan);
  child.kill('SIGKILL');
  return measured;
}

export async function fanOut(makeHome: () => Home): Promise<Row> {
  const pairs: { ours: Rate; bare: Rate }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    const measured = await ours(home);
    pairs.push({ ours: measured, bare: await bare(measured.load) });
  }
  const ratio = median(pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond));
  const busiest = Math.max(...pairs.flatMap((pair) => [pair.ours.share, pair.bare.share]));
  const say = (which: 'ours' | 'bare') => {
    const perSecond = median(pairs.map((pair) => pair[which].perSecond));
    const cpu = median(pairs.map((pair) => pair[which].cpuMicros));
    return `${(perSecond / 1e6).toFixed(2)} M/s, ${cpu.toFixed(2)} µs CPU each`;
  };
  return {
    name: `deliveries, ${members} members`,
    value: say('ours'),
    reference: `bare broadcaster ${say('bare')}`,
    ratio,
    goal: '≥ 0.25',
    isMet: ratio >= 0.25,
    ...(busiest > 0.8 ? { isVoid: `the generator used ${(busiest * 100).toFixed(0)} % of a core` } : {}),
  };
}
