// What a file costs the server in memory while it goes up and while it comes down, whatever its size.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../helpers/program.ts';
import { peakMiB, residentMiB } from '../measure.ts';
import type { Row } from '../table.ts';
import { makeFile } from './files.ts';

const mebibyte = 1_048_576;
const goalMiB = 32;
/** The last one is past what a server takes unless it is told to. */
const sizesMiB = [64, 1_024, 2_048, 4_096];

export async function fileMemory(makeHome: () => Home): Promise<Row[]> {
  const rows: Row[] = [];
  for (const mib of sizesMiB) rows.push(await memoryRow(makeHome, mib));
  return rows;
}

async function memoryRow(makeHome: () => Home, mib: number): Promise<Row> {
  await using home = makeHome();
  const path = join(home.dir, 'file.bin');
  await makeFile(path, mib * mebibyte);
  const { child, link } = await home.serve(['--open', '--max-upload', '4GiB']);
  const pid = child.pid ?? 0;
  const run = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await home.run([...args, '-s', link, '--nick', 'ada']);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  // Somebody was here once: what the first login loads is no file's.
  await run(['send', 'hello']);
  const idle = residentMiB(pid);
  forgetPeak(pid);
  const { seq } = JSON.parse(await run(['put', path, '--json'])) as { seq: number };
  const up = peakMiB(pid) - idle;
  forgetPeak(pid);
  await run(['get', String(seq), '-o', join(home.dir, 'copy.bin')]);
  const down = peakMiB(pid) - idle;
  return {
    name: `server memory for ${mib.toLocaleString('en')} MiB, TLS, its peak`,
    value: `+${up.toFixed(0)} MiB up, +${down.toFixed(0)} down`,
    reference: `idle: ${idle.toFixed(0)} MiB`,
    goal: `≤ +${goalMiB} MiB`,
    isMet: Math.max(up, down) <= goalMiB,
  };
}

/** The peak from now on (Linux: proc(5), clear_refs). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
