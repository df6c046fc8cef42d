// One upload or download as it is shown: its step, its bytes and its speed, told often enough and no more.
// Transfers makes one for each; upload and download report to it and stop when its signal says so.
import { clientBounds } from './bounds.ts';
import type { Transfer } from './client.ts';

type Sample = { readonly at: number; readonly bytes: number };
type Shown = Partial<Pick<Transfer, 'name' | 'size' | 'file' | 'path' | 'error'>>;

export class Job {
  readonly signal: AbortSignal;
  readonly #tell: (transfer: Transfer) => void;
  #transfer: Transfer;
  #samples: Sample[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(transfer: Transfer, signal: AbortSignal, tell: (transfer: Transfer) => void) {
    this.signal = signal;
    this.#transfer = transfer;
    this.#tell = tell;
    tell(transfer);
  }

  /** The next step, always told; `bytes` begin anew. */
  turn(step: Transfer['step'], shown: Shown & { readonly bytes?: number } = {}): void {
    const { bytes = step === 'done' ? (shown.size ?? this.#transfer.size) : 0 } = shown;
    this.#samples = [];
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#transfer = { ...this.#transfer, ...shown, step, bytes, speed: 0 };
    this.#tell(this.#transfer);
  }

  /** Bytes of this step so far. */
  moved(bytes: number): void {
    const now = performance.now();
    if (now - this.#toldAt < clientBounds.progressEveryMs) return;
    this.#toldAt = now;
    this.#samples.push({ at: now, bytes });
    while ((this.#samples[0]?.at ?? now) < now - clientBounds.speedWindowMs) this.#samples.shift();
    this.#transfer = { ...this.#transfer, bytes, speed: this.#speed() };
    this.#tell(this.#transfer);
  }

  #speed(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return Math.round(((last.bytes - first.bytes) * 1000) / (last.at - first.at));
  }
}
