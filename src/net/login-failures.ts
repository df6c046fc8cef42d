// Who guesses tokens or names: after `loginFailuresPerAddress` failures an address is not listened to until its
// window is over. Only listen uses it; the server tells it through `Listener.failed`.
import type { Limits } from '../protocol/limits.ts';
import type { Rounds, Watched } from './rounds.ts';

interface Failures {
  count: number;
  readonly since: number;
}

/** Addresses remembered at once; over it the oldest are forgotten. An entry is about 150 bytes. */
const addressesMax = 10_000;

export class LoginFailures implements Watched {
  readonly #limits: Limits;
  readonly #rounds: Rounds;
  /** Per block, oldest window first. */
  readonly #byBlock = new Map<string, Failures>();

  constructor(limits: Limits, rounds: Rounds) {
    this.#limits = limits;
    this.#rounds = rounds;
    rounds.enter(this);
  }

  add(block: string): void {
    const found = this.#byBlock.get(block);
    if (found !== undefined) {
      found.count += 1;
      return;
    }
    const [oldest] = this.#byBlock.keys();
    if (this.#byBlock.size >= addressesMax && oldest !== undefined) this.#byBlock.delete(oldest);
    this.#byBlock.set(block, { count: 1, since: this.#rounds.now });
  }

  isOver(block: string): boolean {
    return (this.#byBlock.get(block)?.count ?? 0) >= this.#limits.loginFailuresPerAddress;
  }

  check(now: number): void {
    for (const [block, { since }] of this.#byBlock) {
      if (now - since < this.#limits.loginFailureWindowMs) return;
      this.#byBlock.delete(block);
    }
  }

  close(): void {
    this.#rounds.leave(this);
  }
}
