// Whether people notice that others search: a post to everybody's socket on a server with 1,000,000 messages, while
// somebody types twenty searches a second, and without.
import type { Home, Served } from '../../helpers/program.ts';
import { watchCores } from '../cores.ts';
import type { LoadPlan, LoadResult } from '../load.ts';
import { forkBench, median, quantile, rounds, told } from '../measure.ts';
import type { SearcherPlan } from '../searcher.ts';
import type { Row } from '../table.ts';
import { long, type TalkLog } from '../talk-log.ts';
import { dataOf, queries } from './conversation.ts';

const pace = {
  writers: 10,
  window: 1,
  textBytes: 100,
  postsPerSecond: 100,
  seconds: 2,
  members: 50,
} as const;
const searchesPerSecond = 20;
const goal = 1.2;

async function posted(port: number): Promise<LoadResult> {
  const load = forkBench('load.ts', { ...pace, port, wire: 'tls' } satisfies LoadPlan);
  const result = await told<LoadResult>(load, 'result');
  load.kill('SIGKILL');
  return result;
}

async function besideSearches({ port, fingerprint }: Served, { reader }: TalkLog): Promise<LoadResult> {
  const typed = Object.values(queries).flatMap((query) =>
    Array.from({ length: 4 }, (_, time) => query(time)),
  );
  const plan: SearcherPlan = {
    port,
    pin: fingerprint,
    device: reader,
    queries: typed,
    perSecond: searchesPerSecond,
  };
  const searcher = forkBench('searcher.ts', plan);
  await told(searcher, 'online');
  const result = await posted(port);
  searcher.send({ end: true });
  const asked = await told<number>(searcher, 'asked');
  searcher.kill('SIGKILL');
  const least = searchesPerSecond * (pace.seconds + 1) * 0.8;
  if (asked < least) throw new Error(`only ${asked} searches were made`);
  return result;
}

export async function postsBesideSearch(makeHome: () => Home): Promise<Row> {
  await using home = makeHome();
  const log = await dataOf(home, long);
  const served = await home.serve(['--open', '--no-limits', '--data', log.folder]);
  const pairs: { alone: LoadResult; beside: LoadResult }[] = [];
  const cores = watchCores();
  for (let round = 0; round < rounds; round += 1) {
    const alone = await posted(served.port);
    pairs.push({ alone, beside: await besideSearches(served, log) });
  }
  const of = (which: 'alone' | 'beside', share: number) =>
    median(pairs.map((pair) => quantile(pair[which].toAllMs, share)));
  const say = (which: 'alone' | 'beside') =>
    `p50 ${of(which, 0.5).toFixed(1)}, p99 ${of(which, 0.99).toFixed(1)} ms`;
  const ratio = median(
    pairs.map(({ alone, beside }) => quantile(beside.toAllMs, 0.99) / quantile(alone.toAllMs, 0.99)),
  );
  return {
    name: `post to everybody's socket, ${pace.postsPerSecond} posts/s, ${pace.members} members, ${searchesPerSecond} searches/s in ${long.toLocaleString('en')} messages`,
    value: say('beside'),
    reference: `without searches ${say('alone')}`,
    ratio,
    goal: `p99 ≤ ${goal}`,
    isMet: ratio <= goal,
    ...cores(),
  };
}
