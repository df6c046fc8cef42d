// 1 GiB up and down through the program, against nginx or a bare pipe (references.ts), with TLS and without.
import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '../../helpers/program.ts';
import { median, quantile } from '../measure.ts';
import type { Wire } from '../nginx.ts';
import { makeReference } from '../references.ts';
import type { Row } from '../table.ts';

const mebibyte = 1_048_576;
const size = 1_024 * mebibyte;
const rounds = 5;
const goal = 0.9;
/** Where the reference's own quarters lie further apart than this, no ratio to it says anything. */
const spreadMost = 1.5;

/** A file that no file system can store as a hole. */
export async function makeFile(path: string, bytes = size): Promise<void> {
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(mebibyte);
  for (let at = 0; at < bytes; at += mebibyte) {
    crypto.getRandomValues(chunk.subarray(0, 65_536));
    chunk.writeDoubleLE(at, 0);
    await file.write(chunk, 0, Math.min(mebibyte, bytes - at));
  }
  await file.close();
}

export const filesPlain = (makeHome: () => Home) => files(makeHome, 'plain');
export const filesTls = (makeHome: () => Home) => files(makeHome, 'tls');

type Times = { readonly ours: number[]; readonly theirs: number[] };

async function files(makeHome: () => Home, wire: Wire): Promise<Row[]> {
  await using home = makeHome();
  const from = join(home.dir, 'one-gib.bin');
  await makeFile(from);
  await using reference = await makeReference(join(home.dir, 'reference'), wire, from);
  const up: Times = { ours: [], theirs: [] };
  const checked: Times = { ours: up.ours, theirs: [] };
  const down: Times = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    await using own = makeHome();
    const { link } = await own.serve(['--open', ...(wire === 'plain' ? ['--plain-tcp'] : [])]);
    const program = throughProgram(own, link, from);
    const idle = await quickest(program.idle);
    const idleReference = await quickest(reference.idle);
    await settle(home);
    const theirUp = (await seconds(reference.up.run)) - idleReference;
    up.theirs.push(theirUp);
    checked.theirs.push(theirUp + (reference.check ? await seconds(reference.check.run) : 0));
    await settle(home);
    up.ours.push((await seconds(program.up)) - idle);
    await settle(home);
    down.theirs.push((await seconds(reference.down.run)) - idleReference);
    await settle(home);
    down.ours.push((await seconds(program.down)) - idle);
    tell({ up, checked, down });
  }
  const { check } = reference;
  const name = (way: string) => `1 GiB ${way}, ${wire === 'tls' ? 'TLS' : 'plain'}`;
  return [
    row(name('up (hash, then send)'), reference.up.what, up),
    ...(check ? [row(name('up'), `${reference.up.what}, ${check.what}`, checked)] : []),
    row(name('down'), reference.down.what, down),
  ];
}

function tell(all: Readonly<Record<string, Times>>): void {
  const last = ({ ours, theirs }: Times) => `${ours.at(-1)?.toFixed(2)} s (${theirs.at(-1)?.toFixed(2)})`;
  console.error(
    Object.entries(all)
      .map(([name, times]) => `${name} ${last(times)}`)
      .join(', '),
  );
}

function throughProgram(home: Home, link: string, from: string) {
  const run = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await home.run([...args, '-s', link]);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  let seq = '';
  return {
    idle: () => run(['who']),
    up: async () => {
      seq = String((JSON.parse(await run(['put', from, '--nick', 'ada', '--json'])) as { seq: number }).seq);
    },
    down: () => run(['get', seq, '-o', join(home.dir, 'copy.bin'), '--nick', 'ada']),
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

/** What it takes at the least is taken off each time: a slow start must not make a transfer seem fast. */
async function quickest(work: () => Promise<unknown>): Promise<number> {
  const times = [await seconds(work), await seconds(work), await seconds(work)];
  return Math.min(...times);
}

/**
 * What one part wrote is on the disk before the next is timed, and the memory that a new file will need was used a
 * moment ago: a virtual machine pays for each page that its host has to find first, up to two seconds for 1 GiB, and
 * whoever happened to write first would pay for the others.
 */
async function settle(home: Home): Promise<void> {
  spawnSync('sync');
  const path = join(home.dir, 'touched.bin');
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(mebibyte);
  for (let at = 0; at < 2 * size; at += mebibyte) await file.write(chunk);
  await file.close();
  await rm(path);
}

function row(name: string, what: string, { ours, theirs }: Times): Row {
  const speed = (times: readonly number[]) => `${(size / mebibyte / median(times)).toFixed(0)} MiB/s`;
  const ratio = median(theirs) / median(ours);
  const spread = quantile(theirs, 0.75) / quantile(theirs, 0.25);
  return {
    name,
    value: speed(ours),
    reference: `${what}: ${speed(theirs)}`,
    ratio,
    goal: `≥ ${goal}`,
    isMet: ratio >= goal,
    // Not by the machine's load: the disk's own waiting counts in it. A reference that swings tells of others.
    ...(spread > spreadMost ? { isVoid: `the reference swings by ${spread.toFixed(1)}` } : {}),
  };
}
