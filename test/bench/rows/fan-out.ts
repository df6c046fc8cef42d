// Posts stored before their ack and delivered to everybody, against a broadcaster that stores nothing and a writer that
// delivers nothing; and what TLS adds.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Home } from '../../helpers/program.ts';
import type { BarePlan } from '../bare-writer.ts';
import type { LoadPlan, LoadResult } from '../load.ts';
import { cpuSeconds, forkBench, median, rounds, told } from '../measure.ts';
import type { Row } from '../table.ts';

const shape = { writers: 10, window: 64, textBytes: 100, seconds: 4 };

export type Rate = {
  /** Deliveries a second. */
  readonly perSecond: number;
  readonly postsPerSecond: number;
  /** Server CPU of a delivery, microseconds, everything included. */
  readonly cpuMicros: number;
  readonly load: LoadResult;
};

export async function rate(server: ChildProcess, plan: LoadPlan): Promise<Rate> {
  const load = forkBench('load.ts', plan);
  await told(load, 'started');
  const before = cpuSeconds(server.pid ?? 0);
  const result = await told<LoadResult>(load, 'result');
  const cpu = cpuSeconds(server.pid ?? 0) - before;
  load.kill('SIGKILL');
  const { deliveries, posts, seconds } = result;
  return {
    perSecond: deliveries / seconds,
    postsPerSecond: posts / seconds,
    cpuMicros: (cpu * 1e6) / deliveries,
    load: result,
  };
}

async function ours(makeHome: () => Home, members: number, wire: 'plain' | 'tls'): Promise<Rate> {
  await using home = makeHome();
  const plain = wire === 'plain' ? ['--plain-tcp'] : [];
  const { child, port } = await home.serve([...plain, '--open', '--no-limits']);
  return await rate(child, { ...shape, members, port, wire });
}

/** Ours with the size of a commit: what was stored over the transactions, from the server's last line. */
async function oursWithCommits(makeHome: () => Home, members: number): Promise<Rate & { batch: number }> {
  await using home = makeHome();
  const { child, port } = await home.serve(['--plain-tcp', '--open', '--no-limits']);
  let lines = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines += text;
  });
  const measured = await rate(child, { ...shape, members, port, wire: 'plain' });
  child.kill('SIGTERM');
  await once(child, 'exit');
  const [, commits] = /"event":"ended".*"commits":(\d+)/.exec(lines) ?? [];
  const [, deliveries] = /"event":"ended".*"deliveries":(\d+)/.exec(lines) ?? [];
  const batch = Math.round(Number(deliveries) / members / Number(commits));
  if (!(batch > 0)) throw new Error(`the server's last lines do not say how many commits: ${lines}`);
  return { ...measured, batch };
}

async function bare(members: number, { eventBytes, ackBytes }: LoadResult): Promise<Rate> {
  const child = forkBench('broadcaster.ts', { eventBytes, ackBytes });
  const port = await told<number>(child, 'port');
  const measured = await rate(child, { ...shape, members, port, wire: 'bare' });
  child.kill('SIGKILL');
  return measured;
}

export async function fanOut(makeHome: () => Home): Promise<Row[]> {
  return [await deliveries(makeHome, 100, 0.35), await deliveries(makeHome, 1_000, 0.6)];
}

async function deliveries(makeHome: () => Home, members: number, goal: number): Promise<Row> {
  const pairs: { ours: Rate; bare: Rate }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const measured = await ours(makeHome, members, 'plain');
    pairs.push({ ours: measured, bare: await bare(members, measured.load) });
  }
  const ratio = median(pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond));
  const busiest = median(pairs.map((pair) => pair.ours.load.share));
  const say = (which: 'ours' | 'bare') => {
    const perSecond = median(pairs.map((pair) => pair[which].perSecond));
    const cpu = median(pairs.map((pair) => pair[which].cpuMicros));
    const share = median(pairs.map((pair) => pair[which].load.share));
    return `${(perSecond / 1e6).toFixed(2)} M/s, ${cpu.toFixed(2)} µs CPU each, generator ${(share * 100).toFixed(0)} %`;
  };
  return {
    name: `deliveries, ${members} members`,
    value: say('ours'),
    reference: `bare broadcaster ${say('bare')}`,
    ratio,
    goal: `≥ ${goal}`,
    isMet: ratio >= goal,
    // A generator that is full flatters us only where it holds back the reference and not us.
    ...(busiest > 0.8 ? { isVoid: `the generator used ${(busiest * 100).toFixed(0)} % of a core` } : {}),
  };
}

export async function posts(makeHome: () => Home): Promise<Row> {
  const members = 10;
  const pairs: { ours: Rate & { batch: number }; bare: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    const measured = await oursWithCommits(makeHome, members);
    const plan: BarePlan = {
      path: join(home.dir, 'bare.db'),
      batch: measured.batch,
      textBytes: shape.textBytes,
      seconds: shape.seconds,
    };
    const done = await told<{ posts: number; seconds: number }>(forkBench('bare-writer.ts', plan), 'result');
    pairs.push({ ours: measured, bare: done.posts / done.seconds });
  }
  const ratio = median(pairs.map((pair) => pair.ours.postsPerSecond / pair.bare));
  return {
    name: `posts, ${members} members`,
    value: `${median(pairs.map((pair) => pair.ours.postsPerSecond)).toFixed(0)} posts/s, ${median(pairs.map(({ ours }) => ours.batch))} in a commit`,
    reference: `bare writer ${median(pairs.map((pair) => pair.bare)).toFixed(0)} posts/s`,
    ratio,
    goal: '≥ 0.7',
    isMet: ratio >= 0.7,
  };
}

/** At a pace that both hold, so that both have batches of the same size. */
export async function secure(makeHome: () => Home): Promise<Row> {
  const pace = { ...shape, members: 100, postsPerSecond: 1_000 };
  const pairs: { tls: Rate; plain: Rate }[] = [];
  const once = async (wire: 'plain' | 'tls') => {
    await using home = makeHome();
    const args = wire === 'plain' ? ['--plain-tcp'] : [];
    const { child, port } = await home.serve([...args, '--open', '--no-limits']);
    return await rate(child, { ...pace, port, wire });
  };
  for (let round = 0; round < rounds; round += 1)
    pairs.push({ tls: await once('tls'), plain: await once('plain') });
  const cpu = (which: 'tls' | 'plain') => median(pairs.map((pair) => pair[which].cpuMicros));
  const ratio = median(pairs.map(({ tls, plain }) => tls.cpuMicros / plain.cpuMicros));
  return {
    name: `CPU of a delivery with TLS, ${pace.members} members, ${pace.postsPerSecond} posts/s`,
    value: `${cpu('tls').toFixed(2)} µs`,
    reference: `plain TCP ${cpu('plain').toFixed(2)} µs`,
    ratio,
    goal: '≤ 2',
    isMet: ratio <= 2,
  };
}
