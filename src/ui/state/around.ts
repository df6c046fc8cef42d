// The shapes of what stands around the timeline: marks, who types, invitations, whom one ignores, and the search view.
// A leaf, so that state.ts, the reducers and the panes can all speak these words.
import type { Found } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { MemberId, NotifyLevel, Person, Seq } from '../../protocol/packet.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { Editor } from '../input/editor.ts';

/** How far the member has read a room, and what calls for it there. */
export type MarkView = {
  /** The newest event that was read, here or on another device. */
  readonly read: number;
  /** The read position that the server knows of. */
  readonly told: number;
  /** Messages of others behind `read`: the server's number, and what came live since. */
  readonly unread: number;
  readonly mentions: number;
  readonly level: NotifyLevel;
  /** Where the unread marker stands since its messages were read: until one leaves the room, or says something. */
  readonly seen?: UnreadMark;
};
/** Between the message `after` and the next one; `count`: messages of others that were new there. */
export type UnreadMark = { readonly after: number; readonly count: number };

/** Shown as typing until then, by the state's clock. */
export type Typist = { readonly member: MemberId; readonly nick: SafeText; readonly until: number };

export type Invitation = { readonly room: RoomName; readonly by: SafeText };

/** Somebody whose messages one does not want to read. By member: a new nick does not end it. */
export type Ignored = { readonly member: MemberId; readonly nick: string };

/** A message that was found, on one line. */
export type FoundItem = {
  readonly seq: Seq;
  readonly room: RoomName;
  readonly nick: SafeText;
  readonly at: number;
  readonly text: SafeText;
};

/** The pane over everything else: what `/search` or `/mentions` found. While it is open the composer holds the query. */
export type FoundView = {
  readonly of: 'search' | 'mentions';
  /** The query that `items` answer; `undefined`: no answer yet. */
  readonly answered: string | undefined;
  /** The query that is asked just now, and, for older ones than are here, below which. */
  readonly asking: { readonly query: string; readonly before?: Seq } | undefined;
  /** Rising. */
  readonly items: readonly FoundItem[];
  /** There are further ones below the first. */
  readonly more: boolean;
  /** Only what is kept on this machine was looked through. */
  readonly isLocal: boolean;
  readonly selected: number;
  /** The reader went above the first one. */
  readonly wantsOlder: boolean;
  readonly failed: SafeText | undefined;
  /** Enter was pressed on a message of this room, which one is not in. */
  readonly entering?: RoomName;
  /** What stood in the composer before. */
  readonly draft: Editor;
};

export type FindAction =
  /** Opens the view. `query` is put into the composer. */
  | { readonly type: 'find'; readonly of: FoundView['of']; readonly query: string }
  | { readonly type: 'find-closed' }
  | { readonly type: 'find-asked'; readonly query: string; readonly before?: Seq }
  | { readonly type: 'found'; readonly query: string; readonly before?: Seq; readonly found: Found }
  | { readonly type: 'find-failed'; readonly query: string; readonly text: SafeText }
  /** By rows: negative is up, towards older ones. */
  | { readonly type: 'find-step'; readonly by: number }
  | { readonly type: 'find-entering'; readonly room: RoomName };

export type AroundAction =
  | FindAction
  | { readonly type: 'level'; readonly room: RoomName; readonly level: NotifyLevel }
  | { readonly type: 'tells-typing'; readonly is: boolean }
  | { readonly type: 'ignored'; readonly ignored: readonly Ignored[] }
  /** Who is in a room, asked when it was opened: of a public one those online, of others all its members. */
  | {
      readonly type: 'room-people';
      readonly room: RoomName;
      readonly online: number;
      readonly people: readonly Person[];
    }
  /** The open ones, by the list of rooms. */
  | { readonly type: 'invitations'; readonly invitations: readonly Invitation[] };
