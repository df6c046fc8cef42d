// The one Connection there is, over TCP or TLS. listen and dial make it; who reads it later is the server's session
// or the client's. What it adds to a socket: whole packets in, one write a turn out, and a bound for everything.
import type { Socket } from 'node:net';
import { Refusal } from '../protocol/errors.ts';
import { FrameReader } from '../protocol/frame.ts';
import type { Limits } from '../protocol/limits.ts';
import { plainAddress } from './address.ts';
import type { Connection, Ended } from './connection.ts';
import type { Rounds, Watched } from './rounds.ts';
import { type QueueBudget, type QueueOwner, SendQueue } from './send-queue.ts';

/** A frame to say why, before a connection is cut for this reason. Best effort: who is cut may never read it. */
export type LastWord = (why: 'slow' | 'silent' | 'malformed') => Buffer | undefined;

export interface SocketConnectionOptions<In> {
  /** Connected, and past its TLS handshake. */
  readonly stream: Socket;
  /** Throws `Refusal` for what is no packet, nothing else. */
  readonly decode: (payload: Buffer) => In;
  readonly material: Buffer;
  /** Largest frame that may come in until `greeted`. */
  readonly bytesMax: number;
  readonly limits: Limits;
  readonly rounds: Rounds;
  readonly queues?: QueueBudget | undefined;
  readonly lastWord?: LastWord | undefined;
  /** The owner's session called `greeted`. */
  readonly onGreeted?: () => void;
}

interface Receiver<In> {
  readonly take: (packet: In) => void;
  readonly ended: (end: Ended) => void;
  readonly refused: ((refusal: Refusal) => void) | undefined;
}

const nothing = Buffer.alloc(0);
const closed: Ended = { why: 'closed' };

export class SocketConnection<In> implements Connection<In>, QueueOwner, Watched {
  readonly address: string;
  #material: Buffer;
  readonly #options: SocketConnectionOptions<In>;
  readonly #stream: Socket;
  readonly #reader: FrameReader;
  readonly #queue = new SendQueue();
  #receiver: Receiver<In> | undefined;
  /** open; closing: writes what is left and reads nothing more; over: the stream is gone or given away. */
  #phase: 'open' | 'closing' | 'over' = 'open';
  #end: Ended | undefined;

  #isPaused = false;
  /** The reader holds bytes that may be whole frames. */
  #hasMore = false;
  /** The peer is gone, but some of what it said is not given yet. */
  #isGone = false;
  #isReading = false;
  #goOnTimer: NodeJS.Immediate | undefined;
  #given = 0;
  #givenReset: NodeJS.Immediate | undefined;

  #inFlight = 0;
  #flushTimer: NodeJS.Immediate | undefined;

  /** Times of the rounds' clock. */
  #heardAt: number;
  #movedAt: number;
  #midSince: number | undefined;
  #closeBy = Number.POSITIVE_INFINITY;

