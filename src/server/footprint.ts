// A server keeps small what V8 would spend on speed. Called by the commands that are a server, before anything else:
// the flags are the whole process's. What they save and what others would cost: docs/decisions/0004.
import { setFlagsFromString } from 'node:v8';

const flags = [
  // The young generation stays at its first size, 1 MiB, instead of growing to 16 and staying there.
  '--semi-space-growth-factor=1',
  // One thread collects it: for 1 MiB the helpers cost more than they take over, and on busy cores they spin.
  '--no-parallel-scavenge',
  // What ran only at the start is forgotten at the next collection, not at the sixth.
  '--bytecode-old-age=1',
] as const;

export function keepSmall(): void {
  for (const flag of flags) setFlagsFromString(flag);
}
