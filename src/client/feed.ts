// Where this client stands in the log: the cursor, and what of it was told already. The session asks it of every
// event, so that each seq is told once, however it comes (page, live, or as the ack of an own post).
import type { AnyEvent, LogId, Seq } from '../protocol/packet.ts';

export class Feed {
  #logId: LogId | undefined;
  #cursor: Seq | undefined;
  /** How far this log was seen to go. */
  #reached = 0;
  /** Own posts that were acknowledged ahead of the cursor: their events are not told again. */
  readonly #acked = new Set<Seq>();

  /** What `sync` says: nothing on the first one. */
  get cursor(): { readonly logId: LogId; readonly after: Seq } | undefined {
    if (this.#logId === undefined || this.#cursor === undefined) return undefined;
    return { logId: this.#logId, after: this.#cursor };
  }

  /** Goes on where an earlier run was. */
  resume({ logId, after }: { readonly logId: LogId; readonly after: Seq }): void {
    this.#logId = logId;
    this.#cursor = after;
    this.#reached = after;
  }

  /** Begins behind `after` of the log that was welcomed. */
  startAt(after: Seq): void {
    this.#cursor = after;
  }

  /**
   * True when the log is another than before: cursor and acks are then void. One that ends before what was seen of it
   * is another, whatever its name: somebody put an older copy of its file back.
   */
  welcomed({ logId, tail }: { readonly logId: LogId; readonly tail: Seq }): boolean {
    const isNewLog = this.#logId !== undefined && (this.#logId !== logId || tail < this.#reached);
    this.#logId = logId;
    if (isNewLog) {
      this.#cursor = undefined;
      this.#reached = 0;
      this.#acked.clear();
    }
    return isNewLog;
  }

  /** False where the event was told before. */
  acked(seq: Seq): boolean {
    if (this.#cursor !== undefined && seq <= this.#cursor) return false;
    this.#acked.add(seq);
    return true;
  }

  /** Of a page's events (rising) those that were not told; the cursor passes to `upTo`. */
  pass(events: readonly AnyEvent[], upTo: Seq): AnyEvent[] {
    const from = this.#cursor ?? -1;
    const fresh = events.filter((event) => event.seq > from && !this.#acked.has(event.seq));
    if (upTo > from) this.#cursor = upTo;
    this.#reached = Math.max(this.#reached, upTo);
    if (this.#acked.size > 0) this.#forget(upTo);
    return fresh;
  }

  #forget(upTo: Seq): void {
    for (const seq of this.#acked) {
      if (seq <= upTo) this.#acked.delete(seq);
    }
  }
}
