// The main thread's end of the writer: collects orders while the last batch is being committed, hands out the answers
// in order. Used by log.ts and people.ts; made by open.ts.
import { Worker } from 'node:worker_threads';
import { afterContinuations, batchCount } from '../content.ts';
import { type Answer, type Order, orderBytes, type ToWriter, type WriterData } from './batch.ts';

type Settle = (answer: Answer) => void;
type Waiting = { readonly order: Order; readonly settle: Settle };

/** The built program has the writer beside it as a file of its own; in the sources it is the TypeScript file. */
export function startWriter(data: WriterData): Worker {
  const name = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js';
  return new Worker(new URL(name, import.meta.url), { workerData: data });
}

export class WriterPort {
  readonly #worker: Worker;
  #onCommitted: () => void = () => {};
  readonly #ended: Promise<void>;
  #queue: Waiting[] = [];
  #inFlight: readonly Waiting[] = [];
  #isFlushing = false;
  #failure: string | undefined;
  #idle = Promise.withResolvers<void>();

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#idle.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    worker.on('message', (answers: readonly Answer[]) => this.#answer(answers));
    worker.on('error', (error) => this.#fail(String(error)));
    worker.on('exit', () => {
      this.#fail('the writer has ended');
      resolve();
    });
  }

  get waiting(): number {
    return this.#queue.length + this.#inFlight.length;
  }

  /** `told` is called after each batch, its answers all given. */
  onCommitted(told: () => void): void {
    this.#onCommitted = told;
  }

  /** `settle` gets the answer once, in the order in which orders came. */
  submit(order: Order, settle: Settle): void {
    if (this.#failure !== undefined) {
      settle(['refused', 'log-failed', this.#failure]);
      return;
    }
    if (this.waiting === 0) this.#idle = Promise.withResolvers<void>();
    this.#queue.push({ order, settle });
    if (this.#isFlushing || this.#inFlight.length > 0) return;
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
    if (this.#queue.length === 0 || this.#inFlight.length > 0) return;
    const count = batchCount(this.#queue, ({ order }) => orderBytes(order));
    this.#inFlight = this.#queue.splice(0, count);
    this.#post(this.#inFlight.map(({ order }) => order));
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #answer(answers: readonly Answer[]): void {
    const settled = this.#inFlight;
    this.#inFlight = [];
    // The writer goes on before anybody here hears of the last batch.
    this.#send();
    settled.forEach(({ settle }, index) => {
      settle(answers[index] ?? ['refused', 'log-failed', 'the writer left an order unanswered']);
    });
    this.#onCommitted();
    // Behind what `onCommitted` may have put off, so that nobody closes a log before it has told of everything.
    if (this.waiting === 0) afterContinuations(this.#idle.resolve);
  }

  /** Whether those in flight reached the disk is unknown: their resend finds out. */
  #fail(why: string): void {
    this.#failure ??= why;
    const lost = [...this.#inFlight, ...this.#queue];
    this.#inFlight = [];
    this.#queue = [];
    for (const { settle } of lost) settle(['refused', 'log-failed', this.#failure]);
    this.#idle.resolve();
  }
}
