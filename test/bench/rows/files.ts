// 1 GiB up and down through the program, against a plain pipeline over the same kind of connection.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connect } from 'node:tls';
import { makeServerKey } from '../../../src/net/identity.ts';
import type { Home } from '../../helpers/program.ts';
import { forkBench, median, told } from '../measure.ts';
import type { Row } from '../table.ts';

const mebibyte = 1_048_576;
const size = 1_024 * mebibyte;
const rounds = 3;

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

/** Seconds for a TLS 1.3 pipeline from one file to another, between two processes as ours; `isHashed` as an upload is. */
async function plain(from: string, to: string, isHashed: boolean): Promise<number> {
  const { keyPem, certPem } = await makeServerKey();
  const receiver = forkBench('pipe.ts', { keyPem, certPem, to, isHashed });
  const port = await told<number>(receiver, 'port');
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const stored = told<boolean>(receiver, 'stored');
  const begun = performance.now();
  await pipeline(createReadStream(from, { highWaterMark: mebibyte }), socket);
  await stored;
  const seconds = (performance.now() - begun) / 1_000;
  rmSync(to);
  return seconds;
}

async function timedRun(home: Home, args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const { code, stderr } = await home.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return (performance.now() - begun) / 1_000;
}

export async function files(makeHome: () => Home): Promise<Row[]> {
  const times = {
    up: [] as number[],
    down: [] as number[],
    plainUp: [] as number[],
    plainDown: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    const from = join(home.dir, 'one-gib.bin');
    const to = join(home.dir, 'copy.bin');
    await makeFile(from);
    const { link } = await home.serve(['--open']);
    // `put` has to know the digest before it can offer: the reference of an upload reads and hashes first as well.
    const idle = await timedRun(home, ['who', '-s', link]);
    settle();
    times.plainUp.push((await hashed(from)) + (await plain(from, to, true)));
    settle();
    times.up.push((await timedRun(home, ['put', from, '-s', link, '--nick', 'ada'])) - idle);
    settle();
    times.plainDown.push(await plain(from, to, false));
    const [, seq] = /"seq":(\d+)/.exec((await home.run(['history', '--json', '-s', link])).stdout) ?? [];
    settle();
    times.down.push((await timedRun(home, ['get', seq ?? '', '-o', to, '-s', link, '--nick', 'ada'])) - idle);
    console.error(
      Object.entries(times)
        .map(([name, all]) => `${name} ${all.at(-1)?.toFixed(2)} s`)
        .join(', '),
    );
  }
  return [
    row(
      '1 GiB up (hash, then send; TLS)',
      times.up,
      times.plainUp,
      'hash, then pipeline that hashes and writes',
    ),
    row('1 GiB down (TLS)', times.down, times.plainDown, 'pipeline that writes'),
  ];
}

/** What one part wrote is on the disk before the next is timed, so that none pays for another. */
function settle(): void {
  spawnSync('sync');
}

async function hashed(path: string): Promise<number> {
  const begun = performance.now();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: mebibyte })) hash.update(chunk as Buffer);
  return (performance.now() - begun) / 1_000;
}

function row(name: string, ours: readonly number[], reference: readonly number[], what: string): Row {
  const speed = (seconds: number) => `${(size / mebibyte / seconds).toFixed(0)} MiB/s`;
  const ratio = median(reference) / median(ours);
  return {
    name,
    value: speed(median(ours)),
    reference: `${what}: ${speed(median(reference))}`,
    ratio,
    goal: '≥ 0.8',
    isMet: ratio >= 0.8,
  };
}
