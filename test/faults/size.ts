// How large a fault run is, and what it says at its end. The same tests run small in `npm test` and long under
// `npm run faults`, which asks for it through the environment and prints what they report as one table.
import { appendFileSync } from 'node:fs';

export const isLong = process.env.CHAT_TUI_FAULTS === 'long';

/** What a run draws its faults from; one that failed is repeated with its number: `FAULT_SEED=… npm run faults`. */
export const seed = Number(process.env.FAULT_SEED ?? 20_261_124);

/** The size for this run. */
export function sized<Size>(sizes: { readonly quick: Size; readonly long: Size }): Size {
  return isLong ? sizes.long : sizes.quick;
}

/** For a test that is quick and still more than a busy machine does in half a minute. A long run takes its time. */
export const patient = { timeout: isLong ? 0 : 120_000 };

/** A row of the table: the promise's number in SAFETY's list, and the figures that were seen. */
export type Report = { readonly promise: number; readonly did: string; readonly saw: string };

export function report(row: Report): void {
  const file = process.env.CHAT_TUI_FAULTS_REPORT;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32, public domain, Tommy Ettinger 2017). */
export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
