// The one table of keys: what each action is called in help, and what presses it. Help is made from it, and
// handle.ts looks up in it; a test holds that no key stands twice. Never as the only key of an action: Ctrl-s, Ctrl-q,
// Ctrl-h, Ctrl-i, Ctrl-m, F11 (flow control, or the same byte as another key, or the window's own).
import type { StepName } from './editor.ts';

export type ActionName =
  | StepName
  | 'send'
  | 'delete-right-or-leave'
  | 'line-end-or-bottom'
  | 'row-up'
  | 'row-down'
  | 'complete'
  | 'complete-back'
  | 'page-up'
  | 'page-down'
  | 'scroll-up'
  | 'scroll-down'
  | 'top'
  | 'bottom'
  | 'room-next'
  | 'room-previous'
  | 'room-active'
  | `room-${number}`
  | 'choose'
  | 'unread'
  | 'mentions'
  | 'search'
  | 'list-rooms'
  | 'list-roster'
  | 'mouse'
  | 'retry'
  | 'discard'
  | 'help'
  | 'redraw'
  | 'suspend'
  | 'interrupt'
  | 'back';

type Binding = {
  readonly action: ActionName;
  /** Chords as `chord` in key.ts writes them. */
  readonly keys: readonly string[];
  /** The same keys as some terminals send them; help does not show these. */
  readonly also?: readonly string[];
  /** Absent: help shows another line for it. */
  readonly summary?: string;
};

const roomKeys: readonly Binding[] = Array.from({ length: 10 }, (_, index) => ({
  action: `room-${index}` as const,
  keys: [`alt-${(index + 1) % 10}`],
}));

