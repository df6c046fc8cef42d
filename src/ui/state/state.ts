// The shape of what the screen shows: plain readonly data, changed by `update` alone. Whatever people or the server
// wrote is SafeText here; raw text ends in state/update.ts.
import type { OutboxEntry, Transfer } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { FileNote, MemberId, PostId, RoomNote, Seq } from '../../protocol/packet.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { Editor } from '../input/editor.ts';
import type { Theme } from '../theme.ts';
import type { Chosen, Composing, Picker, QuoteView } from './acting.ts';
import type { HistoryWant, Popup, Tone } from './actions.ts';
import type { FoundView, Ignored, Invitation, MarkView, Typist } from './around.ts';
import type { Returning } from './returning.ts';

/** What the log holds, as the timeline shows it. `key` is unique in its room and stays with the item. */
export type LogItem = MessageItem | MembershipItem | NewsItem;
/** What only this screen knows. `after`: the newest seq that was known when it came, its place in the timeline. */
export type LocalItem = NoticeItem | PresenceItem | TransferItem;
export type Item = LogItem | LocalItem | PendingItem;

export type MessageItem = {
  readonly is: 'message';
  readonly key: string;
  readonly seq: Seq;
  readonly member: MemberId;
  readonly nick: SafeText;
  readonly at: number;
  readonly text: SafeText;
  readonly isAction: boolean;
  readonly isOwn: boolean;
  /** Own words as they were typed, where `text` shows them otherwise: what an edit begins with. */
  readonly typed?: string;
  readonly reply?: ReplyView;
  /** Seq of the newest edit that `text` has in it; 0: none. */
  readonly edited: number;
  /** Seq of the newest change of any kind that it shows: one up to that is not applied again. */
  readonly changed: number;
  /** Its text, file and reactions are gone. */
  readonly isDeleted: boolean;
  readonly reactions: readonly ReactionView[];
  /** The words in it that speak to the reader, in lower case: `@ada`, or a highlight word. */
  readonly calls: readonly string[];
  /** What the reader does to it and the log has not taken yet, or refused. */
  readonly doing?: Doing;
  readonly file?: FileItem;
  /** The download of its file that runs or ended. */
  readonly transfer?: TransferView;
};
export type FileItem = {
  readonly name: SafeText;
  readonly size: number;
  readonly sha256: FileNote['sha256'];
};
/** The message that is answered, and how it begins; without `quote` it is gone, or not the reader's to see. */
export type ReplyView = { readonly seq: Seq; readonly quote?: QuoteView };
/** `by` in the order in which they came. */
export type ReactionView = {
  /** As it is said to the server; `shown` is its safe form. */
  readonly emoji: string;
  readonly shown: SafeText;
  readonly by: readonly MemberId[];
  readonly isMine: boolean;
};
export type Doing = { readonly isUnderWay: boolean; readonly refused: readonly SafeText[] };
/** An event about the room itself, as a sentence: its topic, who may enter, who was invited. */
export type NewsItem = {
  readonly is: 'news';
  readonly key: string;
  readonly seq: Seq;
  readonly at: number;
  readonly member: MemberId;
  readonly nick: SafeText;
  readonly text: SafeText;
};
/** Joined or left the room. */
export type MembershipItem = {
  readonly is: 'membership';
  readonly key: string;
  readonly seq: Seq;
  readonly at: number;
  readonly member: MemberId;
  readonly nick: SafeText;
  readonly did: 'joined' | 'left';
};
/** Came online, left by its own will, was lost, or goes by another name: signals, in no log. */
export type PresenceItem = {
  readonly is: 'presence';
  readonly key: string;
  readonly after: number;
  readonly at: number;
  readonly member: MemberId;
  readonly nick: SafeText;
  readonly did: 'came online' | 'left' | 'lost the connection' | 'renamed';
  /** The nick before, where it was renamed. */
  readonly was?: SafeText;
  /** The reader's own: told whoever spoke. */
  readonly isOwn?: true;
};
export type NoticeItem = {
  readonly is: 'notice';
  readonly key: string;
  readonly after: number;
  readonly at: number;
  readonly text: SafeText;
  readonly tone: Tone;
};
/** An own message that is not in the log yet. Once it is, the message takes over its key. */
export type PendingItem = {
  readonly is: 'pending';
  readonly key: string;
  readonly id: PostId;
  readonly room: RoomName;
  readonly at: number;
  readonly nick: SafeText;
  readonly text: SafeText;
  readonly isAction: boolean;
  readonly state: OutboxEntry['state'];
  readonly why?: SafeText;
  readonly reply?: ReplyView;
  readonly file?: FileItem;
};
/** An edit, deletion or reaction of the reader's that is not in the log yet, or was refused. */
export type OwnChange = {
  readonly id: PostId;
  readonly room: RoomName;
  readonly target: Seq;
  readonly state: OutboxEntry['state'];
  readonly why?: SafeText;
  readonly does:
    | { readonly is: 'edit'; readonly text: SafeText; readonly typed: string }
    | { readonly is: 'delete' }
    | { readonly is: 'react'; readonly emoji: string; readonly did: 'added' | 'removed' };
};
/** An upload on its way, or a download whose message is not in sight. */
export type TransferItem = {
  readonly is: 'transfer';
  readonly key: string;
  readonly after: number;
  readonly at: number;
  readonly nick: SafeText;
  readonly transfer: TransferView;
};
export type TransferView = Pick<Transfer, 'id' | 'direction' | 'step' | 'size' | 'bytes' | 'speed'> & {
  readonly name: SafeText;
  readonly sha256?: FileNote['sha256'];
  /** Where it was saved. */
  readonly path?: SafeText;
};

