// The bytes of a file out of a raw stream, put together to pieces that are worth a trip to the disk. The server's
// uploads and the client's downloads come through here.
//
// TLS gives 16 KiB at a time: nothing is awaited for each of those, each is copied at once into the piece it belongs to,
// and while one piece is written the next one gathers. What a fast peer can make us hold is two pieces and one chunk
// of the socket.
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type Taking = {
  /** What came already, behind the last frame. */
  readonly rest: Buffer;
  /** So many bytes are to come, `rest` included. */
  readonly bytes: number;
  /** A piece is written as soon as it has this many. Asked each time: it may change on the way. */
  readonly pieceBytes: () => number;
  /** One call at a time. The piece is valid until the promise settles. */
  readonly write: (piece: Buffer) => Promise<void>;
  /** Bytes moved: the line is alive. */
  readonly moved: () => void;
};

/** More bytes than were announced. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

/** The stream ended or broke before the last byte; what came was written. */
export class EndedEarly extends Error {
  override readonly name = 'EndedEarly';
}

/** Resolves when all was written. Rejects with `TooManyBytes`, `EndedEarly`, or what `write` rejected with. */
export async function takeBytes(stream: Duplex, taking: Taking): Promise<void> {
  const intake = new Intake(stream, taking);
  try {
    await intake.done;
  } finally {
    intake.stop();
  }
}

class Intake {
  readonly #stream: Duplex;
  readonly #taking: Taking;
  readonly #settled = Promise.withResolvers<void>();
  #missing: number;
  /** The one that gathers, so many bytes of it; `#spare` is being written or waits. Both are used again and again. */
  #piece: Buffer = Buffer.alloc(0);
  #gathered = 0;
  #spare: Buffer = Buffer.alloc(0);
  #isWriting = false;
  #isOver = false;

  constructor(stream: Duplex, taking: Taking) {
    this.#stream = stream;
    this.#taking = taking;
    this.#missing = taking.bytes;
    stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onEnd);
    if (stream.destroyed || stream.readableEnded) this.#isOver = true;
    if (taking.rest.length > 0) this.#add(taking.rest);
    this.#step();
  }

  get done(): Promise<void> {
    return this.#settled.promise;
  }

  stop(): void {
    this.#stream.pause();
    this.#stream.off('data', this.#onData).off('end', this.#onEnd);
    this.#stream.off('close', this.#onEnd).off('error', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#taking.moved();
    this.#add(chunk);
    if (this.#stream instanceof Socket) giveBack(chunk);
    this.#step();
  };

  readonly #onEnd = (): void => {
    this.#isOver = true;
    this.#step();
  };

  #add(chunk: Buffer): void {
    if (chunk.length > this.#missing) {
      this.#settled.reject(new TooManyBytes('More bytes came than were announced.'));
      return;
    }
    if (this.#gathered + chunk.length > this.#piece.length) this.#grow(chunk.length);
    this.#missing -= chunk.length;
    this.#gathered += chunk.copy(this.#piece, this.#gathered);
  }

  /** Room for a whole piece and the chunk that overflows it, or for all that is to come when that is less. */
  #grow(chunkBytes: number): void {
    const most = Math.min(this.#taking.pieceBytes(), this.#gathered + this.#missing) + chunkBytes;
    const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#gathered + chunkBytes));
    this.#piece.copy(larger, 0, 0, this.#gathered);
    this.#piece = larger;
  }

  #step(): void {
    if (!this.#isWriting && this.#isDue) this.#write();
    if (!this.#isWriting && this.#missing === 0) this.#settled.resolve();
    if (!this.#isWriting && this.#isOver) this.#settled.reject(new EndedEarly('The stream ended early.'));
    if (this.#isDue || this.#missing === 0) this.#stream.pause();
    else this.#stream.resume();
  }

  get #isDue(): boolean {
    return (
      this.#gathered >= this.#taking.pieceBytes() ||
      (this.#gathered > 0 && (this.#missing === 0 || this.#isOver))
    );
  }

  #write(): void {
    this.#isWriting = true;
    const piece = this.#piece.subarray(0, this.#gathered);
    [this.#piece, this.#spare] = [this.#spare, this.#piece];
    this.#gathered = 0;
    this.#taking.write(piece).then(
      () => {
        this.#isWriting = false;
        this.#step();
      },
      (error: unknown) => this.#settled.reject(error),
    );
  }
}

/**
 * A socket reads each chunk into memory of its own, which is ours by now. Given back at once, the next chunk is read into
 * the same; left to the collector, tens of MiB of them wait for it.
 */
function giveBack(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && chunk.length === buffer.byteLength) buffer.transfer(0);
}
