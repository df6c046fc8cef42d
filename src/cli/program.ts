// What the program knows of itself: its version, put in by the build, and the file that starts it again. The
// sources also run as they are (tests); then both are looked up from here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

declare const __VERSION__: string | undefined;

const isBuilt = typeof __VERSION__ === 'string';
// Built code lies in dist/, sources in src/cli/.
const root = isBuilt ? join(import.meta.dirname, '..') : join(import.meta.dirname, '..', '..');

export const programFile = join(root, 'bin', 'chat-tui.js');

export function programVersion(): string {
  if (typeof __VERSION__ === 'string') return __VERSION__;
  const value: { readonly version?: unknown } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof value.version === 'string' ? value.version : '0.0.0';
}

/** Below 0: `a` is older than `b`. Numbers of major.minor.patch; what follows a dash does not count. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return (version.split('-')[0] ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
}
