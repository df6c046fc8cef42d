// Who is told what happens, and how often: live events and changes of the outbox are told once a turn, so that a
// flood, or a thousand acks, cost the screen one piece of news. The session and its parts tell through it.
import type { AnyEvent } from '../protocol/packet.ts';
import type { ClientEvent, OutboxEntry } from './client.ts';

export class Listeners {
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  #live: AnyEvent[] = [];
  #isOutboxDue = false;

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Returns the way to stop. */
  add(tell: (event: ClientEvent) => void): () => void {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  /** Behind the live events that wait for the end of the turn: the order is kept. */
  tell(event: ClientEvent): void {
    this.#tellLive();
    this.#tellNow(event);
  }

  /** Told with what else is live in this turn. */
  live(event: AnyEvent): void {
    if (this.#live.length === 0) queueMicrotask(() => this.#tellLive());
    this.#live.push(event);
  }

  /** `entries` is read when it is told. */
  outboxChanged(entries: () => readonly OutboxEntry[]): void {
    if (this.#isOutboxDue) return;
    this.#isOutboxDue = true;
    queueMicrotask(() => {
      this.#isOutboxDue = false;
      this.tell({ type: 'outbox', entries: entries() });
    });
  }

  #tellLive(): void {
    if (this.#live.length === 0) return;
    const events = this.#live;
    this.#live = [];
    this.#tellNow({ type: 'events', events, gaps: [], isLive: true });
  }

  #tellNow(event: ClientEvent): void {
    for (const tell of this.#listeners) tell(event);
  }
}
