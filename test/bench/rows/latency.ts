// From Enter in one terminal to the text on another's screen: alone, and while 1 GiB goes up and 1 GiB down.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Home } from '../../helpers/program.ts';
import type { Terminal } from '../../helpers/terminal.ts';
import { quantile } from '../measure.ts';
import type { Row } from '../table.ts';
import { makeFile } from './files.ts';

const posts = 100;
/** The screen draws at most every 80 ms what comes from the network: each post comes to one that has drawn. */
const calmMs = 90;

async function postToScreen(
  writer: Terminal,
  reader: Terminal,
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

export async function latencyBesideTransfers(makeHome: () => Home): Promise<Row> {
  await using home = makeHome();
  const from = join(home.dir, 'one-gib.bin');
  await makeFile(from);
  const { link } = await home.serve(['--open', '--no-limits']);
  const first = await home.run(['put', from, '-s', link, '--nick', 'carl', '--json']);
  const { seq } = JSON.parse(first.stdout) as { seq: number };
  const reader = home.chat([link, '--nick', 'ada'], { columns: 120, rows: 40 });
  const writer = home.chat([link, '--nick', 'bob'], { columns: 120, rows: 40 });
  await Promise.all([reader, writer].map((terminal) => terminal.shows(/\d+ online/)));
  const alone = await postToScreen(writer, reader, 'alone', () => true);
  const other = join(home.dir, 'another-gib.bin');
  await makeFile(other);
  let moving = 2;
  const transfers = [
    ['put', other, '-s', link, '--nick', 'carl'],
    ['get', String(seq), '-o', join(home.dir, 'down.bin'), '-s', link, '--nick', 'carl'],
  ].map(async (args) => {
    await home.run(args);
    moving -= 1;
  });
  const beside = await postToScreen(writer, reader, 'beside', () => moving === 2);
  await Promise.all(transfers);
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
