// The bytes of one transfer, both ways, over a raw stream that was a connection. Transfers calls it. Chat must stay
// quick while gigabytes pass: nothing is sent or hashed in steps larger than `pieceBytes`, and between two the event loop
// has its turn.
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TooManyBytes, takeBytes } from '../net/take-bytes.ts';
import { Refusal } from '../protocol/errors.ts';
import type { BlobReader, BlobWriter } from '../store/blobs.ts';
import type { Courtesy } from './courtesy.ts';

/** One write to the socket. Also the slowest line we keep: this much in `transferSilenceMs`. */
const pieceBytes = 256 * 1024;

/** One write to the disk: waking a thread of the pool for it costs about as much as writing 256 KiB does. */
const takenBytes = 1024 * 1024;

/** Destroys a stream on which nothing moves. */
export class Watch {
  readonly #timer: NodeJS.Timeout;
  #movedAt = performance.now();

  constructor(stream: Duplex, ms: number) {
    this.#timer = setTimeout(() => stream.destroy(), ms);
  }

  /** Milliseconds since something moved. */
  get stillMs(): number {
    return performance.now() - this.#movedAt;
  }

  moved(): void {
    this.#movedAt = performance.now();
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

type Moving = { readonly stream: Duplex; readonly watch: Watch; readonly courtesy: Courtesy };

/** Takes `bytes` from the stream into the writer. Rejects when the stream ends early or the writer refuses. */
export async function takeIn(
  { stream, watch, courtesy }: Moving,
  rest: Buffer,
  writer: BlobWriter,
  bytes: number,
): Promise<void> {
  const moved = () => watch.moved();
  // While a piece is written it is our disk that is slow, not the peer.
  const write = async (piece: Buffer) => {
    await writer.write(piece);
    moved();
    await courtesy.giveWay();
  };
  try {
    await takeBytes(stream, { rest, bytes, pieceBytes: () => courtesy.stepBytes(takenBytes), moved, write });
  } catch (error) {
    if (!(error instanceof TooManyBytes)) throw error;
    throw new Refusal('malformed', 'More bytes came than the file was said to have.', { cause: error });
  }
}

/** Sends the blob from `offset`. Rejects when the stream closes before the end. */
export async function giveOut(
  { stream, watch, courtesy }: Moving,
  reader: BlobReader,
  offset: number,
): Promise<void> {
  for await (const chunk of reader.chunks(offset)) {
    for (let at = 0; at < chunk.length; ) {
      await courtesy.giveWay();
      const piece = chunk.subarray(at, at + courtesy.stepBytes(pieceBytes));
      await written(stream, piece);
      at += piece.length;
      watch.moved();
      await nextTurn();
    }
  }
}

function written(stream: Duplex, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('The connection closed before the end of the file.'));
    if (stream.destroyed) {
      closed();
      return;
    }
    stream.once('close', closed);
    stream.write(piece, (error) => {
      stream.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Ends our side behind `last` and waits until the peer has closed, or the watch has cut it. */
export function ended(stream: Duplex, last: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) {
      resolve();
      return;
    }
    stream.once('close', resolve);
    stream.end(last);
    // What still comes is dropped; unread it would keep the stream from closing.
    stream.resume();
  });
}
