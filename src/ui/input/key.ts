// What the keyboard, the mouse and the terminal's focus tell us, after decode.ts has read the bytes.
// A leaf: the editor, the key table and the store's actions all speak these words.

/**
 * A key as pressed. `name`: `enter`, `tab`, `up`, `f1`, `space`, or the character itself, letters in lower case.
 * `text`: what it types, absent for keys that type nothing.
 */
export type Key = {
  readonly name: string;
  readonly text?: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
};

export type InputEvent =
  | { readonly type: 'key'; readonly key: Key }
  /** A bracketed paste, whole; `isCut` where it was longer than we keep. */
  | { readonly type: 'paste'; readonly text: string; readonly isCut?: true }
  /** The left button went down; from 0. */
  | { readonly type: 'click'; readonly column: number; readonly row: number }
  /** Rows, negative is up. */
  | { readonly type: 'wheel'; readonly lines: number }
  | { readonly type: 'focus'; readonly is: 'in' | 'out' };

/** A key as the table writes it: `ctrl-a`, `alt-enter`, `shift-up`, `f1`. Shift is not named on what types text. */
export function chord(key: Key): string {
  const marks = [
    key.ctrl ? 'ctrl-' : '',
    key.alt ? 'alt-' : '',
    key.shift && key.text === undefined ? 'shift-' : '',
  ];
  return marks.join('') + key.name;
}
