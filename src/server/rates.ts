// How fast a member may post and read, over all its sessions. Over a rate nothing is refused and nothing lost: the
// session asks how long to wait and does not read its socket until then. Sessions ask before each such packet.
import type { Limits } from '../protocol/limits.ts';
import type { Caller } from './caller.ts';

/** A token bucket. What was taken may exceed what was there: the debt is waited for by whoever comes next. */
export class Bucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#at = now;
  }

  take(amount: number, now: number): void {
    this.#refill(now);
    this.#left -= amount;
  }

  /** Milliseconds until `amount` is there. */
  waitMs(amount: number, now: number): number {
    this.#refill(now);
    const missing = amount - this.#left;
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1000);
  }

  isFull(now: number): boolean {
    this.#refill(now);
    return this.#left >= this.#burst;
  }

  #refill(now: number): void {
    const passed = Math.max(0, now - this.#at);
    this.#left = Math.min(this.#burst, this.#left + (passed / 1000) * this.#perSecond);
    this.#at = now;
  }
}

/**
 * `posts`: all that is said. `moves`: joining, parting, new nicks, invitations and the like, which would fill the log as
 * posts would. `marks`: read positions, typing, away: little things that nobody misses when there are too many.
 */
export type Budget = {
  readonly posts: Bucket;
  readonly moves: Bucket;
  readonly marks: Bucket;
  readonly reads: Bucket;
};

/** A member's is one over all its sessions; a visitor is known by its key. */
export function whoseBudget({ role, key, member }: Pick<Caller, 'role' | 'key' | 'member'>): string {
  return role === 'visitor' ? key : String(member);
}

/** Budgets that are full again say nothing and are dropped when this many are kept. */
export const budgetsKept = 1_000;

/** The budgets of everybody; a budget outlives its sessions, so that reconnecting earns nothing. */
export class Rates {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #budgets = new Map<string, Budget>();
  #sweepAt = budgetsKept;

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get count(): number {
    return this.#budgets.size;
  }

  /** `whose`: the member, or the key of a visitor. */
  of(whose: string): Budget {
    const found = this.#budgets.get(whose);
    if (found !== undefined) return found;
    if (this.#budgets.size >= this.#sweepAt) this.#sweep();
    const { postsBurst, postsPerSecond, readBytesBurst, readBytesPerSecond } = this.#limits;
    const { marksBurst, marksPerSecond } = this.#limits;
    const made = {
      posts: new Bucket(postsBurst, postsPerSecond, this.#now()),
      moves: new Bucket(postsBurst, postsPerSecond, this.#now()),
      marks: new Bucket(marksBurst, marksPerSecond, this.#now()),
      reads: new Bucket(readBytesBurst, readBytesPerSecond, this.#now()),
    };
    this.#budgets.set(whose, made);
    return made;
  }

  #sweep(): void {
    const now = this.#now();
    for (const [whose, { posts, moves, marks, reads }] of this.#budgets) {
      if ([posts, moves, marks, reads].every((bucket) => bucket.isFull(now))) this.#budgets.delete(whose);
    }
    this.#sweepAt = Math.max(budgetsKept, 2 * this.#budgets.size);
  }
}
