// The bytes of one transfer, both ways, over a raw stream that was a connection. Transfers calls it. Chat must stay
// quick while gigabytes pass: no chunk is larger than `pieceBytes`, and between two the event loop has its turn.
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Refusal } from '../protocol/errors.ts';
import type { BlobReader, BlobWriter } from '../store/blobs.ts';

/** One write to the socket or the disk. Also the slowest line we keep: this much in `transferSilenceMs`. */
const pieceBytes = 256 * 1024;

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

type Moving = { readonly stream: Duplex; readonly watch: Watch };

/** Takes `bytes` from the stream into the writer. Rejects when the stream ends early or the writer refuses. */
export async function takeIn(
  { stream, watch }: Moving,
  rest: Buffer,
  writer: BlobWriter,
  bytes: number,
): Promise<void> {
  const gathered = new Gathered(bytes);
  gathered.add(rest);
  if (gathered.isDue) await writer.write(gathered.take());
  if (gathered.isWhole) return;
  const chunks = stream.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    watch.moved();
    gathered.add(chunk);
    if (!gathered.isDue) continue;
    await writer.write(gathered.take());
    if (gathered.isWhole) return;
    await nextTurn();
  }
  if (gathered.bytes > 0) await writer.write(gathered.take());
  throw new Error('The upload ended early.');
}

/** Small chunks put together, so that each costs no trip to the disk of its own. */
class Gathered {
  #chunks: Buffer[] = [];
  #missing: number;
  bytes = 0;

  constructor(missing: number) {
    this.#missing = missing;
  }

  get isWhole(): boolean {
    return this.#missing === 0;
  }

  get isDue(): boolean {
    return this.bytes >= pieceBytes || (this.#missing === 0 && this.bytes > 0);
  }

  add(chunk: Buffer): void {
    if (chunk.length > this.#missing) {
      throw new Refusal('malformed', 'More bytes came than the file was said to have.');
    }
    if (chunk.length === 0) return;
    this.#missing -= chunk.length;
    this.bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  take(): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    const taken = all ?? Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.bytes = 0;
    return taken;
  }
}

/** Sends the blob from `offset`. Rejects when the stream closes before the end. */
export async function giveOut({ stream, watch }: Moving, reader: BlobReader, offset: number): Promise<void> {
  for await (const chunk of reader.chunks(offset)) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      await written(stream, chunk.subarray(at, at + pieceBytes));
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
