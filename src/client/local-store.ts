// What a client keeps on its machine, as far as the session needs to know: what was seen, where it stands in the log,
// and what was said and is not acknowledged. client/local/ makes one in a SQLite file; a client without one forgets
// everything when it ends.
import type { RoomName } from '../protocol/names.ts';
import type {
  AnyEvent,
  LogId,
  Mark,
  MemberId,
  NotifyLevel,
  PostId,
  Seq,
  ServerPackets,
} from '../protocol/packet.ts';
import type { Drafts, Found, Highlights, Ignored, Kept, OutboxEntry, PastBounds, Welcome } from './client.ts';

/** News of the log in order: a page of a sync, or what came live. */
export type News = {
  readonly events: readonly AnyEvent[];
  /** With them everything up to here is known, but for the gaps. */
  readonly upTo: Seq;
  readonly gaps: ServerPackets['page']['gaps'];
  readonly from: Source;
};
/** `fresh`: a sync without a cursor, whose rooms are whole from their beginning where it tells of no gap. */
export type Source = 'fresh' | 'resumed' | 'live';

export type Past = ServerPackets['past'];
export type Presence = readonly { readonly member: MemberId; readonly nick: string }[];

/** None of it throws but search and mentions: trouble with the disk is told once, and the client goes on without. */
export interface LocalStore {
  /** Called when the file was no use and had to be begun anew: what should be in it is to be told again. */
  onAnew: (() => void) | undefined;
  /** One sentence for a person. Trouble from before somebody listened is told then. */
  hear(trouble: (sentence: string) => void): void;
  /** Where the log was left; `undefined` where nothing is kept. */
  readonly cursor: { readonly logId: LogId; readonly after: Seq } | undefined;
  readonly drafts: Drafts;
  readonly ignored: Ignored;
  readonly highlights: Highlights;
  readonly outbox: OutboxStore;
  /** The room that was open last. */
  readonly lastRoom: RoomName | undefined;
  opened(room: RoomName): void;
  kept(room: RoomName): Kept | undefined;
  /** After each login. Of another log everything is let go but what this member wrote here. */
  welcomed(welcome: Welcome, isNewLog: boolean): void;
  take(news: News): void;
  /** What was asked of a server's past, with what it answered. */
  takePast(bounds: PastBounds, past: Past): void;
  joined(room: ServerPackets['joined']['room']): void;
  parted(room: RoomName): void;
  /** The server's, as the screen is to have them: what was read here and not told yet is counted in. */
  takeMarks(marks: readonly Mark[]): readonly Mark[];
  markRead(room: RoomName, seq: Seq): void;
  notify(room: RoomName, level: NotifyLevel): void;
  /** Who is called what now. */
  met(people: Presence): void;
  /** From what is kept; `undefined` where that is not whole. */
  past(room: RoomName, bounds: PastBounds): Past | undefined;
  /** Throws a `Refusal` for what makes no sense. */
  search(query: string, page: { readonly before?: Seq; readonly limit: number }): Found;
  mentions(page: { readonly before?: Seq; readonly limit: number }): Found;
  /** Everything is on disk then, and others may open it. */
  close(): void;
}

/** The outbox on disk. */
export interface OutboxStore {
  /** What earlier runs left, in order. */
  load(): readonly OutboxEntry[];
  /** On disk, through a power cut too, when it returns. */
  put(entry: OutboxEntry): void;
  /** It has its place in the log, or will never be sent. */
  settle(id: PostId): void;
  refuse(entry: OutboxEntry): void;
  /** To the end of the queue. */
  retry(entry: OutboxEntry): void;
  /** No process sends it any more. */
  drop(id: PostId): void;
  /** What any process of this member dropped. */
  dropped(): ReadonlySet<PostId>;
}
