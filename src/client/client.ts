// What a client offers to the screen and to the subcommands: one member on one server, over any number of
// connections. Made by `createClient` (client/session.ts). It never draws and never reads the keyboard.
import type { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type {
  AnyEvent,
  DeviceId,
  FileNote,
  LogEvent,
  Mark,
  MemberId,
  NotifyLevel,
  PostId,
  RoomNote,
  Seq,
  ServerPackets,
} from '../protocol/packet.ts';

/** Where a server is and how its key is checked. Resolved anew at each dial: a local server may have moved. */
export type ServerAddress = {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the server's public key (SPKI), base64url. Absent: first use, whatever key is shown is remembered. */
  readonly pin?: string;
  /** Plain TCP, on loopback only. */
  readonly isPlain?: boolean;
  /** Sent only to a server whose key was pinned before the dial. */
  readonly token?: string;
};

export type Status =
  | { readonly is: 'connecting' }
  | { readonly is: 'online' }
  /** The next dial is at `until` (Unix ms). `reason`: one sentence for a person. */
  | { readonly is: 'waiting'; readonly until: number; readonly reason: string }
  /** For good: refused, the server's key changed, or closed by us. */
  | { readonly is: 'ended'; readonly error?: Error };

/** What is said to a room, in the order in which it was said: all of it passes through the outbox. */
export type Saying =
  | {
      readonly kind: 'post';
      readonly text: string;
      readonly style?: 'action';
      readonly file?: FileNote;
      readonly reply?: Seq;
    }
  | { readonly kind: 'edit'; readonly target: Seq; readonly text: string }
  | { readonly kind: 'delete'; readonly target: Seq }
  | {
      readonly kind: 'react';
      readonly target: Seq;
      readonly emoji: string;
      readonly did: 'added' | 'removed';
    }
  | { readonly kind: 'topic'; readonly text: string };

/** What was said and is not acknowledged yet, or was refused. */
export type OutboxEntry = {
  readonly id: PostId;
  readonly room: RoomName;
  /** Unix milliseconds when it was typed. */
  readonly typedAt: number;
  readonly state: 'queued' | 'sending' | 'failed';
  readonly error?: Refusal;
  readonly saying: Saying;
};

/** One upload or download. `id` is the client's own number. */
export type Transfer = {
  readonly id: number;
  readonly direction: 'up' | 'down';
  readonly room: RoomName;
  readonly name: string;
  readonly size: number;
  readonly step: 'hashing' | 'waiting' | 'moving' | 'done' | 'failed' | 'cancelled';
  /** Bytes of this step: hashed, or moved (from the start of the file). */
  readonly bytes: number;
  /** Bytes per second over the last seconds of `moving`. */
  readonly speed: number;
  readonly file?: FileNote;
  /** Where a download was saved. */
  readonly path?: string;
  readonly error?: Error;
};

export type Welcome = ServerPackets['welcome'];

export type ClientEvent =
  | { readonly type: 'status'; readonly status: Status }
  /** After each login. `isNewLog`: the log is another than before, so drop what was kept (not the outbox). */
  | { readonly type: 'welcome'; readonly welcome: Welcome; readonly isNewLog: boolean }
  /** New events in rising order, each seq once. `gaps`: what was left out before them, to be had by history(). */
  | {
      readonly type: 'events';
      readonly events: ServerPackets['page']['events'];
      readonly gaps: ServerPackets['page']['gaps'];
      readonly isLive: boolean;
    }
  /** The outbox changed: an entry was added, is being sent, was acknowledged (gone) or refused. */
  | { readonly type: 'outbox'; readonly entries: readonly OutboxEntry[] }
  /** An own post got its place. Told before the entry leaves the outbox; the echo of the event is not told again. */
  | {
      readonly type: 'acked';
      readonly entry: OutboxEntry;
      readonly seq: Seq;
      readonly at: number;
      /** What it has become. It may come before events with a lower seq. */
      readonly event: LogEvent;
      /** The event was told before, as a page brought it ahead of this ack. */
      readonly isTold?: true;
    }
  /** Read positions and levels, after each login and when another device of the member changed them. */
  | { readonly type: 'marks'; readonly marks: readonly Mark[] }
  | { readonly type: 'typing'; readonly typing: ServerPackets['typing'] }
  | { readonly type: 'invited'; readonly invited: ServerPackets['invited'] }
  | { readonly type: 'presence'; readonly presence: ServerPackets['presence'] }
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  | { readonly type: 'latency'; readonly ms: number }
  /** What is not kept on this machine, and why, or what became of it: one sentence for a person. The chat goes on. */
  | { readonly type: 'trouble'; readonly sentence: string };

/** What earlier runs kept on this machine: what a screen shows before the server is there. */
export type Kept = {
  readonly member: MemberId;
  readonly nick: string;
  /** Those the member was in. */
  readonly rooms: readonly RoomNote[];
  readonly marks: readonly Mark[];
  /** The newest page of the room that was asked for, as far as it is whole. */
  readonly events: readonly AnyEvent[];
};

/** What stands unsent in the composer, room by room. */
export type Drafts = {
  /** Empty where there is none. */
  get(room: RoomName): string;
  set(room: RoomName, text: string): void;
};

/** Whom this device does not want to hear. */
export type Ignored = {
  readonly list: readonly { readonly member: MemberId; readonly nick: string }[];
  has(member: MemberId): boolean;
  add(member: MemberId, nick: string): void;
  remove(member: MemberId): void;
};

/** Words beside the nick that call this user, as it typed them. */
export type Highlights = {
  readonly list: readonly string[];
  /** False where there are too many, or it is too long. */
  add(word: string): boolean;
  /** False where it is none. */
  remove(word: string): boolean;
};

export interface Client {
  readonly status: Status;
  readonly welcome: Welcome | undefined;
  readonly outbox: readonly OutboxEntry[];
  readonly transfers: readonly Transfer[];
  /** Kept on this machine where the client has a local store, else in memory. */
  readonly drafts: Drafts;
  readonly ignored: Ignored;
  readonly highlights: Highlights;
  /** What is seen is kept on this machine: history() and search() answer while the server is away. */
  readonly isKeeping: boolean;
  /** Read at once, for the first screen; `undefined` where nothing was kept. What was missed since comes as `events`. */
  kept(room: RoomName): Kept | undefined;
  /** The room that is open: the next start opens it again. */
  opened(room: RoomName): void;
  /** Returns the way to stop. A chat follows its rooms from the first listener on: nothing is told to nobody. */
  listen(tell: (event: ClientEvent) => void): () => void;
  /** Resolves when online; rejects when the first login is refused or (`role: script`) the server is not reached. */
  ready(): Promise<Welcome>;
  /** For scripts: tells events of `rooms` behind `after`, over cuts and restarts, until close(). */
  follow(rooms: readonly RoomName[], after: Seq): void;
  /** Resolves when the log has it on disk. In the outbox at once; sent once and in order whenever the server is there. */
  post(room: RoomName, text: string, options?: PostOptions): Promise<Posted>;
  /** A refused entry again, or away with it. */
  retry(id: PostId): void;
  drop(id: PostId): void;
  /** `post` for what else can be said: edits, deletions, reactions, the topic. */
  say(room: RoomName, saying: Saying): Promise<Posted>;
  /** From the server; while it is away, from what was kept here, as far as that is whole. */
  history(room: RoomName, bounds: PastBounds): Promise<ServerPackets['past']>;
  /** While the server is away: over what was kept here. */
  search(query: string, page: { readonly before?: Seq; readonly limit: number }): Promise<Found>;
  mentions(page: { readonly before?: Seq; readonly limit: number }): Promise<Found>;
  /** Told to the server at most once a second, the newest only. */
  markRead(room: RoomName, seq: Seq): void;
  notify(room: RoomName, level: NotifyLevel): Promise<void>;
  /** Told at most every `typingMs`. */
  typing(room: RoomName): void;
  /** `undefined`: back. Said again after each login while it holds. */
  away(note: string | undefined): Promise<void>;
  /** All pages: public rooms, and those the member is in or invited to. */
  rooms(): Promise<readonly RoomNote[]>;
  direct(nick: string): Promise<RoomNote>;
  invite(room: RoomName, nick: string): Promise<void>;
  configure(
    room: RoomName,
    to: { readonly access?: 'public' | 'private'; readonly past?: 'whole' | 'invited' },
  ): Promise<RoomNote>;
  whois(nick: string): Promise<ServerPackets['person']>;
  /** A one-time code for another device of this member. */
  link(nick?: string): Promise<ServerPackets['code']>;
  devices(): Promise<ServerPackets['devices']>;
  revoke(device: DeviceId): Promise<void>;
  join(room: RoomName): Promise<ServerPackets['joined']>;
  part(room: RoomName): Promise<void>;
  rename(nick: string): Promise<void>;
  /** All pages of the roster, at most `most` people. */
  who(options?: {
    readonly room?: RoomName;
    readonly all?: boolean;
    readonly most?: number;
  }): Promise<ServerPackets['roster']>;
  /** Hashes, offers, sends, goes on after cuts, posts the message. Progress comes as `transfer` events. */
  upload(
    room: RoomName,
    path: string,
    options?: { readonly id?: PostId },
  ): Promise<{ readonly seq: Seq; readonly file: FileNote }>;
  /** Fetches a file's message (`seq`) or a digest's beginning below `folder`, or to exactly `path`, or into `sink`. */
  download(what: DownloadWhat): Promise<{ readonly path: string; readonly file: FileNote }>;
  cancel(transfer: number): void;
  /** `quit` is told to the others at once. Resolves when the connection is closed. Transfers stop, to be gone on with. */
  close(reason: 'quit' | 'done'): Promise<void>;
}

export type Posted = { readonly seq: Seq; readonly at: number; readonly id: PostId };

export type PostOptions = {
  readonly style?: 'action';
  readonly file?: FileNote;
  readonly reply?: Seq;
  readonly id?: PostId;
};

/** Exclusive bounds, or the middle of the page (`around`), or a time from which on it begins (`at`). */
export type PastBounds = {
  readonly before?: Seq;
  readonly after?: Seq;
  readonly around?: Seq;
  readonly at?: number;
  readonly limit: number;
};

/** Rising; `more`: below the first. `isLocal`: only what is kept on this machine was looked through. */
export type Found = {
  readonly events: ServerPackets['found']['events'];
  readonly more: boolean;
  readonly isLocal?: true;
};

export type DownloadWhat = {
  readonly seq?: Seq;
  readonly sha256?: string;
  readonly room: RoomName;
  readonly to:
    | { readonly folder: string }
    | { readonly path: string }
    | { readonly sink: NodeJS.WritableStream };
};
