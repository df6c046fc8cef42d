// The main thread's end of the writer: collects orders while the last batch is being committed, hands out the answers
// in order. Used by log.ts and people.ts; made by open.ts.
import { Worker } from 'node:worker_threads';
import { afterContinuations, batchBytesMax, batchCount } from '../content.ts';
import type { Answer, Order, ToWriter, WriterData } from './batch.ts';

/** Something for the writer to do. Its order is asked for when it leaves: what waits is held once. */
export interface Job {
  /** What it weighs in a batch, see `batchCount`. */
  readonly bytes: number;
  /** `undefined`: it went along with the order before it. */
  order(before: Order | undefined): Order | undefined;
  /** Gets the answer once, in the order in which jobs came. */
  settle(answer: Answer): void;
}

type Batch = { readonly jobs: readonly Job[]; readonly bytes: number };

/** The built program has the writer beside it as a file of its own; in the sources it is the TypeScript file. */
export function startWriter(data: WriterData): Worker {
  const name = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js';
  return new Worker(new URL(name, import.meta.url), { workerData: data });
}

/**
 * Batches at the writer: the one it commits, and one that it finds when that is done, so that it does not stand still
 * while the main thread hears of the first, answers it and reads on.
 */
const batchesMax = 2;
/** A further one goes when it is worth a commit of its own; until then it gathers. */
const furtherBatchMin = 256;

export class WriterPort {
  readonly #worker: Worker;
  #onCommitted: () => void = () => {};
  readonly #ended: Promise<void>;
  #queue: Job[] = [];
  /** Answers that came, a batch each, and what those weighed that this turn gave out. */
  readonly #come: (readonly Answer[])[] = [];
  #turnBytes = 0;
  #turnTimer: NodeJS.Immediate | undefined;
  /** Batches at the writer, the one that it commits first. */
  #inFlight: Batch[] = [];
  #isFlushing = false;
  #commits = 0;
  #failure: string | undefined;
  #idle = Promise.withResolvers<void>();

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#idle.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    worker.on('message', (answers: readonly Answer[]) => {
      this.#come.push(answers);
      this.#answerNext();
    });
    worker.on('error', (error) => this.#fail(String(error)));
    worker.on('exit', () => {
      this.#fail('the writer has ended');
      resolve();
    });
  }

  /** Batches answered so far. */
  get commits(): number {
    return this.#commits;
  }

  get waiting(): number {
    return this.#queue.length + this.#inFlight.reduce((sum, { jobs }) => sum + jobs.length, 0);
  }

  /** `told` is called after each batch, its answers all given. */
  onCommitted(told: () => void): void {
    this.#onCommitted = told;
  }

  submit(job: Job): void {
    const failure = this.#failure;
    if (failure !== undefined) {
      queueMicrotask(() => job.settle(['refused', 'log-failed', failure]));
      return;
    }
    if (this.waiting === 0) this.#idle = Promise.withResolvers<void>();
    this.#queue.push(job);
    if (this.#isFlushing || !this.#mayHaveMore) return;
    // What comes in the same turn goes with it.
    this.#isFlushing = true;
    process.nextTick(() => {
      this.#isFlushing = false;
      this.#send();
    });
  }

  /** Resolves when everything that was submitted is answered. */
  async drained(): Promise<void> {
    await this.#idle.promise;
  }

  /** Ends the writer after what was submitted. */
  async close(): Promise<void> {
    await this.drained();
    this.#post('close');
    await this.#ended;
  }

  #send(): void {
    while (this.#queue.length > 0 && this.#mayHaveMore) {
      const count = batchCount(this.#queue, ({ bytes }) => bytes);
      const jobs = this.#queue.splice(0, count);
      this.#inFlight.push({ jobs, bytes: jobs.reduce((sum, job) => sum + job.bytes, 0) });
      this.#post(ordersOf(jobs));
    }
  }

  /** A further batch goes ahead only when it is worth a commit of its own. */
  get #mayHaveMore(): boolean {
    const batches = this.#inFlight.length;
    return batches === 0 || (batches < batchesMax && this.#queue.length >= furtherBatchMin);
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  /**
   * A turn of the event loop gives out one batch, and further ones while all together weigh no more than one may: sockets
   * are to take what a turn queued for them, and a writer that is quicker than we are must not keep us here.
   */
  #answerNext(): void {
    while (this.#come.length > 0 && this.#fitsTurn()) this.#answer(this.#come.shift() ?? []);
    if (this.#turnBytes === 0 || this.#turnTimer !== undefined) return;
    this.#turnTimer = setImmediate(() => {
      this.#turnTimer = undefined;
      this.#turnBytes = 0;
      this.#answerNext();
    });
  }

  #fitsTurn(): boolean {
    return this.#turnBytes === 0 || this.#turnBytes + (this.#inFlight[0]?.bytes ?? 0) <= batchBytesMax;
  }

  #answer(answers: readonly Answer[]): void {
    const { jobs, bytes } = this.#inFlight.shift() ?? { jobs: [], bytes: 0 };
    this.#turnBytes += bytes;
    this.#commits += 1;
    // The writer goes on before anybody here hears of the last batch.
    this.#send();
    jobs.forEach((job, index) => {
      job.settle(answers[index] ?? ['refused', 'log-failed', 'the writer left an order unanswered']);
    });
    this.#onCommitted();
    // Behind what `onCommitted` may have put off, so that nobody closes a log before it has told of everything.
    if (this.waiting === 0) afterContinuations(this.#idle.resolve);
  }

  /** Whether those in flight reached the disk is unknown: their resend finds out. */
  #fail(why: string): void {
    this.#failure ??= why;
    for (const answers of this.#come.splice(0)) this.#answer(answers);
    const lost = [...this.#inFlight.flatMap(({ jobs }) => jobs), ...this.#queue];
    this.#inFlight = [];
    this.#queue = [];
    for (const job of lost) job.settle(['refused', 'log-failed', this.#failure]);
    this.#idle.resolve();
  }
}

function ordersOf(jobs: readonly Job[]): Order[] {
  const orders: Order[] = [];
  for (const job of jobs) {
    const order = job.order(orders[orders.length - 1]);
    if (order !== undefined) orders.push(order);
  }
  return orders;
}
