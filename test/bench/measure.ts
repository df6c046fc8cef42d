// What the kernel says of a process (Linux: /proc), and the children that the rows start.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each figure is the median of so many rounds, ours and the reference in turn. */
export const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

/** USER_HZ, fixed at 100 on Linux. */
const ticksPerSecond = 100;

/** CPU seconds of all threads of a process so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory in MiB. */
export function residentMiB(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}

/** The most that was resident at once, in MiB. */
export function peakMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

function statusMiB(pid: number, name: string): number {
  const line = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1_024;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function forkBench(file: string, plan: unknown): ChildProcess {
  return fork(join(import.meta.dirname, file), [JSON.stringify(plan)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a child that has `key`; rejects when the child says `error` or ends. */
export async function told<Value>(child: ChildProcess, key: string): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const hear = (message: Record<string, unknown>) => {
    if (message.error !== undefined) reject(new Error(String(message.error)));
    else if (key in message) resolve(message[key] as Value);
  };
  const end = (code: number | null) => reject(new Error(`a child of the bench ended with ${code}`));
  child.on('message', hear).on('exit', end);
  return promise.finally(() => child.off('message', hear).off('exit', end));
}
