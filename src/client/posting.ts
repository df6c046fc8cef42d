// What this member says: into the outbox at once, onto the line in order and at its pace, out of the outbox when the
// log has it, whether that is heard by an ack or by the event that came back. The session owns it.
import { randomBytes } from 'node:crypto';
import { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, ClientPackets, MessageEvent, PostId, Seq } from '../protocol/packet.ts';
import { makePostId } from '../protocol/post-id.ts';
import { clientBounds } from './bounds.ts';
import type { ClientEvent, OutboxEntry, PostOptions, Welcome } from './client.ts';
import { Outbox, type Posted } from './outbox.ts';
import { whyNotPosted } from './post-check.ts';

/** The connection, as far as posts need it. */
export type PostLine = {
  send(post: ClientPackets['post']): void;
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

  get entries(): readonly OutboxEntry[] {
    return this.#outbox.entries;
  }

  /** Rejects with a `Refusal` for what the server would refuse anyway; else as `Client.post`. */
  post(room: RoomName, text: string, options: PostOptions): Promise<Posted> {
    const refusal = whyNotPosted(text, options);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { now } = this.#options;
    const id = options.id ?? makePostId(now(), randomBytes);
    const content = { id, room, text, ...extras(options) };
    const underWay = this.#outbox.promiseOf(id);
    if (underWay !== undefined) {
      return hasContent(content, this.#outbox.get(id)) ? underWay : Promise.reject(idReused());
    }
    const added = this.#outbox.add({ ...content, typedAt: now(), state: 'queued' });
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
    if (!hasContent(event, entry)) return false;
    this.settle(event.id, event.seq, event.at);
    return true;
  }

  settle(id: PostId, seq: Seq, at: number): void {
    const entry = this.#outbox.get(id);
    const self = this.#options.self();
    if (entry === undefined || self === undefined) return;
    const { member, nick } = self;
    const event = messageOf(entry, { seq, at, member, nick });
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
      const { id, room, text } = entry;
      line.send({ kind: 'post', id, room, text, ...extras(entry) });
    }
  }
}

/** The event that an acknowledged post has become. */
function messageOf(
  entry: OutboxEntry,
  place: Pick<MessageEvent, 'seq' | 'at' | 'member' | 'nick'>,
): MessageEvent {
  const { id, room, text } = entry;
  return { type: 'message', ...place, room, id, text, ...extras(entry) };
}

type Content = Pick<OutboxEntry, 'room' | 'text' | 'style' | 'file'>;

/** A lone surrogate was mended on the way. */
function hasContent(one: Content, other: Content | undefined): boolean {
  if (one.room !== other?.room || one.style !== other.style) return false;
  return one.text.toWellFormed() === other.text.toWellFormed() && one.file?.sha256 === other.file?.sha256;
}

function idReused(): Refusal {
  return new Refusal(
    'id-reused',
    'Another message is on its way under this id; give this one an id of its own.',
  );
}

function extras({ style, file }: Pick<PostOptions, 'style' | 'file'>): Pick<PostOptions, 'style' | 'file'> {
  return { ...(style === undefined ? {} : { style }), ...(file === undefined ? {} : { file }) };
}
