// What waits to be written: the queue of one connection, and the budget of all queues together.
// Only socket-connection uses the queue; the server makes one budget for all its listeners.

/**
 * One write takes this much at the most. The write's end is what tells that a slow peer still moves, so the
 * piece over `sendQueueStallMs` is the slowest line we keep: 64 KiB in 10 s.
 */
export const pieceBytesMax = 64 * 1024;
/**
 * The same for a peer that took its last piece at once: each write costs, and a busy room has this much in a turn. It
 * has four times as long for it, for every slow line looks quick once, as long as the kernel has room.
 */
export const quickPieceBytesMax = 256 * 1024;

/** A buffer of this size, a fan-out that all share, is written as it is: a copy for each costs more than a write more. */
const sharedBytesMin = 16 * 1024;

export class SendQueue {
  #buffers: Buffer[] = [];
  /** Bytes of the first buffer that were already taken. */
  #begun = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(frames: Buffer): void {
    this.#buffers.push(frames);
    this.#bytes += frames.length;
  }

  /**
   * Takes the next bytes to write. One buffer passes as it is, so that a fan-out shares it; several small ones are
   * copied together, which is cheaper than a vector of them and what TLS would do anyway.
   */
  next(bytesMax: number): Buffer | undefined {
    const first = this.#buffers[0];
    if (first === undefined) return undefined;
    const piece =
      first.length - this.#begun > bytesMax ? this.#slice(first, bytesMax) : this.#gather(first, bytesMax);
    this.#bytes -= piece.length;
    return piece;
  }

  /** Drops what was not begun. The rest of a begun frame stays: a last word behind half a frame is noise. */
  cutShort(): void {
    const first = this.#buffers[0];
    const keeps = first !== undefined && this.#begun > 0;
    this.#buffers = keeps ? [first] : [];
    this.#bytes = keeps ? first.length - this.#begun : 0;
  }

  #slice(first: Buffer, bytesMax: number): Buffer {
    const piece = first.subarray(this.#begun, this.#begun + bytesMax);
    this.#begun += bytesMax;
    return piece;
  }

  #gather(first: Buffer, bytesMax: number): Buffer {
    let count = 0;
    let bytes = -this.#begun;
    for (const { length } of this.#buffers) {
      if (count > 0 && (bytes + length > bytesMax || Math.max(bytes, length) >= sharedBytesMin)) break;
      bytes += length;
      count += 1;
    }
    const taken = this.#buffers.splice(0, count);
    if (this.#begun > 0) taken[0] = first.subarray(this.#begun);
    this.#begun = 0;
    return count === 1 ? (taken[0] ?? first) : Buffer.concat(taken, bytes);
  }
}

/** A connection as its budget sees it. */
export interface QueueOwner {
  readonly queuedBytes: number;
  /** Ends it as slow; it leaves the budget at once. */
  cutSlow(): void;
}

/** Bounds all send queues together: over `bytesMax` the connection with the largest queue is cut. */
export class QueueBudget {
  readonly #bytesMax: number;
  readonly #owners = new Set<QueueOwner>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  enter(owner: QueueOwner): void {
    this.#owners.add(owner);
    this.#bytes += owner.queuedBytes;
  }

  /** Call it before the owner empties its queue. */
  leave(owner: QueueOwner): void {
    if (this.#owners.delete(owner)) this.#bytes -= owner.queuedBytes;
  }

  /** An owner's queue grew by `bytes`, or shrank by a negative number. */
  change(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > this.#bytesMax) {
      const largest = this.#largest();
      if (largest === undefined) return;
      largest.cutSlow();
    }
  }

  #largest(): QueueOwner | undefined {
    let largest: QueueOwner | undefined;
    for (const owner of this.#owners) {
      if (largest === undefined || owner.queuedBytes > largest.queuedBytes) largest = owner;
    }
    return largest;
  }
}
