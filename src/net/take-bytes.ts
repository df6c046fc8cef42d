// The bytes of a file out of a raw stream, put together to pieces that are worth a trip to the disk. The server's
// uploads and the client's downloads come through here.
//
// TLS gives 16 KiB at a time: nothing is awaited for each of those, and while one piece is written the next one
// gathers. What a fast peer can make us hold is two pieces and one chunk of the socket.
import type { Duplex } from 'node:stream';

export type Taking = {
  /** What came already, behind the last frame. */
  readonly rest: Buffer;
  /** So many bytes are to come, `rest` included. */
  readonly bytes: number;
  /** A piece is written as soon as it has this many. */
  readonly pieceBytes: number;
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
  #chunks: Buffer[] = [];
  #gathered = 0;
  #missing: number;
  /** Used again for each piece: fresh memory for every megabyte costs more than copying into the same. */
  #piece = Buffer.alloc(0);
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
    this.#missing -= chunk.length;
    this.#gathered += chunk.length;
    this.#chunks.push(chunk);
  }

  #step(): void {
    if (!this.#isWriting && this.#isDue) this.#write();
    if (!this.#isWriting && this.#missing === 0) this.#settled.resolve();
    if (!this.#isWriting && this.#isOver) this.#settled.reject(new EndedEarly('The stream ended early.'));
    if (this.#isDue || this.#missing === 0) this.#stream.pause();
    else this.#stream.resume();
  }

  get #isDue(): boolean {
    const { pieceBytes } = this.#taking;
    return this.#gathered >= pieceBytes || (this.#gathered > 0 && (this.#missing === 0 || this.#isOver));
  }

  #write(): void {
    this.#isWriting = true;
    const piece = this.#takePiece();
    this.#taking.write(piece).then(
      () => {
        this.#isWriting = false;
        this.#step();
      },
      (error: unknown) => this.#settled.reject(error),
    );
  }

  #takePiece(): Buffer {
    if (this.#piece.length < this.#gathered) this.#piece = Buffer.allocUnsafeSlow(this.#gathered);
    let at = 0;
    for (const chunk of this.#chunks) at += chunk.copy(this.#piece, at);
    this.#chunks = [];
    this.#gathered = 0;
    return this.#piece.subarray(0, at);
  }
}
