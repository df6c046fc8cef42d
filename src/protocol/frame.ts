// Bytes to frames, fed any chunking. It holds at most one frame's body, and only after its length was allowed.
import { Refusal } from './errors.ts';

const headBytes = 4;

/**
 * A reader for one connection. `push` calls `take` for every whole payload, in order, and stops early when
 * `take` returns false (the reader then keeps the rest; call `push` with no bytes to go on, or `rest()`).
 * Throws `Refusal('malformed')` for a length of 0 or over the bound, or a body that is no object.
 */
export class FrameReader {
  #bytesMax: number;
  #pending: Buffer = Buffer.alloc(0);
  /** A body that spans chunks is gathered here, allocated once at its full, allowed length. */
  #body: Buffer | undefined;
  #bodyFilled = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The bound rises at login. */
  set bytesMax(value: number) {
    this.#bytesMax = value;
  }

  /** True while the peer owes the rest of a frame. */
  get isMidFrame(): boolean {
    return this.#body !== undefined || this.#pending.length > 0;
  }

  push(chunk: Buffer, take: (payload: Buffer) => boolean): void {
    let bytes = joined(this.#pending, chunk);
    this.#pending = bytes.subarray(bytes.length);
    let goesOn = true;
    while (goesOn && bytes.length > 0) {
      const step = this.#body === undefined ? this.#head(bytes) : this.#fill(bytes);
      if (step === undefined) break;
      bytes = bytes.subarray(step.used);
      if (step.payload !== undefined) goesOn = take(step.payload);
    }
    // A copy, so that the few bytes left do not hold the whole chunk in memory.
    this.#pending = goesOn ? Buffer.from(bytes) : bytes;
  }

  /** Bytes that came after the last frame: a connection that turns into a raw stream takes them along. */
  rest(): Buffer {
    const rest = this.#pending;
    this.#pending = Buffer.alloc(0);
    return rest;
  }

  #head(bytes: Buffer): { used: number; payload?: Buffer } | undefined {
    if (bytes.length < headBytes) return undefined;
    const length = bytes.readUInt32BE(0);
    if (length === 0 || length > this.#bytesMax) {
      throw new Refusal(
        'malformed',
        `A frame of ${length} bytes; at most ${this.#bytesMax} are allowed here.`,
      );
    }
    if (bytes.length > headBytes && bytes[headBytes] !== 0x7b) {
      throw new Refusal('malformed', 'The frame does not begin like a packet.');
    }
    const end = headBytes + length;
    if (bytes.length >= end) return { used: end, payload: bytes.subarray(headBytes, end) };
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyFilled = 0;
    return { used: headBytes };
  }

  #fill(bytes: Buffer): { used: number; payload?: Buffer } {
    const body = this.#body as Buffer;
    const used = bytes.copy(body, this.#bodyFilled);
    this.#bodyFilled += used;
    if (this.#bodyFilled < body.length) return { used };
    this.#body = undefined;
    if (body[0] !== 0x7b) throw new Refusal('malformed', 'The frame does not begin like a packet.');
    return { used, payload: body };
  }
}

/** Without a copy where one is empty: going on after a stop must not cost the rest of the chunk for every frame. */
function joined(pending: Buffer, chunk: Buffer): Buffer {
  if (pending.length === 0) return chunk;
  return chunk.length === 0 ? pending : Buffer.concat([pending, chunk]);
}
