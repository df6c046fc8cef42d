// The terminal's modes that Ink does not know: mouse, focus, keyboard protocol, title. Taken when the chat opens and
// given back whole on every way out. `restore` is synchronous, so that it also works while the process is dying.
// Called by run.tsx.

/** Whatever is switched on in `enter` has its counterpart in `restore`. */
const codes = {
  /** The title goes on the terminal's own stack. */
  pushTitle: '\u001b[22;2t',
  popTitle: '\u001b[23;2t',
  /** Clicks and wheel (1000), in the form that has no limit of columns (1006). */
  mouseOn: '\u001b[?1000h\u001b[?1006h',
  mouseOff: '\u001b[?1006l\u001b[?1000l',
  focusOn: '\u001b[?1004h',
  focusOff: '\u001b[?1004l',
  pasteOn: '\u001b[?2004h',
  pasteOff: '\u001b[?2004l',
  /** Kitty's keyboard protocol, "disambiguate" only: Shift-Enter becomes a key of its own where it is known. */
  keysOn: '\u001b[>1u',
  keysOff: '\u001b[<u',
  screenOff: '\u001b[?1049l',
  cursorOn: '\u001b[?25h',
} as const;

export type TerminalOut = { write(text: string): unknown };
export type TerminalIn = {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(to: boolean): unknown;
};

export type Terminal = {
  enter(): void;
  /** Back to how it was found. Called any number of times, it acts once. `screen`: who leaves the alternate screen. */
  restore(screen: 'left-by-ink' | 'leave'): void;
  setMouse(to: 'ours' | 'terminal'): void;
  /** `title` must be safe text. */
  setTitle(title: string): void;
};

export const makeTerminal = (stdin: TerminalIn, stdout: TerminalOut): Terminal => {
  let isOurs = false;
  let mouse: 'ours' | 'terminal' = 'ours';
  let title = '';
  const write = (text: string) => {
    try {
      stdout.write(text);
    } catch {
      // The terminal is gone (its window was closed): there is nothing to give back.
    }
  };
  const showTitle = () => write(`\u001b]2;${title}\u0007`);
  return {
    enter: () => {
      if (isOurs) return;
      isOurs = true;
      const { pushTitle, focusOn, pasteOn, keysOn } = codes;
      write(pushTitle + (mouse === 'ours' ? codes.mouseOn : '') + focusOn + pasteOn + keysOn);
      if (title) showTitle();
    },
    restore: (screen) => {
      if (!isOurs) return;
      isOurs = false;
      const { keysOff, pasteOff, focusOff, mouseOff, popTitle, cursorOn, screenOff } = codes;
      write(keysOff + pasteOff + focusOff + mouseOff + popTitle);
      write((screen === 'leave' ? screenOff : '') + cursorOn);
      if (stdin.isTTY && stdin.isRaw) stdin.setRawMode?.(false);
    },
    setMouse: (to) => {
      mouse = to;
      if (isOurs) write(to === 'ours' ? codes.mouseOn : codes.mouseOff);
    },
    setTitle: (text) => {
      if (text === title) return;
      title = text;
      if (isOurs) showTitle();
    },
  };
};
