// What all parts of one simulation stand on: its clock, its network, its chance, and what is written down of it.
import { randomFrom } from '../size.ts';
import { Clock, type Program } from './clock.ts';
import { Network } from './network.ts';
import { Trace } from './trace.ts';

/** Wall clock at the beginning, Unix milliseconds. */
const epoch = Date.UTC(2026, 0, 1);

export class Ground {
  readonly clock = new Clock();
  readonly random: () => number;
  readonly network: Network;
  readonly trace = new Trace();
  readonly counts: Record<string, number> = {};
  /** The first thing that did not hold. */
  failure: string | undefined;
  /** How far the wall clock is off. */
  skewMs = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.network = new Network(this.clock, this.random);
  }

  /** Unix milliseconds, as the wall clock has them. */
  readonly now = () => Math.floor(epoch + this.clock.now + this.skewMs);

  readonly wrong = (what: string) => {
    this.failure ??= what;
  };

  /** A place among `count`. */
  pick(count: number): number {
    return Math.floor(this.random() * count);
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  /** Its timers, sockets and everything that it still meant to do are gone with it. */
  end(program: Program): void {
    program.isAlive = false;
    program.immediates.length = 0;
    this.network.end(program);
  }
}
