// The terminal is not given back: one mode left on at a time, and all of them off on the wrong screen.
import type { Control, Edit } from './control.ts';

const end = { file: 'test/faults/promises/20-terminal.test.ts', name: '/quit' };
const alone = {
  file: 'test/ui/terminal.test.ts',
  name: 'what is switched on when the chat opens is off when it is left',
};
const all = ['keysOff', 'pasteOff', 'focusOff', 'mouseOff', 'popTitle', 'wrapOn'];

const without = (code: string): Edit => ({
  file: 'ui/terminal.ts',
  text: `write(${all.join(' + ')});`,
  instead: `write(${all.filter((one) => one !== code).join(' + ')});`,
});

const leftOn = (code: string, mode: string): Control => ({
  promise: 20,
  without: `the reset of ${mode}`,
  edits: [without(code)],
  test: end,
  fails: new RegExp(`expected \\[.*'${mode}'.* to deeply equal \\[\\]`),
});

export const controls: readonly Control[] = [
  leftOn('keysOff', 'keys, alternate screen'),
  leftOn('pasteOff', 'bracketed paste'),
  leftOn('focusOff', 'focus'),
  leftOn('mouseOff', 'mouse'),
  leftOn('popTitle', 'title'),
  leftOn('wrapOn', 'wrap off'),
  {
    promise: 20,
    without: 'giving modes back before the alternate screen is left',
    edits: [
      {
        file: 'ui/terminal.ts',
        text: "if (is === 'ours') modesOff();",
        instead: "if (is === 'ours') leaveScreen();",
      },
      {
        file: 'ui/terminal.ts',
        text: 'try {\n        leaveScreen();',
        instead: 'try {\n        modesOff();',
      },
    ],
    test: end,
    fails: /'keys, alternate screen', …\(1\)/,
  },
  // Ink shows the cursor and takes raw mode off as well, and leaves its screen unless it fails: seen without Ink only.
  {
    promise: 20,
    without: 'the cursor',
    edits: [{ file: 'ui/terminal.ts', text: 'write(codes.cursorOn);', instead: '' }],
    test: alone,
    fails: /cursor hidden/,
  },
  {
    promise: 20,
    without: 'raw mode off',
    edits: [{ file: 'ui/terminal.ts', text: 'stdin.setRawMode?.(false)', instead: 'undefined' }],
    test: alone,
    fails: /to deeply equal \[ false \]/,
  },
  {
    promise: 20,
    without: 'the alternate screen where Ink cannot leave it',
    edits: [{ file: 'ui/terminal.ts', text: 'write(codes.screenOff);', instead: '' }],
    test: { file: 'test/ui/terminal.test.ts', name: 'the alternate screen is left also where Ink cannot' },
    fails: /expected true to be false/,
  },
  {
    promise: 20,
    without: 'lending the terminal to the shell while the chat is stopped',
    edits: [{ file: 'ui/suspend.ts', text: '    terminal.lend();\n', instead: '' }],
    test: { file: end.file, name: 'Ctrl-z, fg and /quit' },
    fails: /'bracketed paste', 'focus', …/,
  },
  {
    promise: 20,
    without: 'going on where nothing can continue a stop',
    edits: [
      {
        file: 'ui/suspend.ts',
        text: 'setTimeout(continued.resolve, stopTakesMs)',
        instead: 'setTimeout(() => {}, stopTakesMs)',
      },
    ],
    test: { file: end.file, name: 'a stop that nobody can continue' },
    fails: /not shown: │ still here/,
  },
];
