// Who guesses tokens or names: after `loginFailuresPerAddress` failures nobody new is let in from an address until its
// window is over. Members and the local user's own clients still are: an address is often shared, by the users of a
// machine or a household, and none of them may lock the others out. Login counts and asks.
import { addressBlock } from '../net/address.ts';
import type { Limits } from '../protocol/limits.ts';

interface Failures {
  count: number;
  readonly since: number;
}

/** Addresses remembered at once; over it the oldest are forgotten. An entry is about 150 bytes. */
export const addressesRememberedMax = 10_000;

export class LoginFailures {
  readonly #limits: Limits;
  readonly #now: () => number;
  /** Per block, oldest window first. */
  readonly #byBlock = new Map<string, Failures>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  add(address: string): void {
    this.#forget();
    const block = addressBlock(address);
    const found = this.#byBlock.get(block);
    if (found !== undefined) {
      found.count += 1;
      return;
    }
    const [oldest] = this.#byBlock.keys();
    if (this.#byBlock.size >= addressesRememberedMax && oldest !== undefined) this.#byBlock.delete(oldest);
    this.#byBlock.set(block, { count: 1, since: this.#now() });
  }

  isOver(address: string): boolean {
    this.#forget();
    const count = this.#byBlock.get(addressBlock(address))?.count ?? 0;
    return count >= this.#limits.loginFailuresPerAddress;
  }

  #forget(): void {
    const before = this.#now() - this.#limits.loginFailureWindowMs;
    for (const [block, { since }] of this.#byBlock) {
      if (since > before) return;
      this.#byBlock.delete(block);
    }
  }
}
