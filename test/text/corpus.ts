// The corpus as the tests read it, and a seeded source of chance, so that a failing case can be run again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EscapeRecord } from '../corpus/check.mjs';

export type NameRecord = {
  readonly name: string;
  readonly class: string;
  readonly text: string;
  readonly expect: readonly string[];
  readonly target?: string;
};

/** Throws when the file is missing: a corpus that is not there proves nothing. */
function load<Row>(file: string): Row[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'corpus', file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

export const escapes = load<EscapeRecord>('terminal-escapes.jsonl');
export const fileNames = load<NameRecord>('filenames.jsonl');
export const nicks = load<NameRecord>('nicks.jsonl');

export const casesPerClass = 10_000;

export function byClass<Row extends { readonly class: string }>(rows: readonly Row[]): [string, Row[]][] {
  return Object.entries(Object.groupBy(rows, (row) => row.class)).map(([name, some]) => [name, some ?? []]);
}

export type Chance = {
  /** 0 … n-1 */
  readonly below: (n: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
};

/** mulberry32: small, quick, the same everywhere. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** A new member of a class: fragments of its records, cut anywhere, with honest text between. */
export function recombine(texts: readonly string[], { below, pick }: Chance): string {
  let made = '';
  for (let part = 1 + below(4); part > 0; part--) {
    const text = pick(texts);
    const from = below(Math.min(text.length, 4_096) + 1);
    made += text.slice(from, from + 1 + below(12));
    if (below(3) === 0) made += pick(honest);
  }
  return made;
}

const honest = ['a', ' ', '\n', 'и', '漢', 'न', 'م', '👩', '🏽', '1', '❤', 'e', '-', '.', '/'];
