// How large the pieces are in which a download is written: what the line brings in a few milliseconds. On a quick line
// a large piece saves trips to the disk; on a slow one it only gathers, is hashed and written at a stretch while
// others wait for the core, and is lost whole with a cut.
import { clientBounds } from './bounds.ts';

const pieceMs = 4;
/** A trip to the disk costs about as much as writing this does. */
const pieceBytesMin = 128 * 1024;

export class LinePace {
  #pieceBytes: number = clientBounds.fileChunkBytes;
  #at: number;

  /** `now`, here and below: milliseconds of any steady clock. */
  constructor(now: number) {
    this.#at = now;
  }

  get pieceBytes(): number {
    return this.#pieceBytes;
  }

  /** A piece of so many bytes is there. */
  brought(bytes: number, now: number): void {
    const inTime = (bytes * pieceMs) / (now - this.#at);
    this.#pieceBytes = Math.round(Math.min(clientBounds.fileChunkBytes, Math.max(pieceBytesMin, inTime)));
    this.#at = now;
  }
}
