// What this member says: into the outbox at once, onto the line in order and at its pace, out of the outbox when the
// log has it, whether that is heard by an ack or by the event that came back. The session owns it.
import { randomBytes } from 'node:crypto';
import { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, PostId, Seq } from '../protocol/packet.ts';
import { makePostId } from '../protocol/post-id.ts';
import { clientBounds } from './bounds.ts';
import type { ClientEvent, OutboxEntry, Posted, Saying, Welcome } from './client.ts';
import type { OutboxStore } from './local-store.ts';
import { Outbox } from './outbox.ts';
import { whyNotSaid } from './post-check.ts';
import { eventOf, isEcho, isSame, packetOf, type SayingPacket } from './saying.ts';

/** The connection, as far as sayings need it. */
export type PostLine = {
  send(packet: SayingPacket): void;
  readonly queuedBytes: number;
};

export type PostingOptions = {
  readonly now: () => number;
  /** Whose posts they are: nobody's before the first login. */
  readonly self: () => Pick<Welcome, 'member' | 'nick'> | undefined;
  readonly changed: () => void;
  readonly acked: (event: Extract<ClientEvent, { type: 'acked' }>) => void;
};

export class Posting {
  readonly #options: PostingOptions;
  readonly #outbox: Outbox;
  #line: PostLine | undefined;

  constructor(options: PostingOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.changed);
  }

  keepIn(disk: OutboxStore): void {
    this.#outbox.keepIn(disk);
  }

  get entries(): readonly OutboxEntry[] {
    return this.#outbox.entries;
  }

  /** Rejects with a `Refusal` for what the server would refuse anyway; else as `Client.say`. */
  say(room: RoomName, saying: Saying, given?: PostId): Promise<Posted> {
    const refusal = whyNotSaid(saying);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { now } = this.#options;
    const id = given ?? makePostId(now(), randomBytes);
    const underWay = this.#outbox.promiseOf(id);
    if (underWay !== undefined) {
      const entry = this.#outbox.get(id);
      const isAgain = entry !== undefined && isSame({ room, saying }, entry);
      return isAgain ? underWay : Promise.reject(idReused());
    }
    const added = this.#outbox.add({ id, room, typedAt: now(), state: 'queued', saying });
    this.#pump();
    return added;
  }

  retry(id: PostId): void {
    this.#outbox.retry(id);
    this.#pump();
  }

  drop(id: PostId): void {
    this.#outbox.drop(id);
  }

  /** Everything without an answer is sent (again), in order. */
  connected(line: PostLine): void {
    this.#line = line;
    this.#outbox.requeue();
    this.#pump();
  }

  lost(): void {
    this.#line = undefined;
  }

  /** No connection will come any more. */
  end(error: Error): void {
    this.#outbox.end(error);
  }

  /**
   * True for an own post that comes back before its ack, as its connection was cut: it is settled by this. Only with
   * the same content: another process of this member may have taken the id for other words, and then the server's
   * answer to ours is a refusal that is still to come.
   */
  settledBy(event: AnyEvent): boolean {
    if (event.type !== 'message' || event.member !== this.#options.self()?.member) return false;
    const entry = this.#outbox.get(event.id);
    if (entry === undefined || !isEcho(event, entry)) return false;
    this.settle(event.id, event.seq, event.at);
    return true;
  }

  settle(id: PostId, seq: Seq, at: number): void {
    const entry = this.#outbox.get(id);
    const self = this.#options.self();
    if (entry === undefined || self === undefined) return;
    const { member, nick } = self;
    const event = eventOf(entry, { seq, at, member, nick });
    this.#options.acked({ type: 'acked', entry, seq, at, event });
    this.#outbox.settle(entry, seq, at);
    this.#pump();
  }

  refuse(id: PostId, refusal: Refusal): void {
    this.#outbox.refuse(id, refusal);
    this.#pump();
  }

  /** Sends what waits, up to what the line may have queued. Acks call again: what is queued is waiting for some. */
  #pump(): void {
    const line = this.#line;
    if (line === undefined) return;
    while (line.queuedBytes < clientBounds.postsQueuedBytes) {
      const entry = this.#outbox.next();
      if (entry === undefined) return;
      line.send(packetOf(entry));
    }
  }
}

function idReused(): Refusal {
  return new Refusal(
    'id-reused',
    'Another message is on its way under this id; give this one an id of its own.',
  );
}
