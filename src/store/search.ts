// Finding messages by their words: a projection behind the log, with its own cursor. What every store must do;
// test/store/search-contract.test.ts is the same contract as a suite.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, Seq } from '../protocol/packet.ts';

/** What is looked for, parsed: all of it must hold. */
export type SearchQuery = {
  /** Each must be in the text, as a word or the beginning of one; in Chinese, Japanese and Korean anywhere. */
  readonly words: readonly string[];
  readonly from?: MemberId;
  readonly hasFile?: true;
  /** Rooms that are looked in, and from where on the reader may read them (exclusive). */
  readonly rooms: ReadonlyMap<RoomName, Seq>;
  /** Exclusive bounds. */
  readonly after?: Seq;
  readonly before?: Seq;
  readonly limit: number;
};

export type Found = {
  /** Newest first. */
  readonly seqs: readonly Seq[];
  /** There are further ones below. */
  readonly more: boolean;
  /** Events over this are not looked through yet. */
  readonly upTo: Seq;
};

export interface Search {
  /**
   * Messages as they read now, deleted ones never. Rejects with Refusal `search-invalid` where there is nothing to look
   * for, with `too-many` when it took longer than `searchMs`, and with `log-failed`.
   */
  find(query: SearchQuery): Promise<Found>;
  /** Resolves when everything up to `seq` is looked through. */
  caughtUp(seq: Seq): Promise<void>;
  close(): Promise<void>;
}
