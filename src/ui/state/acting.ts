// What the reader is about to do with a message: it was chosen, is answered or edited, or gets a reaction. The shapes
// alone, apart from state.ts, as actions speak these words too.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { Editor } from '../input/editor.ts';

/** Whose message, and how it begins. */
export type QuoteView = { readonly nick: SafeText; readonly text: SafeText };

/** A message that was chosen, to act on it. */
export type Chosen = {
  readonly room: RoomName;
  readonly key: string;
  /** The reader stood at the end and goes back there. */
  readonly isFromEnd: boolean;
  /** The next d deletes it. */
  readonly isDeleting: boolean;
};

/** What Enter does with the text beside posting it. */
export type Composing = { readonly room: RoomName; readonly seq: Seq } & (
  | { readonly is: 'reply'; readonly quote: QuoteView }
  /** `before`: the text as it was; `draft`: what stood in the composer. */
  | { readonly is: 'edit'; readonly before: string; readonly draft: Editor }
);

/** The choice of a reaction for a message. */
export type Picker = {
  readonly room: RoomName;
  readonly seq: Seq;
  readonly search: string;
  readonly selected: number;
};
