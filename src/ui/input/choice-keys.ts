// What the keys do while a message is chosen: the one table for acting, for help and for the status line. The acts
// themselves stand in choice.ts.
import type { MessageItem } from '../state/state.ts';
import { firstLink } from '../text/links.ts';

export type ChoiceName =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'newest'
  | 'reply'
  | 'edit'
  | 'react'
  | 'delete'
  | 'copy'
  | 'open'
  | 'save'
  | 'quoted'
  | 'back';

export type ChoiceKey = {
  readonly name: ChoiceName;
  /** Chords as `chord` in key.ts writes them. */
  readonly keys: readonly string[];
  /** As help and the status line call it. */
  readonly label: string;
  readonly summary: string;
  /** In the status line: a word or two. Absent: only in help. */
  readonly hint?: string;
  /** Whether it does something with this message. */
  readonly fits?: (item: MessageItem) => boolean;
};

const isOwn = (item: MessageItem): boolean => item.isOwn;
const isOwnText = (item: MessageItem): boolean => item.isOwn && item.file === undefined;
const hasFile = (item: MessageItem): boolean => item.file !== undefined;
const hasTarget = (item: MessageItem): boolean => hasFile(item) || firstLink(item.text) !== undefined;
const isReply = (item: MessageItem): boolean => item.reply !== undefined;

export const choiceKeys: readonly ChoiceKey[] = [
  { name: 'reply', keys: ['r'], label: 'r', summary: 'reply to it', hint: 'reply' },
  { name: 'edit', keys: ['e'], label: 'e', summary: 'edit it, your own', hint: 'edit', fits: isOwnText },
  { name: 'react', keys: ['+'], label: '+', summary: 'react to it', hint: 'react' },
  { name: 'delete', keys: ['d'], label: 'd', summary: 'delete it, your own', hint: 'delete', fits: isOwn },
  { name: 'copy', keys: ['y'], label: 'y', summary: 'copy it', hint: 'copy' },
  { name: 'open', keys: ['o'], label: 'o', summary: 'open its link or file', hint: 'open', fits: hasTarget },
  { name: 'save', keys: ['s'], label: 's', summary: 'save its file', hint: 'save', fits: hasFile },
  {
    name: 'quoted',
    keys: ['enter', 'j'],
    label: 'Enter',
    summary: 'to the message it answers (or j)',
    hint: 'to what it answers',
    fits: isReply,
  },
  { name: 'back', keys: ['escape'], label: 'Esc', summary: 'back', hint: 'back' },
  { name: 'up', keys: ['up', 'alt-up', 'shift-up'], label: 'Up', summary: 'the message above' },
  { name: 'down', keys: ['down', 'alt-down', 'shift-down'], label: 'Down', summary: 'the message below' },
  { name: 'page-up', keys: ['pageup'], label: 'PgUp', summary: 'a page up' },
  { name: 'page-down', keys: ['pagedown'], label: 'PgDn', summary: 'a page down' },
  { name: 'first', keys: ['home'], label: 'Home', summary: 'the first of those at hand' },
  { name: 'newest', keys: ['end'], label: 'End', summary: 'the last of those at hand' },
];

const byKey: ReadonlyMap<string, ChoiceKey> = new Map(
  choiceKeys.flatMap((key) => key.keys.map((chord) => [chord, key] as const)),
);

export const choiceOf = (chord: string): ChoiceKey | undefined => byKey.get(chord);

/** `r reply`, `e edit` …: what can be done with this message. Those of the first half are wanted most. */
export const choiceHints = (item: MessageItem): readonly string[] =>
  choiceKeys.flatMap(({ label, hint, fits }) =>
    hint === undefined || (fits && !fits(item)) ? [] : [`${label} ${hint}`],
  );

export const choiceHelp = (): readonly { readonly words: string; readonly summary: string }[] =>
  choiceKeys.map(({ label, summary }) => ({ words: label, summary }));
