// What the program takes from Node and a simulation gives it instead: sockets, timers as promises, random bytes, and
// per program the rounds of its connections. The runner mocks the modules with these; all of them work for the one
// simulation that runs.
import assert from 'node:assert/strict';
import type { Rounds } from '../../../src/net/rounds.ts';
import type { Clock, Program } from './clock.ts';
import type { Network, SimSocket } from './network.ts';

type Surroundings = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
};

let present: Surroundings | undefined;

export function surroundWith(surroundings: Surroundings | undefined): void {
  present = surroundings;
}

function now(): Surroundings {
  assert(present !== undefined, 'no simulation runs');
  return present;
}

export const net = {
  createServer: (_options: unknown, accept: (socket: SimSocket) => void) =>
    now().network.createServer(accept),
  connect: ({ port }: { readonly port: number }) => now().network.connect(port),
};

export const timersPromises = {
  setTimeout: (ms: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const { clock } = now();
      const aborted = () => {
        clock.stop(timer);
        reject(signal?.reason);
      };
      const timer = clock.set(() => {
        signal?.removeEventListener('abort', aborted);
        resolve(value);
      }, ms);
      if (signal?.aborted) aborted();
      else signal?.addEventListener('abort', aborted, { once: true });
    }),
};

export const crypto = {
  randomBytes: (count: number) => bytesFrom(now().random, count),
};

export function bytesFrom(random: () => number, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
}

/** One program has one round for all its connections; here are many programs in one. */
export function roundsOfEach(make: (clock: () => number) => Rounds): Pick<Rounds, 'now' | 'enter' | 'leave'> {
  const known = new WeakMap<Program, Rounds>();
  const current = () => {
    const { clock } = now();
    const found = known.get(clock.running) ?? make(() => clock.now);
    known.set(clock.running, found);
    return found;
  };
  return {
    get now() {
      return current().now;
    },
    enter: (member) => current().enter(member),
    leave: (member) => current().leave(member),
  };
}
