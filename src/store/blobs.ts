// Files by their SHA-256. Bytes that one member uploaded shorten nothing for who may not read them, so what is
// unfinished belongs to (member, digest), and who holds a blob is asked separately from whether it exists.
import type { MemberId, Sha256 } from '../protocol/packet.ts';

export interface BlobWriter {
  /** Bytes already there; the writer goes on behind them. */
  readonly offset: number;
  /** Resolves when the bytes are handed to the file system. Rejects with Refusal `disk-full`, or `too-large` past `size`. */
  write(chunk: Uint8Array): Promise<void>;
  /** fsync, digest, rename. Rejects with Refusal `checksum`, and the unfinished bytes are dropped. */
  finish(): Promise<void>;
  /** Keeps what is there for a later `receive`. */
  leave(): Promise<void>;
}

export interface BlobReader {
  readonly size: number;
  /** Chunks of up to 1 MiB, from `offset` to the end. A chunk is valid until the next one is asked for. */
  chunks(offset: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Whether a message of this member carries this file (`Log.carries`). */
export type IsNamed = (sha256: Sha256, member: MemberId) => Promise<boolean>;

export interface Blobs {
  /**
   * Bytes held of this member's upload: `size` when it is whole and this member's, else the unfinished part. Asking for
   * a whole one keeps it for another `uploadKeptMs`: its message is about to come.
   */
  held(member: MemberId, sha256: Sha256, size: number): Promise<number>;
  /** True when the member uploaded the whole of it once, so that a message of its may name it. */
  isHeld(member: MemberId, sha256: Sha256): Promise<boolean>;
  /** Bytes of all that the member holds, finished or not. */
  usage(member: MemberId): Promise<number>;
  /** Goes on where an earlier one stopped. One writer at a time for (member, digest): Refusal `too-many`. */
  receive(member: MemberId, sha256: Sha256, size: number): Promise<BlobWriter>;
  open(sha256: Sha256): Promise<BlobReader | undefined>;
  /**
   * No message of `member` carries it any more: the member does not hold it, and when nobody does, it is gone. Uploads
   * of it that are under way, and readers that have it open, go on to their end. No message of the member may be on its
   * way to the log with this file: who calls it takes posts and deletions of a digest in turn.
   */
  forget(member: MemberId, sha256: Sha256): Promise<void>;
  /**
   * Drops what nobody touched for `uploadKeptMs`: unfinished bytes, and whole files that no message names. Also what a
   * crash left. `isNamed` is asked once for each file that is named: at the first sweep, for a message may have gone
   * without its file before that, and not again at each. `now`: Unix milliseconds.
   */
  sweep(now: number, isNamed: IsNamed): Promise<void>;
  close(): Promise<void>;
}
