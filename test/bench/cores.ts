// Whether the machine had time for what was measured: a row that waited for a core, or for the host of a virtual
// machine, says nothing of the program.
import { readFileSync } from 'node:fs';

type Ticks = { readonly idle: number; readonly stolen: number; readonly all: number };

function ticks(): Ticks {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  // user nice system idle iowait irq softirq steal (proc_stat(5)).
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const free = idle + iowait;
  return { idle: free, stolen: steal, all: user + nice + system + free + irq + softirq + steal };
}

/** Less than this of the cores' time free: somebody waited. */
const idleLeast = 0.05;
const stolenMost = 0.05;

/** Call the answer at the end of what is measured. */
export function watchCores(): () => { readonly isVoid?: string } {
  const before = ticks();
  return () => {
    const after = ticks();
    const all = after.all - before.all;
    const idle = (after.idle - before.idle) / all;
    const stolen = (after.stolen - before.stolen) / all;
    if (stolen > stolenMost) return { isVoid: `the host took ${Math.round(100 * stolen)} % of the cores` };
    return idle < idleLeast ? { isVoid: `the cores were ${Math.round(100 * (1 - idle))} % busy` } : {};
  };
}
