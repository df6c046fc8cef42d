// Bytes to frames, fed any chunking. It holds at most one frame's body, and only after its length was allowed.
import { Refusal } from './errors.ts';

const headBytes = 4;
const openBrace = 0x7b;
const nothing = Buffer.alloc(0);

/**
 * A reader for one connection. `push` calls `take` for every whole payload, in order, and stops early when
 * `take` returns false (the reader then keeps the rest; call `push` with no bytes to go on, or `rest()`).
 * Throws `Refusal('malformed')` for a length of 0 or over the bound, or a body that is no object.
 */
export class FrameReader {
  #bytesMax: number;
  /** What came and was not read, from `#at` on. */
  #chunk: Buffer = nothing;
  #at = 0;
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
    return this.#body !== undefined || this.#at < this.#chunk.length;
  }

  push(chunk: Buffer, take: (payload: Buffer) => boolean): void {
    this.feed(chunk);
    for (let payload = this.next(); payload !== undefined; payload = this.next()) {
      if (!take(payload)) return;
    }
  }

  /** Gives bytes without reading them yet: `next` does, until it gives nothing more. */
  feed(chunk: Buffer): void {
    this.#chunk = this.#at < this.#chunk.length ? joined(this.rest(), chunk) : chunk;
    this.#at = 0;
  }

  /** The next whole payload, if its last byte is there. Throws as `push` does. */
  next(): Buffer | undefined {
    const payload = this.#body === undefined ? this.#head() : this.#fill(this.#body);
    if (payload !== undefined) return payload;
    // A copy, so that the few bytes left do not hold the whole chunk in memory.
    this.#chunk = this.#at < this.#chunk.length ? Buffer.from(this.rest()) : nothing;
    this.#at = 0;
    return undefined;
  }

  /** Bytes that came after the last frame: a connection that turns into a raw stream takes them along. */
  rest(): Buffer {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = nothing;
    this.#at = 0;
    return rest;
  }

  #head(): Buffer | undefined {
    const body = this.#at + headBytes;
    if (this.#chunk.length < body) return undefined;
    const length = this.#chunk.readUInt32BE(this.#at);
    if (length === 0 || length > this.#bytesMax) {
      throw new Refusal(
        'malformed',
        `A frame of ${length} bytes; at most ${this.#bytesMax} are allowed here.`,
      );
    }
    if (this.#chunk.length > body && this.#chunk[body] !== openBrace) {
      throw new Refusal('malformed', 'The frame does not begin like a packet.');
    }
    this.#at = body + length;
    if (this.#chunk.length >= this.#at) return this.#chunk.subarray(body, this.#at);
    this.#at = body;
    this.#bodyFilled = 0;
    this.#body = Buffer.allocUnsafe(length);
    return this.#fill(this.#body);
  }

  #fill(body: Buffer): Buffer | undefined {
    const used = this.#chunk.copy(body, this.#bodyFilled, this.#at);
    this.#at += used;
    this.#bodyFilled += used;
    if (this.#bodyFilled < body.length) return undefined;
    this.#body = undefined;
    if (body[0] !== openBrace) throw new Refusal('malformed', 'The frame does not begin like a packet.');
    return body;
  }
}

/** Without a copy where nothing came: going on after a stop must not cost the rest of the chunk. */
function joined(pending: Buffer, chunk: Buffer): Buffer {
  return chunk.length === 0 ? pending : Buffer.concat([pending, chunk]);
}
