// Everything that can change what the screen shows. The words that the keyboard (ui/input), the commands
// (ui/commands) and the screen (ui/app, ui/panes) share; what keys and commands may do stands in context.ts.
import type { ClientEvent, Kept } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { Seq, ServerPackets } from '../../protocol/packet.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { Editor } from '../input/editor.ts';
import type { Composing, Picker } from './acting.ts';
import type { AroundAction } from './around.ts';

/** One step through the timeline. Lines and pages: negative is up, towards older messages. */
export type ScrollStep =
  | { readonly lines: number }
  | { readonly pages: number }
  | { readonly to: 'top' | 'end' };

export type Tone = 'info' | 'error';

/** What Tab offers above the composer; `selected` is drawn reversed. */
export type Popup = {
  readonly items: readonly { readonly label: SafeText; readonly detail?: SafeText }[];
  readonly selected: number;
};

type Past = ServerPackets['past'];

export type Action =
  | AroundAction
  | { readonly type: 'client'; readonly at: number; readonly event: ClientEvent }
  /** The composer changed. */
  | { readonly type: 'editor'; readonly editor: Editor }
  | { readonly type: 'popup'; readonly popup: Popup | undefined }
  /** A local line in the timeline of `room` (the open one when absent): answers of commands, errors. */
  | {
      readonly type: 'notice';
      readonly at: number;
      readonly text: SafeText;
      readonly tone: Tone;
      readonly room?: RoomName;
    }
  | { readonly type: 'scroll'; readonly step: ScrollStep }
  /** Opens a room that was joined. */
  | { readonly type: 'open-room'; readonly room: RoomName }
  | { readonly type: 'joined'; readonly note: ServerPackets['joined']['room'] }
  | { readonly type: 'parted'; readonly room: RoomName }
  /** Hides what is in the open room's timeline so far; scrolling up brings it back. */
  | { readonly type: 'clear' }
  | { readonly type: 'help'; readonly is: 'open' | 'closed' }
  | { readonly type: 'help-scroll'; readonly step: ScrollStep }
  | { readonly type: 'toggle-list'; readonly list: 'rooms' | 'roster' }
  | { readonly type: 'focus'; readonly is: 'in' | 'out' }
  | { readonly type: 'mouse'; readonly is: 'ours' | 'terminal' }
  | { readonly type: 'size'; readonly columns: number; readonly rows: number }
  | { readonly type: 'roster'; readonly roster: ServerPackets['roster'] }
  /** A page of history was asked for (`loading`), came, or failed. */
  | { readonly type: 'loading'; readonly room: RoomName; readonly want: HistoryWant }
  | { readonly type: 'past'; readonly room: RoomName; readonly want: HistoryWant; readonly past: Past }
  | { readonly type: 'past-failed'; readonly room: RoomName; readonly want: HistoryWant }
  /** One short sentence in the status line until the next key (`undefined`: away with it). */
  | { readonly type: 'hint'; readonly text: SafeText | undefined }
  /** What earlier runs kept, before the first frame. */
  | { readonly type: 'kept'; readonly kept: Omit<Kept, 'events' | 'marks'> }
  | { readonly type: 'tick'; readonly at: number }
  /** Chooses a message to act on, or another one: by its key, or so many messages up (negative) or down. */
  | { readonly type: 'choose'; readonly step: ChoiceStep }
  | { readonly type: 'unchoose' }
  /** The next d deletes, or not. */
  | { readonly type: 'deleting'; readonly is: 'asked' | 'not' }
  /** A reply or an edit begins; `undefined`: it is given up, and the draft is back. */
  | { readonly type: 'compose'; readonly composing: Composing | undefined }
  | { readonly type: 'picker'; readonly picker: Picker | undefined }
  /** To a message of the open room, in its context. */
  | { readonly type: 'go-to'; readonly to: { readonly around: Seq } | { readonly at: number } }
  /** The message that was jumped to is as any other again. */
  | { readonly type: 'forget-target' }
  | { readonly type: 'highlights'; readonly words: readonly string[] };

export type ChoiceStep =
  | { readonly key: string }
  | { readonly by: number }
  | { readonly pages: number }
  | { readonly to: 'first' | 'newest' };

/**
 * Which page is wanted: older than the first shown, newer than the last shown, the very first, the newest, the one
 * around a message, or from a time on.
 */
export type HistoryWant =
  | { readonly side: 'around'; readonly around: Seq }
  | { readonly side: 'at'; readonly at: number }
  | { readonly side: 'older'; readonly before: Seq }
  | { readonly side: 'newer'; readonly after: Seq }
  | { readonly side: 'first' }
  | { readonly side: 'newest' };
