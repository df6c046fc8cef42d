// The one timer of all connections: each round looks at every member once. Five thousand idle connections
// cost one wake-up a second and no timer object each. Connections, the half-open table and tests call it.
//
// Its clock moves only in rounds, and by at most two rounds at a time: after a laptop's sleep or a long stop of
// this very process the bytes of the peers are still unread, and nobody may be called silent for our own absence.

/** Who is looked at: called about once a second with the rounds' clock, milliseconds. */
export interface Watched {
  check(now: number): void;
}

const everyMs = 1_000;

export class Rounds {
  readonly #members = new Set<Watched>();
  readonly #clock: (() => number) | undefined;
  #now = 0;
  #seenAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Without a clock (milliseconds, monotonic) time stands still until `advance`. */
  constructor(clock?: () => number) {
    this.#clock = clock;
  }

  /** Who is looked at. */
  get count(): number {
    return this.#members.size;
  }

  /** Milliseconds since the first round, as coarse as the rounds are. */
  get now(): number {
    return this.#now;
  }

  enter(member: Watched): void {
    this.#members.add(member);
    if (this.#timer === undefined && this.#clock !== undefined) this.#start(this.#clock);
  }

  leave(member: Watched): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One round, `ms` later. */
  advance(ms: number): void {
    this.#now += ms;
    for (const member of this.#members) member.check(this.#now);
  }

  #start(clock: () => number): void {
    this.#seenAt = clock();
    this.#timer = setInterval(() => {
      const at = clock();
      const passed = at - this.#seenAt;
      this.#seenAt = at;
      this.advance(Math.min(Math.max(passed, 0), 2 * everyMs));
    }, everyMs);
    this.#timer.unref();
  }
}

/** The rounds of this process. */
export const rounds = new Rounds(() => performance.now());
