// The composer's text as plain data and pure steps: what readline does, on graphemes and several lines. Made and
// stepped by ui/input/handle.ts, drawn from `layoutComposer` (input/layout.ts); it knows neither keys nor terminal.
// Steps that change the text leave a snapshot for undo; every list in here is bounded.
import { lineEnd, lineStart, nextStop, previousStop, snap, wordBack, wordForward } from './stops.ts';

/** What Tab is cycling through: `text` between `start` and `end` is replaced by one candidate after the other. */
export type Cycle = {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly index: number;
};

type Snapshot = { readonly text: string; readonly cursor: number };
/** The last step, where the next one depends on it: typing and killing are joined, yank-pop follows a yank. */
type Last = 'insert' | 'kill' | 'yank' | 'interrupt' | 'other';

export type Editor = {
  readonly text: string;
  /** Index in UTF-16 units, always between two graphemes. */
  readonly cursor: number;
  /** The column that Up and Down aim for, kept over short rows. */
  readonly goal?: number;
  readonly last: Last;
  readonly undo: readonly Snapshot[];
  readonly redo: readonly Snapshot[];
  /** Newest last. */
  readonly kills: readonly string[];
  /** What was sent, oldest first. */
  readonly history: readonly string[];
  /** The place in `history`; its length means the draft. */
  readonly place: number;
  /** Texts of places as they were left: the draft, and entries that were changed and not sent. */
  readonly left: ReadonlyMap<number, string>;
  readonly cycle?: Cycle;
};

export const editorLimits = {
  /** UTF-16 units: four times the largest message, so that a paste can be looked at before it is cut or sent as a file. */
  textUnits: 65_536,
  /** Entries: a day of busy talk; more is what `history` and search are for. */
  historyEntries: 500,
  /** Steps back. Each holds a text, so this bounds the memory too. */
  undoSteps: 100,
  /** As many as readline's default. */
  kills: 10,
} as const;

export const emptyEditor: Editor = {
  text: '',
  cursor: 0,
  last: 'other',
  undo: [],
  redo: [],
  kills: [],
  history: [],
  place: 0,
  left: new Map(),
};

/** The steps that need nothing but the editor. input/keys.ts names the keys of each. */
export const steps = {
  left: (e: Editor) => move(e, previousStop(e.text, e.cursor)),
  right: (e: Editor) => move(e, nextStop(e.text, e.cursor)),
  'word-left': (e: Editor) => move(e, wordBack(e.text, e.cursor)),
  'word-right': (e: Editor) => move(e, wordForward(e.text, e.cursor)),
  'line-start': (e: Editor) => move(e, lineStart(e.text, e.cursor)),
  'line-end': (e: Editor) => move(e, lineEnd(e.text, e.cursor)),
  'delete-left': (e: Editor) => remove(e, previousStop(e.text, e.cursor), e.cursor),
  'delete-right': (e: Editor) => remove(e, e.cursor, nextStop(e.text, e.cursor)),
  'kill-word-left': (e: Editor) => kill(e, wordBack(e.text, e.cursor), e.cursor),
  'kill-word-right': (e: Editor) => kill(e, e.cursor, wordForward(e.text, e.cursor)),
  'kill-blank-left': (e: Editor) => kill(e, blankBack(e), e.cursor),
  'kill-line-left': (e: Editor) => kill(e, killStart(e), e.cursor),
  'kill-line-right': (e: Editor) => kill(e, e.cursor, killEnd(e)),
  yank,
  'yank-older': yankOlder,
  transpose,
  undo,
  redo,
  'new-line': (e: Editor) => insert(e, '\n'),
} as const satisfies Record<string, (editor: Editor) => Editor>;

export type StepName = keyof typeof steps;

export function step(editor: Editor, name: StepName): Editor {
  return steps[name](editor);
}

/** Puts in what is typed or pasted, as much as fits: line ends become LF, control characters go. */
export function insert(editor: Editor, raw: string): Editor {
  const room = editorLimits.textUnits - editor.text.length;
  const text = wholeStart(cleaned(raw), room);
  if (text === '') return touch(editor);
  const isTyping = editor.last === 'insert' && text !== '\n' && [...text].length === 1 && !/\s/.test(text);
  const next = replace(editor, editor.cursor, editor.cursor, text, 'insert');
  return isTyping ? { ...next, undo: editor.undo } : next;
}

/** `text` in place of what stands between `start` and `end`; the cursor goes behind it. */
export function replace(editor: Editor, start: number, end: number, text: string, last: Last): Editor {
  const whole = editor.text.slice(0, start) + text + editor.text.slice(end);
  return changed(editor, whole, snap(whole, start + text.length), last);
}

/** The same text and cursor, but what went before no longer counts for the next key. */
export function touch(editor: Editor): Editor {
  const { cycle: _cycle, goal: _goal, ...rest } = editor;
  return { ...rest, last: 'other' };
}

/** The cursor elsewhere; a place within a grapheme is moved to its end. */
export function move(editor: Editor, cursor: number): Editor {
  return { ...touch(editor), cursor: snap(editor.text, cursor) };
}

/** Empties the composer as Enter does: the text goes into the history, and nothing of it can be undone. */
export function take(editor: Editor): Editor {
  const history = remembered(editor.history, editor.text);
  return { ...emptyEditor, kills: editor.kills, history, place: history.length };
}

/** Ctrl-c: empties the composer; Up brings the text back. The next Ctrl-c finds `last: 'interrupt'`. */
export function interrupt(editor: Editor): Editor {
  return { ...take(editor), last: 'interrupt' };
}

