// How long a post needs: to the last member's socket at a calm pace, against a broadcaster that stores nothing; the
// same, and from Enter to another's screen, while 1 GiB goes up and 1 GiB down.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Home, Served } from '../../helpers/program.ts';
import type { Terminal } from '../../helpers/terminal.ts';
import type { LoadPlan, LoadResult } from '../load.ts';
import { forkBench, median, quantile, rounds, told } from '../measure.ts';
import type { Row } from '../table.ts';
import { makeFile } from './files.ts';

const pace = { writers: 10, window: 1, textBytes: 100, postsPerSecond: 200, seconds: 5 };

/** Milliseconds from each post to the last socket. */
async function toAll(plan: Omit<LoadPlan, keyof typeof pace>): Promise<LoadResult> {
  const load = forkBench('load.ts', { ...pace, ...plan });
  const result = await told<LoadResult>(load, 'result');
  load.kill('SIGKILL');
  return result;
}

async function bare(members: number, { eventBytes, ackBytes }: LoadResult): Promise<LoadResult> {
  const child: ChildProcess = forkBench('broadcaster.ts', { eventBytes, ackBytes });
  const port = await told<number>(child, 'port');
  const measured = await toAll({ members, port, wire: 'bare' });
  child.kill('SIGKILL');
  return measured;
}

const p99 = ({ toAllMs }: LoadResult) => quantile(toAllMs, 0.99);
const say = (all: readonly LoadResult[]) => {
  const of = (share: number) => median(all.map(({ toAllMs }) => quantile(toAllMs, share))).toFixed(1);
  return `p50 ${of(0.5)}, p99 ${of(0.99)} ms`;
};

export async function latency(makeHome: () => Home): Promise<Row[]> {
  return [await toEverybody(makeHome, 100), await toEverybody(makeHome, 1_000)];
}

async function toEverybody(makeHome: () => Home, members: number): Promise<Row> {
  const pairs: { ours: LoadResult; bare: LoadResult }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    const { port } = await home.serve(['--plain-tcp', '--open', '--no-limits']);
    const ours = await toAll({ members, port, wire: 'plain' });
    pairs.push({ ours, bare: await bare(members, ours) });
  }
  const ratio = median(pairs.map((pair) => p99(pair.ours) / p99(pair.bare)));
  return {
    name: `post to everybody's socket, ${pace.postsPerSecond} posts/s, ${members} members`,
    value: say(pairs.map(({ ours }) => ours)),
    reference: `bare broadcaster ${say(pairs.map((pair) => pair.bare))}`,
    ratio,
    goal: 'p99 ≤ 2.5',
    isMet: ratio <= 2.5,
  };
}

/** Starts one upload and one download of 1 GiB; tells whether both still move, and waits for their end. */
function startTransfers(home: Home, served: Served, paths: { readonly up: string; readonly seq: number }) {
  let moving = 2;
  const at = ['-s', served.link, '--nick', 'carl'];
  const done = [
    ['put', paths.up, ...at],
    ['get', String(paths.seq), '-o', join(home.dir, 'down.bin'), ...at],
  ].map(async (args) => {
    const { code, stderr } = await home.run(args);
    moving -= 1;
    if (code !== 0) throw new Error(`${args[0]}: ${stderr}`);
  });
  return { bothMove: () => moving === 2, done: Promise.all(done) };
}

async function prepareFiles(home: Home, served: Served) {
  const [one, other] = [join(home.dir, 'one-gib.bin'), join(home.dir, 'another-gib.bin')];
  await Promise.all([makeFile(one), makeFile(other)]);
  const { stdout } = await home.run(['put', one, '-s', served.link, '--nick', 'carl', '--json']);
  spawnSync('sync');
  return { up: other, seq: (JSON.parse(stdout) as { seq: number }).seq };
}

/** The same server and members alone and beside both transfers, in turn. */
export async function socketsBesideTransfers(makeHome: () => Home): Promise<Row> {
  const members = 100;
  const pairs: { alone: LoadResult; beside: LoadResult }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    const served = await home.serve(['--open', '--no-limits']);
    const paths = await prepareFiles(home, served);
    const alone = await toAll({ members, port: served.port, wire: 'tls' });
    const load = forkBench('load.ts', { ...pace, seconds: 2, members, port: served.port, wire: 'tls' });
    const transfers = startTransfers(home, served, paths);
    const beside = await told<LoadResult>(load, 'result');
    const stillMoved = transfers.bothMove();
    load.kill('SIGKILL');
    await transfers.done;
    if (!stillMoved) throw new Error('The transfers were over before the measurement was.');
    pairs.push({ alone, beside });
  }
  const ratio = median(pairs.map(({ alone, beside }) => p99(beside) / p99(alone)));
  return {
    name: `the same, ${members} members over TLS, while 1 GiB goes up and 1 GiB down`,
    value: say(pairs.map(({ beside }) => beside)),
    reference: `alone ${say(pairs.map(({ alone }) => alone))}`,
    ratio,
    goal: 'p99 ≤ 2',
    isMet: ratio <= 2,
  };
}

const posts = 100;
/** The screen draws at most every 80 ms what comes from the network: each post comes to one that has drawn. */
const calmMs = 90;

async function postToScreen(
  { writer, reader }: { readonly writer: Terminal; readonly reader: Terminal },
  word: string,
  isGoingOn: () => boolean,
): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < posts && isGoingOn(); n += 1) {
    const text = `${word} ${n}.`;
    const begun = performance.now();
    writer.enter(text);
    await reader.shows(text);
    times.push(performance.now() - begun);
    await setTimeout(calmMs);
  }
  return times;
}

export async function screenBesideTransfers(makeHome: () => Home): Promise<Row> {
  await using home = makeHome();
  const served = await home.serve(['--open', '--no-limits']);
  const paths = await prepareFiles(home, served);
  const reader = home.chat([served.link, '--nick', 'ada'], { columns: 120, rows: 40 });
  const writer = home.chat([served.link, '--nick', 'bob'], { columns: 120, rows: 40 });
  await Promise.all([reader, writer].map((terminal) => terminal.shows(/\d+ online/)));
  const alone = await postToScreen({ writer, reader }, 'alone', () => true);
  const transfers = startTransfers(home, served, paths);
  const beside = await postToScreen({ writer, reader }, 'beside', transfers.bothMove);
  await transfers.done;
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(beside, share) / quantile(alone, share));
  const say = (times: readonly number[]) =>
    `p50 ${quantile(times, 0.5).toFixed(1)}, p99 ${quantile(times, 0.99).toFixed(1)} ms of ${times.length}`;
  const ratio = Math.max(p50 ?? Number.NaN, p99 ?? Number.NaN);
  return {
    name: 'post to screen while 1 GiB goes up and 1 GiB down',
    value: say(beside),
    reference: `alone: ${say(alone)}`,
    ratio,
    goal: '≤ 2 (p50 and p99)',
    isMet: ratio <= 2,
  };
}