  constructor(options: SocketConnectionOptions<In>) {
    const { stream, rounds, bytesMax, material, queues } = options;
    this.#options = options;
    this.#stream = stream;
    this.#material = material;
    this.#reader = new FrameReader(bytesMax);
    this.address = plainAddress(stream.remoteAddress);
    this.#heardAt = rounds.now;
    this.#movedAt = rounds.now;
    stream.setNoDelay(true);
    stream.pause();
    stream.on('data', this.#onData);
    stream.on('error', this.#onError);
    stream.on('close', this.#onClose);
    rounds.enter(this);
    queues?.enter(this);
  }

  get material(): Buffer {
    return this.#material;
  }

  get queuedBytes(): number {
    return this.#queue.bytes + this.#inFlight;
  }

  receive(
    take: (packet: In) => void,
    ended: (end: Ended) => void,
    refused?: (refusal: Refusal) => void,
  ): void {
    this.#receiver = { take, ended, refused };
    this.#tell();
    this.#wake();
  }

  pause(): void {
    this.#isPaused = true;
    this.#flow();
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  greeted(bytesMax: number): void {
    this.#reader.bytesMax = bytesMax;
    this.#options.onGreeted?.();
  }

  /** For the dialer, which takes the server's challenge itself: the next `receive` is the owner's. */
  agree(material: Buffer): void {
    this.#material = material;
    this.#receiver = undefined;
    this.#flow();
  }

  send(frames: Buffer): void {
    // Nothing is lost that was promised: whoever sends to a connection that is over hears or heard of its end.
    if (this.#phase !== 'open' || frames.length === 0) return;
    const { limits, queues, rounds } = this.#options;
    if (this.queuedBytes === 0) this.#movedAt = rounds.now;
    this.#queue.push(frames);
    queues?.change(frames.length);
    if (this.queuedBytes > limits.sendQueueBytes) this.cutSlow();
    this.#flushLater();
  }

  close(last: Buffer = nothing): void {
    if (this.#phase !== 'open') return;
    if (last.length > 0) {
      this.#queue.push(last);
      this.#options.queues?.change(last.length);
    }
    this.#startClosing();
    this.#flushLater();
  }

  destroy(): void {
    this.#hasMore = false;
    if (this.#isGone) this.#finish(closed);
    if (this.#phase === 'open') this.#startClosing();
    if (this.#phase === 'closing') this.#stream.destroy();
  }

  detach(): { readonly stream: Socket; readonly rest: Buffer } {
    const stream = this.#stream;
    this.#options.queues?.leave(this);
    clearImmediate(this.#flushTimer);
    for (let piece = this.#queue.next(); piece !== undefined; piece = this.#queue.next()) stream.write(piece);
    stream.pause();
    stream.off('data', this.#onData).off('error', this.#onError).off('close', this.#onClose);
    this.#end = closed;
    this.#receiver = undefined;
    this.#leave();
    return { stream, rest: this.#reader.rest() };
  }

  cutSlow(): void {
    this.#cut({ why: 'slow' }, 'slow');
  }

  /** The listener's way to end one that does not log in, or that makes room for another. */
  expire(): void {
    this.#cut({ why: 'silent' }, 'silent');
  }

  check(now: number): void {
    const { limits } = this.#options;
    if (this.#phase === 'closing') {
      if (now >= this.#closeBy) this.#stream.destroy();
      return;
    }
    const stands = this.queuedBytes > 0 && now - this.#movedAt >= limits.sendQueueStallMs;
    if (stands) this.cutSlow();
    if (!this.#isReading) return;
    const owesBody = this.#midSince !== undefined && now - this.#midSince >= limits.frameBodyMs;
    if (owesBody || now - this.#heardAt >= limits.silenceMs) this.expire();
  }

  // Reading.

  readonly #onData = (chunk: Buffer): void => {
    if (this.#phase === 'open') this.#read(chunk);
  };

  #read(chunk: Buffer): void {
    this.#heardAt = this.#options.rounds.now;
    this.#hasMore = false;
    for (let bytes = chunk; !this.#hasMore; bytes = nothing) {
      const payload = this.#nextPayload(bytes);
      if (payload === undefined) break;
      this.#midSince = undefined;
      this.#given += 1;
      this.#give(payload);
      // The owner closed, destroyed or detached it in `take`.
      if (!this.#isOn()) return;
      this.#hasMore = !this.#mayGive();
    }
    if (!this.#isOn()) return;
    if (this.#hasMore) this.#goOnLater();
    else if (this.#isGone) this.#finish(closed);
    else this.#midSince = this.#reader.isMidFrame ? (this.#midSince ?? this.#heardAt) : undefined;
    this.#resetGivenLater();
    this.#flow();
  }

  /** One frame at a time, so that the owner may pause or detach behind any of them. */
  #nextPayload(bytes: Buffer): Buffer | undefined {
    let found: Buffer | undefined;
    try {
      this.#reader.push(bytes, (payload) => {
        found = payload;
        return false;
      });
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#cut({ why: 'malformed', cause }, 'malformed');
    }
    return found;
  }

  #give(payload: Buffer): void {
    const packet = this.#decode(payload);
    if (packet !== undefined) this.#receiver?.take(packet);
  }

  #decode(payload: Buffer): In | undefined {
    try {
      return this.#options.decode(payload);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const refused = this.#receiver?.refused;
      if (refused !== undefined) refused(cause);
      else this.#cut({ why: 'malformed', cause }, 'malformed');
      return undefined;
    }
  }

  #mayGive(): boolean {
    const isFair = this.#given < this.#options.limits.packetsPerTurn;
    return this.#isOn() && isFair && !this.#isPaused && this.#receiver !== undefined;
  }

  /** What came is still to be given: also when the peer has said its last. */
  #isOn(): boolean {
    return this.#phase === 'open' || (this.#isGone && this.#end === undefined);
  }

  /** A turn may bring several chunks: what was given is counted until its end. */
  #resetGivenLater(): void {
    this.#givenReset ??= setImmediate(() => {
      this.#givenReset = undefined;
      this.#given = 0;
    });
  }

  #goOnLater(): void {
    this.#goOnTimer ??= setImmediate(() => {
      this.#goOnTimer = undefined;
      this.#given = 0;
      if (this.#hasMore && this.#mayGive()) this.#read(nothing);
    });
  }

  #wake(): void {
    if (this.#hasMore) this.#goOnLater();
    this.#flow();
  }

  /** Reads from the socket exactly while nothing it said waits here: what a peer can make us hold is one chunk. */
  #flow(): void {
    const isHeld = this.#isPaused || this.#hasMore || this.#receiver === undefined;
    const reads = this.#phase === 'closing' || (this.#phase === 'open' && !isHeld);
    if (reads === this.#isReading || this.#phase === 'over') return;
    this.#isReading = reads;
    if (!reads) {
      this.#stream.pause();
      return;
    }
    // While we did not listen it was not silent.
    this.#heardAt = this.#options.rounds.now;
    this.#midSince = this.#reader.isMidFrame ? this.#heardAt : undefined;
    this.#stream.resume();
  }

  // Writing.

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
    if (this.#inFlight > 0 || this.#phase === 'over') return;
    const piece = this.#queue.next();
    if (piece === undefined) {
      if (this.#phase === 'closing') this.#stream.end();
      return;
    }
    this.#inFlight = piece.length;
    this.#stream.write(piece, this.#onWritten);
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.#phase === 'over') return;
    this.#movedAt = this.#options.rounds.now;
    if (this.#phase === 'open') this.#options.queues?.change(-this.#inFlight);
    this.#inFlight = 0;
    if (this.#flushTimer === undefined) this.#write();
  };

  // Ends.

  #cut(end: Ended, why: 'slow' | 'silent' | 'malformed'): void {
    if (this.#phase !== 'open') return;
    this.#finish(end);
    const word = this.#options.lastWord?.(why);
    this.#startClosing();
    this.#queue.cutShort();
    if (word !== undefined) this.#queue.push(word);
    this.#write();
  }

  /** From here on the peer's bytes are read and dropped: unread ones would turn our FIN into a reset. */
  #startClosing(): void {
    const { limits, queues, rounds } = this.#options;
    queues?.leave(this);
    this.#phase = 'closing';
    this.#hasMore = false;
    this.#closeBy = rounds.now + limits.sendQueueStallMs;
    this.#flow();
  }

  readonly #onError = (cause: Error): void => {
    this.#hasMore = false;
    this.#finish(this.#phase === 'closing' ? closed : { why: 'failed', cause });
  };

  readonly #onClose = (): void => {
    this.#leave();
    this.#isGone = true;
    if (!this.#hasMore) this.#finish(closed);
  };

  #leave(): void {
    const { queues, rounds } = this.#options;
    queues?.leave(this);
    this.#phase = 'over';
    this.#inFlight = 0;
    rounds.leave(this);
  }

  #finish(end: Ended): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#tell();
  }

  #tell(): void {
    if (this.#end === undefined || this.#receiver === undefined) return;
    const { ended } = this.#receiver;
    this.#receiver = undefined;
    process.nextTick(ended, this.#end);
  }
}
