// The terminal's modes that Ink does not know: mouse, focus, keyboard protocol, title. Taken when the chat opens and
// given back whole on every way out. `close` is synchronous, so that it also works while the process is dying.
// Called by run.tsx, and by suspend.ts when the shell has the terminal for a while.
//
// Terminals keep the keyboard's flags of their two screens apart. So modes are taken when the alternate screen is there,
// and given back before it is left: afterwards we would pop what the shell had pushed for itself.

import type { SafeText } from '../text/safe-text.ts';

/** Whatever `enter` switches on, `lend` and `close` switch off. */
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
  /** Terminals disagree about the width of some characters: a row that one counts longer shall not push those below. */
  wrapOff: '\u001b[?7l',
  wrapOn: '\u001b[?7h',
  screenOff: '\u001b[?1049l',
  saveCursor: '\u001b7',
  cursorOn: '\u001b[?25h',
} as const;

export type TerminalOut = { write(text: string): unknown };
export type TerminalIn = {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(to: boolean): unknown;
};

export type Terminal = {
  /** On the alternate screen. After `close` it does nothing. */
  enter(): void;
  /** To the shell for a while; on the alternate screen still. */
  lend(): void;
  /** Back to how it was found, for good. Called any number of times, it acts once. `leaveScreen` is Ink's part of it. */
  close(leaveScreen: () => void): void;
  setMouse(to: 'ours' | 'terminal'): void;
  setTitle(title: SafeText): void;
  /** Rings, and shows `text` on the desktop where the terminal can. */
  notify(text: SafeText): void;
  /** Into the clipboard, also of a terminal far away (OSC 52). */
  copy(text: SafeText): void;
};

/** What the terminals that know no OSC 9 have for it (urxvt, foot: 777; kitty: 99), and tmux's way through itself. */
const notification = (text: SafeText, { TERM = '', TMUX = '' }: NodeJS.ProcessEnv): string => {
  const code = /rxvt|foot/.test(TERM) ? '777;notify;chat-tui;' : /kitty/.test(TERM) ? '99;;' : '9;';
  return through(`\u001b]${code}${text}\u001b\\`, TMUX);
};

const through = (sequence: string, tmux: string): string =>
  tmux === '' ? sequence : `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;

const clipboard = (text: SafeText, { TMUX = '' }: NodeJS.ProcessEnv): string =>
  through(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u001b\\`, TMUX);

const bell = '\u0007';

export const makeTerminal = (
  stdin: TerminalIn,
  stdout: TerminalOut,
  env: NodeJS.ProcessEnv = {},
): Terminal => {
  let is: 'found' | 'ours' | 'lent' | 'closed' = 'found';
  let mouse: 'ours' | 'terminal' = 'ours';
  let title: SafeText | undefined;
  const write = (text: string) => {
    try {
      stdout.write(text);
    } catch {
      // The terminal is gone (its window was closed): there is nothing to give back.
    }
  };
  const showTitle = () => write(`\u001b]2;${title ?? ''}\u0007`);
  const modesOff = () => {
    const { keysOff, pasteOff, focusOff, mouseOff, popTitle, wrapOn } = codes;
    write(keysOff + pasteOff + focusOff + mouseOff + popTitle + wrapOn);
  };
  return {
    enter: () => {
      if (is === 'ours' || is === 'closed') return;
      is = 'ours';
      const { pushTitle, focusOn, pasteOn, keysOn, wrapOff } = codes;
      write(pushTitle + (mouse === 'ours' ? codes.mouseOn : '') + focusOn + pasteOn + keysOn + wrapOff);
      if (title) showTitle();
    },
    lend: () => {
      if (is !== 'ours') return;
      is = 'lent';
      modesOff();
    },
    close: (leaveScreen) => {
      if (is === 'closed') return;
      if (is === 'ours') modesOff();
      // Leaving the alternate screen a second time would put the cursor back to where it was at the chat's start.
      else write(codes.saveCursor);
      is = 'closed';
      try {
        leaveScreen();
      } catch {
        // The screen could not be drawn a last time.
        write(codes.screenOff);
      }
      write(codes.cursorOn);
      if (stdin.isTTY && stdin.isRaw) stdin.setRawMode?.(false);
    },
    setMouse: (to) => {
      mouse = to;
      if (is === 'ours') write(to === 'ours' ? codes.mouseOn : codes.mouseOff);
    },
    setTitle: (text) => {
      if (text === title) return;
      title = text;
      if (is === 'ours') showTitle();
    },
    notify: (text) => {
      if (is === 'ours') write(bell + notification(text, env));
    },
    copy: (text) => {
      if (is === 'ours') write(clipboard(text, env));
    },
  };
};
