// Time as the programs of a simulation have it: it stands still until the scheduler moves it, and of all timers and
// immediates the scheduler says when they run. Each belongs to the program that was running when it was set, and
// ends with it. Stands in for the globals of Node while a simulation runs; promises and ticks stay Node's own.
import assert from 'node:assert/strict';

/** A running program: the server, or one client. What it says after its end is heard by nobody. */
export class Program {
  readonly name: string;
  readonly address: string;
  isAlive = true;
  /** In the order in which they were set. */
  readonly immediates: Immediate[] = [];

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }
}

class Immediate {
  readonly program: Program;
  readonly run: () => void;

  constructor(program: Program, run: () => void) {
    this.program = program;
    this.run = run;
  }
}

class Timer {
  readonly clock: Clock;
  readonly program: Program;
  readonly run: () => void;
  readonly ms: number;
  readonly repeats: boolean;
  at = 0;
  /** Of two that are due at the same time, the one set first runs first. */
  order = 0;

  constructor(clock: Clock, run: () => void, ms: number, repeats: boolean) {
    this.clock = clock;
    this.program = clock.running;
    this.run = run;
    this.ms = Math.max(1, ms);
    this.repeats = repeats;
  }

  refresh(): this {
    this.clock.stop(this);
    this.clock.start(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

export class Clock {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** The latest one first, so that the next one is taken from the end. */
  readonly #timers: Timer[] = [];
  #running: Program | undefined;
  #orders = 0;

  /** Whose turn it is. */
  get running(): Program {
    assert(this.#running !== undefined, 'no program of the simulation runs');
    return this.#running;
  }

  set running(program: Program) {
    this.#running = program;
  }

  /** When the next timer is due. */
  get dueAt(): number {
    this.#forget();
    return this.#timers.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  }

  set(run: () => void, ms = 1, repeats = false): Timer {
    const timer = new Timer(this, run, ms, repeats);
    this.start(timer);
    return timer;
  }

  start(timer: Timer): void {
    this.#orders += 1;
    timer.at = this.now + timer.ms;
    timer.order = this.#orders;
    this.#timers.splice(this.#place(timer), 0, timer);
  }

  stop(timer: Timer): void {
    const place = this.#place(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  /** Runs the next timer; the clock moves there unless it is past already. Gives the program that it woke. */
  wake(): Program {
    this.#forget();
    const timer = this.#timers.pop();
    assert(timer !== undefined, 'nothing waits for time to pass');
    this.now = Math.max(this.now, timer.at);
    this.#running = timer.program;
    if (timer.repeats) this.start(timer);
    timer.run();
    return timer.program;
  }

  #forget(): void {
    while (this.#timers.at(-1)?.program.isAlive === false) this.#timers.pop();
  }

  #place({ at, order }: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      const isLater = other !== undefined && (other.at > at || (other.at === at && other.order > order));
      if (isLater) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Node's own, for the simulation itself. */
export const nextTurn = globalThis.setImmediate;

/** The globals follow `clock` until the function that is given back is called. */
export function install(clock: Clock): () => void {
  const timers = {
    setTimeout: (run: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      clock.set(given.length === 0 ? run : () => run(...given), ms),
    setInterval: (run: () => void, ms?: number) => clock.set(run, ms, true),
    setImmediate: (run: () => void) => {
      const immediate = new Immediate(clock.running, run);
      clock.running.immediates.push(immediate);
      return immediate;
    },
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: (immediate: unknown) => {
      if (!(immediate instanceof Immediate)) return;
      const { immediates } = immediate.program;
      const place = immediates.indexOf(immediate);
      if (place >= 0) immediates.splice(place, 1);
    },
  };
  const former = Object.fromEntries(Object.keys(timers).map((name) => [name, Reflect.get(globalThis, name)]));
  const { timeout } = AbortSignal;
  Object.assign(globalThis, timers);
  AbortSignal.timeout = (ms) => {
    const late = new AbortController();
    clock.set(() => late.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
    return late.signal;
  };
  Object.defineProperty(performance, 'now', { value: () => clock.now, configurable: true });
  return () => {
    Object.assign(globalThis, former);
    AbortSignal.timeout = timeout;
    Reflect.deleteProperty(performance, 'now');
  };
}

function stop(timer: unknown): void {
  if (timer instanceof Timer) timer.clock.stop(timer);
}
