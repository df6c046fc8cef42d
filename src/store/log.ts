// The one ordered log: what every store must do. test/store/log-contract.test.ts is the same contract as a suite.

import type { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type {
  DeviceId,
  FileNote,
  LogId,
  MemberId,
  PostId,
  Reaction,
  Seq,
  Sha256,
} from '../protocol/packet.ts';

/**
 * What an event says, without its place. A quiet move has its place in the order and counts for who is where, but it
 * stands in no page and no count: readers are not told of it.
 */
export type EventBody =
  | {
      readonly type: 'message';
      readonly text: string;
      readonly style?: 'action';
      readonly file?: FileNote;
      /** A message of the same room. */
      readonly reply?: Seq;
    }
  | { readonly type: 'join' | 'part'; readonly isQuiet?: true }
  | ChangeBody
  | { readonly type: 'topic'; readonly text: string }
  | { readonly type: 'room'; readonly access: 'public' | 'private'; readonly past: 'whole' | 'invited' }
  | { readonly type: 'invite'; readonly guest: MemberId };

/** About a message of the same room; it stands in no count, and only in pages that ask for changes. */
export type ChangeBody =
  | { readonly type: 'edit'; readonly target: Seq; readonly text: string }
  | { readonly type: 'deletion'; readonly target: Seq }
  | {
      readonly type: 'reaction';
      readonly target: Seq;
      readonly emoji: string;
      readonly did: 'added' | 'removed';
    };

export function isQuiet(body: EventBody): boolean {
  return (body.type === 'join' || body.type === 'part') && body.isQuiet === true;
}

export function isChange(body: EventBody): body is ChangeBody {
  return body.type === 'edit' || body.type === 'deletion' || body.type === 'reaction';
}

/** Readers are told of it as of a line of its own: it stands in pages and counts. */
export function isTold(body: EventBody): boolean {
  return !isQuiet(body) && !isChange(body);
}

export type NewEvent = {
  readonly room: RoomName;
  readonly member: MemberId;
  readonly device: DeviceId;
  /** Unique per device, for ever: the same id again is the same event. */
  readonly id: PostId;
  readonly body: EventBody;
  /** Other members that a message speaks to; not part of its content. Announced with it, and in no reading. */
  readonly mentions?: readonly MemberId[];
};

/** What later events made of a message: the projection that readers see in place of its body. */
export type MessageNow = {
  /** As it reads now; empty when deleted. */
  readonly text: string;
  /** The newest edit. */
  readonly edited?: Seq;
  readonly isDeleted?: true;
  /** Emoji in the order in which each came to be there, and of each its members likewise. Absent: none. */
  readonly reactions?: readonly Reaction[];
  /** The newest change of whatever kind: those up to it are in here, and to apply one of them again would be wrong. */
  readonly changed: Seq;
};

export type StoredEvent = NewEvent & {
  readonly seq: Seq;
  /** Unix milliseconds, never below the event before it. */
  readonly at: number;
  /**
   * Only on messages that later events changed. Announcements never have it; readings give it as of their tail or a
   * moment later, for a change may be on disk and not announced yet. Of a deleted one nothing else is left in `body`.
   */
  readonly now?: MessageNow;
};

export type Appended = {
  readonly seq: Seq;
  readonly at: number;
  /** False for a resend: `seq` and `at` are those of the first. */
  readonly isFirst: boolean;
};

/** What `submit` answers with: where the event stands, or why it was refused. */
export type Settled = (answer: Appended | Refusal) => void;

export type PageQuery = {
  readonly rooms: readonly RoomName[];
  /** Exclusive bounds. `before` defaults to one past the tail, so that nothing unannounced is read. */
  readonly after?: Seq;
  readonly before?: Seq;
  /** Per room a further exclusive lower bound. */
  readonly floors?: ReadonlyMap<RoomName, Seq>;
  /**
   * Per room, what the reader may not see: events at or below it, and changes of those. (Beside `floors`, which say
   * what need not be read.)
   */
  readonly hidden?: ReadonlyMap<RoomName, Seq>;
  /**
   * Also changes with a seq over this one, whatever `floors` say. Absent: none. Of a message that is deleted by now only
   * the deletion is given.
   */
  readonly changesAfter?: Seq;
  /** Which end is taken when not all fit. Either way the page is in rising order. */
  readonly take: 'oldest' | 'newest';
  readonly limit: number;
  /** Sum of what `readBytes` of content.ts says of the events; at least one event is given. */
  readonly bytesMax: number;
};

export type LogPage = {
  readonly events: readonly StoredEvent[];
  /** There are further events within the bounds, beyond the end that was not taken. */
  readonly more: boolean;
};

export interface Log {
  /** New when the log was created or restored. */
  readonly logId: LogId;
  /** Seq of the last event that was announced to the subscribers; 0 in an empty log. */
  readonly tail: Seq;
  /** Transactions since it was opened: events over commits is how far group commit goes. */
  readonly commits: number;
  /** Events handed to `append` that are not on disk yet. */
  readonly waiting: number;
  /**
   * `settled` is called once, never within this call: when the event is on disk (for a resend with the first answer), or
   * with Refusal `id-reused` (same device and id, other content; a deleted message has none left to compare, and is the
   * same), `no-such-event` (the target of a change, or the message replied to, is no message of this room, is deleted,
   * or, for an edit or a deletion, is another member's), `too-many` (`reactionsPerMessage`), `disk-full` (nothing was
   * stored, a resend is still answered), `log-failed` (whether it was stored is not known) or `closing` (after `close`).
   * A resend is answered before anything else is asked: that its target is gone by now does not matter.
   * A deletion takes text, edits, reactions, mentions and file note of its target away for good, in its transaction.
   * Answers come in the order of their seq, and the subscribers are told in the same turn of the event loop, behind all
   * of them: an ack that is queued in `settled` is always ahead of its event.
   * Until then `tail` and all readings are without the event, also for who has just appended it.
   * (A call and no promise: five promises for each post were a fifth of the server's time.)
   */
  submit(event: NewEvent, settled: Settled): void;
  /**
   * `submit` as a promise, which rejects with the refusal. The subscribers are told after everything that waited for it
   * has run, however long its chain of `await`.
   */
  append(event: NewEvent): Promise<Appended>;
  /** Rejects with Refusal `log-failed`, as all readings do. */
  page(query: PageQuery): Promise<LogPage>;
  /** Events of `room` with seq over `after`, without quiet moves and changes, counted no further than `most`. */
  count(room: RoomName, after: Seq, most: number): Promise<number>;
  /**
   * Messages of `room` that others than `member` wrote, over `after`, not deleted, counted no further than `most`, and
   * among no more than the newest `unreadWithin` (content.ts) that the room tells.
   */
  unread(room: RoomName, member: MemberId, after: Seq, most: number): Promise<number>;
  /** Messages of `room` over `after` that speak to `member`, counted no further than `most`. */
  mentionCount(member: MemberId, room: RoomName, after: Seq, most: number): Promise<number>;
  /** The newest messages of `rooms` that speak to `member`, in rising order; bounds and `hidden` as in a page. */
  mentions(
    member: MemberId,
    query: Pick<PageQuery, 'rooms' | 'before' | 'hidden' | 'limit' | 'bytesMax'>,
  ): Promise<LogPage>;
  /** Seq of the first event, of whatever room, at or after `at` (Unix ms); one past the tail when there is none. */
  seqAt(at: number): Promise<Seq>;
  /** The event at `seq`, if there is one. Of the changes of a deleted message no reading gives any but the deletion. */
  at(seq: Seq): Promise<StoredEvent | undefined>;
  /** Events at these places, in rising order, those that exist: what a search found. */
  events(seqs: readonly Seq[]): Promise<readonly StoredEvent[]>;
  /**
   * The message at `seq` as a reply quotes it, here and now: its text cut to `quoteChars`, or a file's name. `undefined`
   * for what is no message or is deleted. Throws Refusal `log-failed`.
   */
  quote(seq: Seq): { readonly member: MemberId; readonly text: string } | undefined;
  /** Time of the newest event of `room` that is told, here and now. */
  lastAt(room: RoomName): number | undefined;
  /** A message of `member` on disk, announced or not, carries this file: what decides over a file that is left. */
  carries(member: MemberId, sha256: Sha256): Promise<boolean>;
  /** The newest message of `rooms` whose file's digest begins with `prefix` (hex). */
  file(prefix: string, rooms: readonly RoomName[] | 'all'): Promise<StoredEvent | undefined>;
  /** `tell` gets every new event, in order, in batches as they were committed. Returns the way to stop. */
  subscribe(tell: (events: readonly StoredEvent[]) => void): () => void;
  /** Waits until what is being appended is answered and announced, then lets go of the files; readings then fail. */
  close(): Promise<void>;
}