/** Where the reader is: at the end, or at a row of an item that stays in place whatever comes. */
export type Anchor =
  | { readonly at: 'end' }
  /**
   * `row` of item `key` is the topmost row of the screen; -1 is the day line above it. `order`: the item's place,
   * should it be gone.
   */
  | { readonly at: 'row'; readonly key: string; readonly order: number; readonly row: number };

export type PersonView = {
  readonly member: MemberId;
  readonly nick: SafeText;
  readonly state: 'online' | 'away' | 'offline';
  readonly since: number;
  /** Those that one may know of. */
  readonly rooms: readonly RoomName[];
};

export type RoomView = Pick<RoomNote, 'room' | 'members' | 'access' | 'past' | 'owner' | 'last'> & {
  readonly topic: SafeText;
  /** The other one of a direct room. */
  readonly with?: { readonly member: MemberId; readonly nick: SafeText };
};

export type StatusView =
  | { readonly is: 'connecting' }
  | { readonly is: 'online' }
  | { readonly is: 'waiting'; readonly until: number; readonly reason: SafeText }
  | { readonly is: 'ended'; readonly reason?: SafeText };

/**
 * One room's part of the log that is at hand: a contiguous window, bounded, around what the reader looks at. What is
 * outside is asked of the server when the reader comes near.
 */
export type Timeline = {
  readonly log: readonly LogItem[];
  readonly local: readonly LocalItem[];
  /** Seq of the last event in the window, shown or not; 0 when empty. */
  readonly last: number;
  /** The newest seq known in this room. Above `last`: the window does not reach the end. */
  readonly latest: number;
  /** There may be older ones than the window's first. */
  readonly hasOlder: boolean;
  readonly anchor: Anchor;
  /** A page under way. */
  readonly loading?: HistoryWant['side'];
  /** The reader asked for the very first or the newest message, and it is not in the window yet. */
  readonly goal?: Goal;
  /** /clear: what was there up to this seq is not shown until the reader scrolls up. */
  readonly clearedTo: number;
  /** Messages that came while the reader was elsewhere: in another room, or scrolled up. */
  readonly unseen: number;
  /** Local lines so far: the number of the next one's key. */
  readonly told: number;
};

/** What the reader asked to see and the window does not hold yet: an end, a message, or a time. */
export type Goal = 'first' | 'newest' | { readonly around: Seq } | { readonly at: number };

export type State = {
  readonly me: { readonly nick: SafeText; readonly member: MemberId | undefined };
  /** Words that call for the reader's attention beside the nick. */
  readonly highlights: readonly string[];
  readonly serverLabel: SafeText;
  readonly isLocal: boolean;
  readonly isFirstRun: boolean;
  readonly theme: Theme;
  /** The open room. */
  readonly room: RoomName;
  /** Joined rooms, as listed. */
  readonly rooms: readonly RoomView[];
  readonly timelines: ReadonlyMap<RoomName, Timeline>;
  /** Who has a chat open, as far as told. */
  readonly people: ReadonlyMap<MemberId, PersonView>;
  readonly online: number;
  readonly returning: Returning;
  /** Own messages on their way, of all rooms, oldest first. */
  readonly pending: readonly PendingItem[];
  /** Own edits, deletions and reactions on their way, of all rooms, oldest first. */
  readonly changing: readonly OwnChange[];
  readonly chosen: Chosen | undefined;
  readonly composing: Composing | undefined;
  readonly picker: Picker | undefined;
  /** The message that was jumped to, until the next key. */
  readonly target: { readonly room: RoomName; readonly seq: Seq } | undefined;
  readonly status: StatusView;
  readonly latencyMs: number | undefined;
  readonly editor: Editor;
  readonly popup: Popup | undefined;
  readonly hint: SafeText | undefined;
  /** First row of the help that is drawn; absent: closed. */
  readonly help: { readonly row: number } | undefined;
  readonly columns: number;
  readonly rows: number;
  readonly hiddenLists: { readonly rooms: boolean; readonly roster: boolean };
  readonly isFocused: boolean;
  readonly mouse: 'ours' | 'terminal';
  /** Of the rooms one is in, once the server told them. */
  readonly marks: ReadonlyMap<RoomName, MarkView>;
  /** Open ones, as far as told. */
  readonly invitations: readonly Invitation[];
  readonly typing: ReadonlyMap<RoomName, readonly Typist[]>;
  /** Whether the others are told when one types. */
  readonly tellsTyping: boolean;
  readonly ignored: readonly Ignored[];
  /** Members of private and direct rooms, those offline too, as they were when the room was looked at. */
  readonly members: ReadonlyMap<RoomName, readonly PersonView[]>;
  /** Live joins of people who are not among `people` yet. */
  readonly early: readonly { readonly member: MemberId; readonly room: RoomName }[];
  /** How many of the open room's members are online, by the server's own count. */
  readonly here: { readonly room: RoomName; readonly online: number } | undefined;
  readonly finding: FoundView | undefined;
  /** Milliseconds; moved by `tick` and by what comes, so that `update` stays pure. */
  readonly now: number;
};
