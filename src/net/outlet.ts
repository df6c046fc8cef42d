// What goes out over a connection's socket: all frames of a turn in one write, one write under way at a time, and
// the facts by which a peer is too slow. Only socket-connection makes one.
import type { Socket } from 'node:net';
import type { Limits } from '../protocol/limits.ts';
import type { Rounds } from './rounds.ts';
import { pieceBytesMax, quickPieceBytesMax, SendQueue } from './send-queue.ts';

export interface OutletOptions {
  readonly stream: Socket;
  readonly limits: Limits;
  readonly rounds: Rounds;
  /** The queue grew by so many bytes, or shrank by a negative number. May cut this very connection. */
  readonly changed: (bytes: number) => void;
}

export class Outlet {
  readonly #options: OutletOptions;
  #queue = new SendQueue();
  #inFlight = 0;
  #flushTimer: NodeJS.Immediate | undefined;
  /** Ends our side of the stream behind what is queued. */
  #isEnding = false;
  #isOver = false;
  #pieceBytes = pieceBytesMax;
  /** Times of the rounds' clock. */
  #movedAt: number;
  #writtenAt = 0;
  /** Since when more than `sendQueueBytes` is queued. */
  #fullSince: number | undefined;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#movedAt = options.rounds.now;
  }

  get bytes(): number {
    return this.#queue.bytes + this.#inFlight;
  }

  send(frames: Buffer): void {
    const { limits, rounds, changed } = this.#options;
    if (this.bytes === 0) this.#movedAt = rounds.now;
    this.#queue.push(frames);
    if (this.bytes > limits.sendQueueBytes) this.#fullSince ??= rounds.now;
    this.#flushLater();
    changed(frames.length);
  }

  /** More than even a quick peer is given the time for. */
  get isOverfull(): boolean {
    return this.bytes > this.#options.limits.sendQueueBurstBytes;
  }

  /** The peer takes nothing, or not enough. */
  isSlow(now: number): boolean {
    const { sendQueueFullMs, sendQueueStallMs } = this.#options.limits;
    const isFull = this.#fullSince !== undefined && now - this.#fullSince >= sendQueueFullMs;
    // A larger piece has as much longer: its end alone tells that the peer moves.
    const pieces = Math.max(1, this.#inFlight / pieceBytesMax);
    return isFull || (this.bytes > 0 && now - this.#movedAt >= sendQueueStallMs * pieces);
  }

  /** Behind what is queued our side of the stream ends. */
  end(): void {
    this.#isEnding = true;
    this.#flushLater();
  }

  /** Ends behind the frame that is under way and `word`; drops the rest. */
  endShort(word: Buffer | undefined): void {
    this.#isEnding = true;
    this.#queue.cutShort();
    if (word !== undefined) this.#queue.push(word);
    this.#write();
  }

  /** The stream is closed: nothing more can be written, and nobody is to wait for what is left. */
  gone(): void {
    this.#isOver = true;
    this.#queue = new SendQueue();
    this.#inFlight = 0;
  }

  /** Gives everything that is queued to the stream, which is somebody else's from now on. */
  release(): void {
    clearImmediate(this.#flushTimer);
    const { stream } = this.#options;
    const next = () => this.#queue.next(pieceBytesMax);
    for (let piece = next(); piece !== undefined; piece = next()) stream.write(piece);
    this.gone();
  }

  // setImmediate and not a microtask: everything that one poll of the event loop brought (the writer's batch with
  // its acks, packets of other members) comes before it, promises included, so it all goes out in one write.
  #flushLater(): void {
    this.#flushTimer ??= setImmediate(() => {
      this.#flushTimer = undefined;
      this.#write();
    });
  }

  /** One write is under way at a time: its callback is how we know that the peer moves. */
  #write(): void {
    if (this.#inFlight > 0 || this.#isOver) return;
    const piece = this.#queue.next(this.#pieceBytes);
    if (piece === undefined) {
      if (this.#isEnding) this.#options.stream.end();
      return;
    }
    this.#inFlight = piece.length;
    this.#writtenAt = this.#options.rounds.now;
    this.#options.stream.write(piece, this.#onWritten);
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.#isOver) return;
    this.#movedAt = this.#options.rounds.now;
    this.#pieceBytes = this.#movedAt === this.#writtenAt ? quickPieceBytesMax : pieceBytesMax;
    const written = this.#inFlight;
    this.#inFlight = 0;
    if (this.bytes <= this.#options.limits.sendQueueBytes) this.#fullSince = undefined;
    this.#options.changed(-written);
    if (this.#flushTimer === undefined) this.#write();
  };
}
