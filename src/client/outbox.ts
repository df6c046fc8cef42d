// What was said and is not acknowledged: bounded, in order, each entry with its id for ever; on disk before it is sent,
// where there is a local store.
// The session adds, sends and settles; a resend under the same id is harmless (the server answers the first seq).
import type { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { PostId, Seq } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import type { OutboxEntry, Posted } from './client.ts';
import { Dropped } from './errors.ts';
import type { OutboxStore } from './local-store.ts';

export class Outbox {
  /** In the order of sending. A Map keeps an entry's place when its state changes. */
  readonly #entries = new Map<PostId, OutboxEntry>();
  readonly #callers = new Map<PostId, PromiseWithResolvers<Posted>>();
  readonly #changed: () => void;
  /** Ids still to be sent, from `#next` on. */
  #queue: PostId[] = [];
  #next = 0;
  #inFlight = 0;
  #snapshot: readonly OutboxEntry[] | undefined;

  #disk: OutboxStore | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From now on it is kept there too. What earlier runs left comes first. */
  keepIn(disk: OutboxStore): void {
    const now = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of [...disk.load(), ...now]) this.#entries.set(entry.id, entry);
    this.#disk = disk;
    for (const entry of now) disk.put(entry);
    this.requeue();
    this.#touch();
  }

  get entries(): readonly OutboxEntry[] {
    this.#snapshot ??= [...this.#entries.values()];
    return this.#snapshot;
  }

  get(id: PostId): OutboxEntry | undefined {
    return this.#entries.get(id);
  }

  /** Resolves with the entry's place. A promise that nobody awaits is no crash: the entry itself shows its end. */
  add(entry: OutboxEntry): Promise<Posted> {
    if (this.#entries.size >= limits.outboxEntries) {
      const most = limits.outboxEntries.toLocaleString('en');
      return Promise.reject(
        new Error(`${most} messages wait for the server already; try again when it is back.`),
      );
    }
    const caller = this.#caller(entry.id);
    this.#queue.push(entry.id);
    this.#disk?.put(entry);
    this.#put(entry);
    return caller.promise;
  }

  /** The promise of an entry that is under way already. */
  promiseOf(id: PostId): Promise<Posted> | undefined {
    const state = this.#entries.get(id)?.state;
    if (state === undefined || state === 'failed') return undefined;
    // One of an earlier run has no caller yet.
    return (this.#callers.get(id) ?? this.#caller(id)).promise;
  }

  #caller(id: PostId): PromiseWithResolvers<Posted> {
    const caller = Promise.withResolvers<Posted>();
    caller.promise.catch(() => {
      // Nothing is lost: a refused entry stays in the outbox with its error.
    });
    this.#callers.set(id, caller);
    return caller;
  }

  /** The next entry to send now, marked as sending; none when nothing waits or the window is full. */
  next(): OutboxEntry | undefined {
    while (this.#inFlight < clientBounds.postsInFlight && this.#next < this.#queue.length) {
      const entry = this.#shift();
      // Dropped while it waited: its id is still in the queue.
      if (entry?.state !== 'queued') continue;
      const sending: OutboxEntry = { ...entry, state: 'sending' };
      this.#inFlight += 1;
      this.#put(sending);
      return sending;
    }
    return undefined;
  }

  #shift(): OutboxEntry | undefined {
    const id = this.#queue[this.#next];
    this.#next += 1;
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    return id === undefined ? undefined : this.#entries.get(id);
  }

  /** The entry has its place and is gone from here. */
  settle(entry: OutboxEntry, seq: Seq, at: number): void {
    this.#remove(entry);
    this.#disk?.settle(entry.id);
    this.#callers.get(entry.id)?.resolve({ seq, at, id: entry.id });
    this.#callers.delete(entry.id);
  }

  /** Stays as `failed` until `retry` or `drop`; later entries go on. */
  refuse(id: PostId, error: Refusal): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (entry.state === 'sending') this.#inFlight -= 1;
    const failed = { ...entry, state: 'failed' as const, error };
    this.#disk?.refuse(failed);
    this.#put(failed);
    this.#reject(id, error);
  }

  /** A refused entry goes to the end of the queue, under its old id. */
  retry(id: PostId): void {
    const entry = this.#entries.get(id);
    if (entry?.state !== 'failed') return;
    const { error: _, ...rest } = entry;
    const again = { ...rest, state: 'queued' as const };
    this.#entries.delete(id);
    this.#queue.push(id);
    this.#disk?.retry(again);
    this.#put(again);
  }

  /** What is on its way cannot be called back and stays. */
  drop(id: PostId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state === 'sending') return;
    this.#disk?.drop(id);
    this.#letGo(entry);
  }

  /** Everything without an answer is to be sent again, before what is newer. */
  requeue(): void {
    this.#queue = [];
    this.#next = 0;
    this.#inFlight = 0;
    const dropped = this.#disk?.dropped();
    for (const entry of this.#entries.values()) {
      if (dropped?.has(entry.id)) this.#letGo({ ...entry, state: 'queued' });
      else if (entry.state === 'failed') continue;
      else this.#again(entry);
    }
  }

  #again(entry: OutboxEntry): void {
    this.#queue.push(entry.id);
    if (entry.state === 'sending') this.#put({ ...entry, state: 'queued' });
  }

  /** No connection will come any more: the callers hear of it, the entries stay to be seen. */
  end(error: Error): void {
    for (const id of this.#callers.keys()) this.#reject(id, error);
  }

  #put(entry: OutboxEntry): void {
    this.#entries.set(entry.id, entry);
    this.#touch();
  }

  #remove(entry: OutboxEntry): void {
    if (entry.state === 'sending') this.#inFlight -= 1;
    this.#entries.delete(entry.id);
    this.#touch();
  }

  #letGo(entry: OutboxEntry): void {
    this.#remove(entry);
    this.#reject(entry.id, new Dropped('The message was dropped before it was sent.'));
  }

  #reject(id: PostId, error: Error): void {
    this.#callers.get(id)?.reject(error);
    this.#callers.delete(id);
  }

  #touch(): void {
    this.#snapshot = undefined;
    this.#changed();
  }
}
