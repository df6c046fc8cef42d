// What comes in over a connection's socket: bytes to frames to packets, so many a turn, held back while the owner
// pauses, and watched for silence. Only socket-connection makes one; it says when the stream is closed or given away.
import type { Socket } from 'node:net';
import { Refusal } from '../protocol/errors.ts';
import { FrameReader } from '../protocol/frame.ts';
import type { Limits } from '../protocol/limits.ts';
import type { Rounds } from './rounds.ts';

export interface InletOptions<In> {
  readonly stream: Socket;
  /** Throws `Refusal` for what is no packet, nothing else. */
  readonly decode: (payload: Buffer) => In;
  /** Largest frame that may come in until it is raised. */
  readonly bytesMax: number;
  readonly limits: Limits;
  readonly rounds: Rounds;
  /** Bytes came that are no frame, or no packet while nobody counts refusals. */
  readonly broken: (cause: Refusal) => void;
  /** The stream is closed and everything that came was given. */
  readonly emptied: () => void;
}

export interface Taker<In> {
  readonly take: (packet: In) => void;
  readonly refused: ((refusal: Refusal) => void) | undefined;
}

const nothing = Buffer.alloc(0);

export class Inlet<In> {
  readonly #options: InletOptions<In>;
  readonly #reader: FrameReader;
  #taker: Taker<In> | undefined;
  /** giving; dropping: reads on and keeps nothing; last: the peer is gone, what it said is still given; over. */
  #mode: 'giving' | 'dropping' | 'last' | 'over' = 'giving';
  #isPaused = false;
  /** The reader holds bytes that may be whole frames. */
  #hasMore = false;
  #isReading = false;
  #goOnTimer: NodeJS.Immediate | undefined;
  #given = 0;
  #givenReset: NodeJS.Immediate | undefined;
  /** Times of the rounds' clock. */
  #heardAt: number;
  #midSince: number | undefined;

  constructor(options: InletOptions<In>) {
    this.#options = options;
    this.#reader = new FrameReader(options.bytesMax);
    this.#heardAt = options.rounds.now;
    options.stream.pause();
    options.stream.on('data', this.#onData);
  }

  /** Nothing is read while there is nobody to take it. */
  giveTo(taker: Taker<In> | undefined): void {
    this.#taker = taker;
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

  allow(bytesMax: number): void {
    this.#reader.bytesMax = bytesMax;
  }

  /** The peer said nothing for too long, or owes the rest of a frame. Never while it is we who do not read. */
  isSilent(now: number): boolean {
    if (!this.#isReading) return false;
    const { frameBodyMs, silenceMs } = this.#options.limits;
    const owesBody = this.#midSince !== undefined && now - this.#midSince >= frameBodyMs;
    return owesBody || now - this.#heardAt >= silenceMs;
  }

  /** Reads on and keeps nothing: bytes left unread would turn our FIN into a reset. */
  drop(): void {
    this.#mode = 'dropping';
    this.#hasMore = false;
    this.#flow();
  }

  /** The stream is closed: what came before is given still. */
  gone(): void {
    if (this.#mode === 'giving') this.#mode = 'last';
    if (!this.#hasMore) this.#empty();
  }

  /** Nothing is given any more, not even what came already. */
  end(): void {
    this.#mode = 'over';
    this.#hasMore = false;
  }

  /** Ends, and gives back what came behind the last frame. The stream is paused and no longer listened to. */
  release(): Buffer {
    this.end();
    this.#options.stream.pause();
    this.#options.stream.off('data', this.#onData);
    return this.#reader.rest();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#mode === 'giving') this.#read(chunk);
  };

  #read(chunk: Buffer): void {
    this.#heardAt = this.#options.rounds.now;
    this.#hasMore = false;
    this.#reader.feed(chunk);
    while (!this.#hasMore) {
      const payload = this.#nextPayload();
      if (payload === undefined) break;
      this.#midSince = undefined;
      this.#given += 1;
      this.#give(payload);
      // The owner closed, destroyed or detached it in `take`.
      if (!this.#isOn()) return;
      this.#hasMore = !this.#mayGive();
    }
    if (this.#isOn()) this.#afterRead();
  }

  #afterRead(): void {
    if (this.#hasMore) this.#goOnLater();
    else if (this.#mode === 'last') this.#empty();
    else this.#midSince = this.#reader.isMidFrame ? (this.#midSince ?? this.#heardAt) : undefined;
    this.#resetGivenLater();
    this.#flow();
  }

  /** One frame at a time, so that the owner may pause or detach behind any of them. */
  #nextPayload(): Buffer | undefined {
    try {
      return this.#reader.next();
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#options.broken(cause);
      return undefined;
    }
  }

  #give(payload: Buffer): void {
    const packet = this.#decode(payload);
    if (packet !== undefined) this.#taker?.take(packet);
  }

  #decode(payload: Buffer): In | undefined {
    try {
      return this.#options.decode(payload);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const refused = this.#taker?.refused ?? this.#options.broken;
      refused(cause);
      return undefined;
    }
  }

  #empty(): void {
    this.end();
    this.#options.emptied();
  }

  /** What came is still to be given: also when the peer has said its last. */
  #isOn(): boolean {
    return this.#mode === 'giving' || this.#mode === 'last';
  }

  #mayGive(): boolean {
    const isFair = this.#given < this.#options.limits.packetsPerTurn;
    return this.#isOn() && isFair && !this.#isPaused && this.#taker !== undefined;
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
    if (this.#mode === 'last' || this.#mode === 'over') return;
    const isHeld = this.#isPaused || this.#hasMore || this.#taker === undefined;
    const reads = this.#mode === 'dropping' || !isHeld;
    if (reads === this.#isReading) return;
    this.#isReading = reads;
    if (!reads) {
      this.#options.stream.pause();
      return;
    }
    // While we did not listen it was not silent.
    this.#heardAt = this.#options.rounds.now;
    this.#midSince = this.#reader.isMidFrame ? this.#heardAt : undefined;
    this.#options.stream.resume();
  }
}
