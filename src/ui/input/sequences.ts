// What single sequences mean: tables of the keys that xterm, tmux, the kitty protocol, Terminal.app, Windows Terminal,
// rxvt and the Linux console send. Pure; only decode.ts asks.
import type { InputEvent, Key } from './key.ts';

const plain = { ctrl: false, alt: false, shift: false } as const;

/** A key that types nothing, or the `text` given. */
export function typed(name: string, text?: string): Key {
  return text === undefined ? { name, ...plain } : { name, text, ...plain };
}

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
};

/** A character outside of any sequence. `undefined`: what nobody types (C1, and what was no UTF-8). */
export function controlKey(character: string): Key | undefined {
  const code = character.codePointAt(0) ?? 0;
  const named = controls[character];
  if (named !== undefined) return typed(named);
  if (code < 0x20) return { ...typed(controlName(code)), ctrl: true };
  if ((code >= 0x80 && code < 0xa0) || character === '\ufffd') return undefined;
  return character === ' ' ? typed('space', ' ') : textKey(character);
}

/** Ctrl-@ is Ctrl-space. Ctrl-h is also Backspace on some terminals; the table of keys knows. */
function controlName(code: number): string {
  return code === 0 ? 'space' : String.fromCharCode(code + 0x40).toLowerCase();
}

function textKey(character: string): Key {
  const lower = character.toLowerCase();
  const isCapital = lower !== character && [...lower].length === 1;
  return { ...typed(isCapital ? lower : character, character), shift: isCapital };
}

/** A character behind ESC: the key with Alt. It types nothing. */
export function escapedKey(character: string): Key | undefined {
  const key = controlKey(character);
  if (!key) return undefined;
  const { text: _text, ...rest } = key;
  return { ...rest, alt: true };
}

/** Final bytes of CSI and SS3 keys. */
const letters: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};
/** rxvt: `CSI a` is Shift-Up, `SS3 a` Ctrl-Up. */
const rxvtArrows: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };
/** Numbers before `~` (also `^`, `$`, `@` of rxvt). */
const numbers: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const linuxFunctionKeys: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' };
/** Code points of the kitty protocol and of modifyOtherKeys that are keys by name. */
const codes: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};
/** The keypad in the kitty protocol: digits, then signs. */
const keypad = '0123456789./*-+';
const keypadFirst = 57_399;

/** SS3 j to y. */
const ss3Keypad = '*+,-./0123456789';

