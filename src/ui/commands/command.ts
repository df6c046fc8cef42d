// What a command is and what it may do. Each command is a file in this folder and a line in index.ts; help, completion
// and the suggestions for near misses are made from that table. The screen and plain mode both run them.
import type { Client, OutboxEntry, Saying } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { FileNote, MemberId, NotifyLevel, RoomNote, Seq } from '../../protocol/packet.ts';

export type Tone = 'info' | 'error';

/** An own message that the log has not taken yet. */
export type Unsent = OutboxEntry & { readonly saying: Post };
export type Post = Extract<Saying, { kind: 'post' }>;

/** A file that was sent to the open room, as far as it is known here. */
export type KnownFile = { readonly seq: Seq } & FileNote;

/** A room one is in, as far as commands ask. */
export type KnownRoom = Pick<RoomNote, 'room' | 'topic' | 'access' | 'past' | 'owner'> & {
  readonly with?: { readonly member: MemberId; readonly nick: string };
};

/** What is around the timeline, for the commands of rooms and people. */
export type Around = {
  /** Those one is in, as they are listed. */
  rooms(): readonly KnownRoom[];
  /** Nicks of people who are known here, for a suggestion. */
  nicks(): readonly string[];
  /** What people call the room: `#general`, `@bob`. */
  label(room: RoomName): string;
  level(room: RoomName): NotifyLevel;
  setLevel(room: RoomName, level: NotifyLevel): void;
  /** A room that one is in from now on; it is not opened by that. */
  addRoom(room: RoomNote): void;
  /** Private rooms that one is invited to, from the list of rooms. */
  invitedTo(rooms: readonly RoomNote[]): void;
  /** The client's list of ignored people changed. */
  ignoredChanged(): void;
  highlightsChanged(): void;
  tellsTyping(): boolean;
  tellTyping(is: 'on' | 'off'): void;
  /** Opens the view of what is found; plain mode prints it. */
  find(of: 'search' | 'mentions', query: string): Promise<void> | void;
  /** Shows the open room at a message, or from a time on. */
  goTo(to: { readonly seq: Seq } | { readonly at: number }): Promise<void> | void;
  firstUnread(): void;
  /** Unix milliseconds. */
  now(): number;
};

/** A message of the open room, as far as it is known here. */
export type KnownMessage = {
  readonly seq: Seq;
  readonly nick: string;
  /** As it was typed, for one's own; else as it is shown. */
  readonly text: string;
  readonly isOwn: boolean;
  readonly isDeleted: boolean;
  readonly isFile: boolean;
  /** Emoji that one reacted with. */
  readonly mine: readonly string[];
};

/** What was said, for the commands that act on it. */
export type Talk = {
  /** Oldest first. */
  messages(): readonly KnownMessage[];
  /** The one that is answered just now. */
  chosen(): KnownMessage | undefined;
  /** Begins choosing; plain mode lists the newest with their numbers. */
  choose(): void;
  /** Puts one's own message into the composer. */
  edit(message: KnownMessage): void;
  /** Puts what was not sent back into the composer, and out of the outbox. */
  takeBack(unsent: Unsent): void;
};

/** What a command is given. Texts need not be safe: whoever shows them makes them so. */
export type CommandContext = {
  readonly client: Client;
  readonly around: Around;
  readonly talk: Talk;
  /** The folder that received files go to. */
  readonly downloads: string;
  room(): RoomName;
  /** Files of the open room, newest last. */
  files(): readonly KnownFile[];
  /** A line that only this user sees. */
  notice(text: string, tone?: Tone): void;
  /** Shows a room that was joined. */
  openRoom(room: RoomNote): void;
  /** Shows one of the rooms one is in. */
  openKnown(room: RoomName): void;
  closeRoom(room: RoomName): void;
  clear(): void;
  help(): void;
  /** Gives the mouse to the terminal, or takes it back. */
  mouse(): void;
  /** Leaves; the others are told at once. */
  quit(): void;
  /** Starts the desktop's program for a file, or says why not. */
  launch(target: string): Promise<void>;
};

/** What an argument is, for completion. */
export type ArgumentKind = 'path' | 'nick' | 'room' | 'file' | 'text';

export type Command = {
  /** With its mark: `/who`, `!INFO`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** As help shows it: `PATH`, `[NICK]`. Empty: none. */
  readonly args: string;
  readonly argument?: ArgumentKind;
  readonly summary: string;
  /** Only the server can answer: while it is away, it is said that this waits. Transfers show that by themselves. */
  readonly asks?: 'server';
  /**
   * `rest` is what was typed behind the name, trimmed. Throws an error with a sentence for a person where the command
   * is refused; the composer then keeps what was typed.
   */
  run(context: CommandContext, rest: string): Promise<void> | void;
};

/** The command was not understood or cannot be done; `message` says what to do instead. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** Without the quotes around the whole: `"a b"` → `a b`. */
export function unquote(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}