export const bindings: readonly Binding[] = [
  { action: 'send', keys: ['enter'], summary: 'send' },
  { action: 'new-line', keys: ['ctrl-j', 'alt-enter', 'shift-enter'], summary: 'new line' },
  { action: 'complete', keys: ['tab'], summary: 'complete a name, command, room or path; again: the next' },
  { action: 'complete-back', keys: ['shift-tab'], summary: 'the one before' },
  { action: 'row-up', keys: ['up'], summary: 'row up; in the first row: what was sent before' },
  { action: 'row-down', keys: ['down'], summary: 'row down; in the last row: what was sent after' },
  { action: 'page-up', keys: ['pageup'], summary: 'page up' },
  { action: 'page-down', keys: ['pagedown'], summary: 'page down' },
  { action: 'scroll-up', keys: ['shift-up'], summary: 'line up (or the wheel)' },
  { action: 'scroll-down', keys: ['shift-down'], summary: 'line down (or the wheel)' },
  { action: 'top', keys: ['ctrl-home', 'alt-home'], summary: 'the first message' },
  {
    action: 'bottom',
    keys: ['ctrl-end', 'alt-end'],
    summary: 'the newest message (End, where nothing is typed)',
  },
  { action: 'room-next', keys: ['ctrl-n'], summary: 'next room' },
  { action: 'room-previous', keys: ['ctrl-p'], summary: 'previous room' },
  ...roomKeys,
  { action: 'room-active', keys: ['alt-a', 'ctrl-g'], summary: 'the next room with something new' },
  { action: 'choose', keys: ['alt-up'], summary: 'choose a message to act on (/select, or a click)' },
  { action: 'unread', keys: ['alt-u'], summary: 'the first unread message (/unread)' },
  { action: 'mentions', keys: ['alt-p'], summary: 'where you were mentioned (/mentions)' },
  { action: 'search', keys: ['alt-s', 'f4'], summary: 'search everywhere (/search)' },
  { action: 'list-rooms', keys: ['f7'], summary: 'show or hide the rooms' },
  { action: 'list-roster', keys: ['f8'], summary: 'show or hide who is here' },
  { action: 'mouse', keys: ['alt-m'], summary: 'mouse to the terminal (to select text) and back' },
  { action: 'left', keys: ['left', 'ctrl-b'], summary: 'left' },
  { action: 'right', keys: ['right', 'ctrl-f'], summary: 'right' },
  { action: 'word-left', keys: ['ctrl-left', 'alt-b'], also: ['alt-left'], summary: 'word left' },
  { action: 'word-right', keys: ['ctrl-right', 'alt-f'], also: ['alt-right'], summary: 'word right' },
  { action: 'line-start', keys: ['home', 'ctrl-a'], summary: "the line's start" },
  { action: 'line-end-or-bottom', keys: ['end'] },
  { action: 'line-end', keys: ['ctrl-e'], summary: "the line's end (or End)" },
  { action: 'delete-left', keys: ['backspace'], also: ['ctrl-h', 'shift-backspace'], summary: 'delete left' },
  { action: 'delete-right', keys: ['delete'], summary: 'delete right' },
  {
    action: 'delete-right-or-leave',
    keys: ['ctrl-d'],
    summary: 'delete right; where nothing is typed: leave',
  },
  { action: 'kill-blank-left', keys: ['ctrl-w'], summary: 'cut back to the blank' },
  {
    action: 'kill-word-left',
    keys: ['alt-backspace'],
    also: ['ctrl-backspace', 'alt-ctrl-h', 'ctrl-alt-h'],
    summary: 'cut the word left',
  },
  { action: 'kill-word-right', keys: ['alt-d'], also: ['ctrl-delete'], summary: 'cut the word right' },
  { action: 'kill-line-left', keys: ['ctrl-u'], summary: "cut to the line's start" },
  { action: 'kill-line-right', keys: ['ctrl-k'], summary: "cut to the line's end" },
  { action: 'yank', keys: ['ctrl-y'], summary: 'put in what was cut' },
  { action: 'yank-older', keys: ['alt-y'], summary: 'instead, what was cut before it' },
  { action: 'transpose', keys: ['ctrl-t'], summary: 'swap two characters' },
  {
    action: 'undo',
    keys: ['ctrl-_'],
    also: ['ctrl-shift-_', 'ctrl-shift--', 'ctrl-/'],
    summary: 'undo',
  },
  { action: 'redo', keys: ['alt-_'], also: ['alt-shift-_', 'alt-shift--'], summary: 'redo' },
  { action: 'retry', keys: ['alt-r', 'f5'], summary: 'send again what was refused' },
  { action: 'discard', keys: ['alt-x', 'f6'], summary: 'take away what was refused' },
  { action: 'help', keys: ['f1'], summary: 'this help' },
  { action: 'back', keys: ['escape'], summary: 'close help or the choice' },
  { action: 'redraw', keys: ['ctrl-l'], summary: 'draw the screen anew' },
  { action: 'suspend', keys: ['ctrl-z'], summary: 'to the shell (fg comes back)' },
  { action: 'interrupt', keys: ['ctrl-c'], summary: 'clear the line (Up brings it back); twice: leave' },
];

const byKey: ReadonlyMap<string, ActionName> = new Map(
  bindings.flatMap(({ action, keys, also = [] }) => [...keys, ...also].map((key) => [key, action] as const)),
);

/** What a chord does; `undefined`: nothing, or it types. */
export function actionOf(chord: string): ActionName | undefined {
  return byKey.get(chord);
}

/** One line per action, for help. */
export function keyHelp(): readonly { readonly words: string; readonly summary: string }[] {
  const lines = bindings.flatMap(({ keys, summary }) =>
    summary === undefined ? [] : [{ words: keys.map(keyLabel).join(', '), summary }],
  );
  const at = lines.findIndex(({ words }) => words === 'Ctrl-p');
  return lines.toSpliced(at + 1, 0, { words: 'Alt-1 … Alt-0', summary: 'room 1 to 10' });
}

const labels: Readonly<Record<string, string>> = { pageup: 'PgUp', pagedown: 'PgDn', escape: 'Esc' };

/** `alt-enter` as people write it: Alt-Enter. Letters stay small, as Shift is another key. */
function keyLabel(chord: string): string {
  const parts = chord.split('-').map((part) => {
    if (part.length === 1) return part;
    return labels[part] ?? part.charAt(0).toUpperCase() + part.slice(1);
  });
  return parts.join('-');
}