type Prefix = 'plain' | 'alt';
/** xterm's and kitty's second parameter: 1 + bits. Super, hyper, meta and the locks are not ours. */
function modifiers(parameter: string | undefined): { ctrl: boolean; alt: boolean; shift: boolean } {
  const bits = Math.max(0, Number.parseInt(parameter ?? '1', 10) - 1 || 0);
  return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

/** Everything behind `CSI`: `body` are parameters and intermediates. What is no key, wheel or focus is nothing. */
export function csiEvents(body: string, final: string, prefix: Prefix): readonly InputEvent[] {
  if (body === '' && (final === 'I' || final === 'O')) {
    return [{ type: 'focus', is: final === 'I' ? 'in' : 'out' }];
  }
  if (body.startsWith('<')) return mouse(body, final);
  const key = csiKey(body, final);
  if (!key) return [];
  return [{ type: 'key', key: prefix === 'alt' ? { ...key, alt: true } : key }];
}

function csiKey(body: string, final: string): Key | undefined {
  if (body === '[') return named(linuxFunctionKeys[final]);
  // Private parameters (`?`, `>`, `=`) and intermediates are in replies only.
  if (!/^[0-9;:]*$/.test(body)) return undefined;
  const parameters = body.split(';');
  if (final === 'u') return kittyKey(parameters);
  if (final === 'Z') return { ...typed('tab'), shift: true };
  if (final === '~' && parameters[0] === '27') return codeKey(parameters[2], parameters[1]);
  if (final === '~' || rxvtModifiers[final]) return numberKey(parameters, final);
  if (body === '' && rxvtArrows[final] !== undefined) {
    return { ...typed(rxvtArrows[final]), shift: true };
  }
  return letterKey(parameters, final);
}

function letterKey(parameters: readonly string[], final: string): Key | undefined {
  // `CSI row ; column R` is where the cursor is; a function key has 1 as its first parameter, but so has the first
  // row. F3 comes as SS3 R or CSI 13 ~, so that this one is left to the report.
  if (final === 'R') return undefined;
  const isKey = parameters[0] === '' || parameters[0] === '1';
  const [modifier, event] = (parameters[1] ?? '1').split(':');
  if (!isKey || parameters.length > 2 || event === '3') return undefined;
  return named(letters[final], modifiers(modifier));
}

const rxvtModifiers: Readonly<Record<string, Partial<Key>>> = {
  '^': { ctrl: true },
  '@': { ctrl: true, shift: true },
  $: { shift: true },
};

function numberKey(parameters: readonly string[], final: string): Key | undefined {
  const [modifier, event] = (parameters[1] ?? '1').split(':');
  if (event === '3') return undefined;
  const key = named(numbers[parameters[0] ?? ''], modifiers(modifier));
  return key && { ...key, ...rxvtModifiers[final] };
}

/** `CSI code:shifted:base ; modifiers:event ; text u`. A key that goes up again (event 3) is nothing. */
function kittyKey(parameters: readonly string[]): Key | undefined {
  const [modifier, event] = (parameters[1] ?? '1').split(':');
  if (event === '3') return undefined;
  const [code] = (parameters[0] ?? '').split(':');
  return codeKey(code, modifier, parameters[2]);
}

/** A key by its code point; `codePoints` is what it types (kitty), where the terminal says so. */
function codeKey(code: string | undefined, modifier: string | undefined, codePoints = ''): Key | undefined {
  const number = Number.parseInt(code ?? '', 10);
  const marks = modifiers(modifier);
  const text = marks.ctrl || marks.alt ? undefined : typedText(codePoints);
  const name = codes[number];
  if (name !== undefined) return { ...typed(name, name === 'space' ? ' ' : undefined), ...marks };
  const digit = keypad[number - keypadFirst];
  if (digit !== undefined) return { ...typed(digit, text ?? digit), ...marks };
  if (!isCharacter(number)) return undefined;
  const character = String.fromCodePoint(number);
  if (marks.ctrl || marks.alt) return { ...typed(character.toLowerCase()), ...marks };
  return textKey(text ?? (marks.shift ? character.toUpperCase() : character));
}

/** Private use numbers are keys that we have no name for (media, lone Shift): they type nothing. */
function isCharacter(code: number): boolean {
  const isScalar = code >= 0x21 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isScalar && (code < 0x7f || code >= 0xa0) && (code < 0xe0_00 || code > 0xf8_ff);
}

function typedText(codePoints: string): string | undefined {
  const numbers = codePoints.split(':').map((digits) => Number.parseInt(digits, 10));
  if (codePoints === '' || !numbers.every((code) => code === 0x20 || isCharacter(code))) return undefined;
  return String.fromCodePoint(...numbers);
}

/** SS3: function keys and the keypad in application mode. `undefined`: not one of them. */
export function ss3Key(body: string, final: string, prefix: Prefix): Key | undefined {
  const key = ss3Plain(body, final);
  return key && prefix === 'alt' ? { ...key, alt: true } : key;
}

function ss3Plain(body: string, final: string): Key | undefined {
  const arrow = rxvtArrows[final];
  if (arrow !== undefined) return { ...typed(arrow), ctrl: true };
  const name = final === 'M' ? 'enter' : letters[final];
  if (name !== undefined) return { ...typed(name), ...modifiers(body.split(';').at(-1) || '1') };
  const sign = final >= 'j' && final <= 'y' ? ss3Keypad[final.charCodeAt(0) - 0x6a] : undefined;
  return sign === undefined ? undefined : typed(sign, sign);
}

function named(name: string | undefined, marks: Partial<Key> = {}): Key | undefined {
  return name === undefined ? undefined : { ...typed(name), ...marks };
}

/** Rows per notch, as in other full-screen programs. */
const wheelRows = 3;

/**
 * SGR mouse (1006): button 0 is the left one, 64 and 65 are the wheel, with bits for Shift, Alt and Ctrl. A button that
 * goes up (final `m`) is nothing, and so is a click with a modifier: terminals keep those for selecting.
 */
function mouse(body: string, final: string): readonly InputEvent[] {
  const [, button = '', column = '', row = ''] = /^<(\d{1,4});(\d{1,5});(\d{1,5})$/.exec(body) ?? [];
  if (button === '' || final !== 'M') return [];
  if (button === '0') return [{ type: 'click', column: Number(column) - 1, row: Number(row) - 1 }];
  const bare = Number(button) & ~0b1_1100;
  if (bare !== 64 && bare !== 65) return [];
  return [{ type: 'wheel', lines: bare === 64 ? -wheelRows : wheelRows }];
}
