// Where a byte of one direction falls: between two frames, in a frame's length, or in its payload. The harness cuts by
// it and says afterwards where its cuts fell. For plain TCP only: over TLS a proxy sees records.
const headBytes = 4;
const nothing = Buffer.alloc(0);

/** A frame that ends in the chunk; offsets within the chunk, `start` below 0 when it began in an earlier one. */
export type FrameSpan = { readonly kind: string; readonly start: number; readonly end: number };

export class FrameFollower {
  /** What came of the frame that is not whole yet. */
  #rest: Buffer = nothing;

  /** The frames that end in this chunk, which is not taken. */
  look(chunk: Buffer): FrameSpan[] {
    const all = Buffer.concat([this.#rest, chunk]);
    const spans: FrameSpan[] = [];
    let at = 0;
    for (let end = frameEnd(all, at); end <= all.length; end = frameEnd(all, at)) {
      const start = at - this.#rest.length;
      spans.push({ kind: kindOf(all.subarray(at, end)), start, end: end - this.#rest.length });
      at = end;
    }
    return spans;
  }

  take(chunk: Buffer): void {
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let end = frameEnd(all, at); end <= all.length; end = frameEnd(all, at)) at = end;
    this.#rest = Buffer.from(all.subarray(at));
  }

  /** Where a cut falls that lets pass what was taken. */
  get spot(): string {
    if (this.#rest.length === 0) return 'between frames';
    return this.#rest.length < headBytes ? "in a frame's length" : `in ${kindOf(this.#rest)}`;
  }
}

/** One past the frame that begins at `at`; infinite while its length is not there. */
function frameEnd(bytes: Buffer, at: number): number {
  if (bytes.length < at + headBytes) return Number.POSITIVE_INFINITY;
  return at + headBytes + bytes.readUInt32BE(at);
}

/** Our encoder writes the kind first. */
function kindOf(frame: Buffer): string {
  return /^\{"kind":"([a-z]+)"/.exec(frame.toString('latin1', headBytes, headBytes + 32))?.[1] ?? 'a frame';
}