/** Another text altogether (a refused command comes back), the cursor at its end. */
export function setText(editor: Editor, text: string): Editor {
  return replace(editor, 0, editor.text.length, wholeStart(cleaned(text), editorLimits.textUnits), 'other');
}

/** The entry before or after in what was sent; the draft and changed entries are kept. The same editor at an end. */
export function recall(editor: Editor, by: -1 | 1): Editor {
  const place = editor.place + by;
  const stored = place === editor.history.length ? '' : editor.history[place];
  if (stored === undefined || place > editor.history.length) return editor;
  const left = new Map(editor.left).set(editor.place, editor.text);
  const text = left.get(place) ?? stored;
  return { ...touch(editor), text, cursor: text.length, undo: [], redo: [], place, left };
}

function changed(editor: Editor, text: string, cursor: number, last: Last): Editor {
  const undo = [...editor.undo, { text: editor.text, cursor: editor.cursor }].slice(-editorLimits.undoSteps);
  return { ...touch(editor), text, cursor, undo, redo: [], last };
}

function remove(editor: Editor, start: number, end: number): Editor {
  if (start === end) return touch(editor);
  const text = editor.text.slice(0, start) + editor.text.slice(end);
  return changed(editor, text, snap(text, start), 'other');
}

/** Removes into the kill ring; kills in a row become one entry, in the order of the text. */
function kill(editor: Editor, start: number, end: number): Editor {
  if (start === end) return touch(editor);
  const piece = editor.text.slice(start, end);
  const isBefore = end === editor.cursor;
  const newest = editor.last === 'kill' ? editor.kills.at(-1) : undefined;
  const joined = newest === undefined ? piece : isBefore ? piece + newest : newest + piece;
  const older = newest === undefined ? editor.kills : editor.kills.slice(0, -1);
  const kills = [...older, joined].slice(-editorLimits.kills);
  return { ...remove(editor, start, end), kills, last: 'kill' };
}

function yank(editor: Editor): Editor {
  const text = wholeStart(editor.kills.at(-1) ?? '', editorLimits.textUnits - editor.text.length);
  return text === '' ? touch(editor) : replace(editor, editor.cursor, editor.cursor, text, 'yank');
}

/** Alt-y: what was just put in is replaced by the kill before it; the ring turns. */
function yankOlder(editor: Editor): Editor {
  const newest = editor.kills.at(-1);
  const start = editor.cursor - (newest?.length ?? 0);
  if (editor.last !== 'yank' || newest === undefined || editor.text.slice(start, editor.cursor) !== newest) {
    return touch(editor);
  }
  const kills = [newest, ...editor.kills.slice(0, -1)];
  const room = editorLimits.textUnits - editor.text.length + newest.length;
  const older = wholeStart(kills.at(-1) ?? '', room);
  return { ...replace(editor, start, editor.cursor, older, 'yank'), kills };
}

/** Ctrl-t: the graphemes on both sides of the cursor change places; at a line's end the two before it. */
function transpose(editor: Editor): Editor {
  const { text } = editor;
  const isAtEnd = editor.cursor === lineEnd(text, editor.cursor);
  const middle = isAtEnd ? previousStop(text, editor.cursor) : editor.cursor;
  const start = previousStop(text, middle);
  const end = nextStop(text, middle);
  const [before, after] = [text.slice(start, middle), text.slice(middle, end)];
  if (before === '' || after === '' || before === '\n' || after === '\n') return touch(editor);
  return replace(editor, start, end, after + before, 'other');
}

function undo(editor: Editor): Editor {
  const before = editor.undo.at(-1);
  if (!before) return touch(editor);
  const redo = [...editor.redo, { text: editor.text, cursor: editor.cursor }];
  return { ...touch(editor), ...before, undo: editor.undo.slice(0, -1), redo };
}

function redo(editor: Editor): Editor {
  const after = editor.redo.at(-1);
  if (!after) return touch(editor);
  const undo = [...editor.undo, { text: editor.text, cursor: editor.cursor }];
  return { ...touch(editor), ...after, undo, redo: editor.redo.slice(0, -1) };
}

/** Ctrl-w goes by blanks, as in a shell: a whole path at once. */
function blankBack({ text, cursor }: Editor): number {
  const before = text.slice(0, cursor).replace(/\s+$/, '');
  return snap(text, before.length - (/\S*$/.exec(before)?.[0].length ?? 0));
}

/** At a line's start Ctrl-u takes the line break, at its end Ctrl-k: pressed again, they go on. */
function killStart({ text, cursor }: Editor): number {
  const start = lineStart(text, cursor);
  return start === cursor ? previousStop(text, cursor) : start;
}

function killEnd({ text, cursor }: Editor): number {
  const end = lineEnd(text, cursor);
  return end === cursor ? nextStop(text, cursor) : end;
}

function remembered(history: readonly string[], text: string): readonly string[] {
  if (text.trim() === '' || history.at(-1) === text) return history;
  return [...history, text].slice(-editorLimits.historyEntries);
}

/** Line ends as LF, tabs kept; other control characters would act on terminals or hide, so they go. */
function cleaned(raw: string): string {
  return raw
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .toWellFormed();
}

/** As much of the beginning as fits into `units`, cut between graphemes. */
function wholeStart(text: string, units: number): string {
  if (text.length <= units) return text;
  const end = Math.max(0, units);
  return text.slice(0, snap(text, end) === end ? end : previousStop(text, end));
}
