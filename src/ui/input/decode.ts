// Bytes of a terminal to keys, wheel, focus and pastes: a state machine fed any chunking, without streams or timers
// (input/stdin.ts has those). What a terminal answers by itself (OSC, DCS, APC, reports) is dropped here, so that it
// is never typed. After ECMA-48, xterm's ctlseqs, the kitty keyboard protocol and paste mode 2004.
//
// One byte string has two readings where ESC stands at its end: the Escape key, or the beginning of more. `waits` says
// so, and `flush` decides for the key; the caller flushes when nothing came for a while. Typed text comes as one key
// per code point, whatever the chunks were.
import { StringDecoder } from 'node:string_decoder';
import type { InputEvent, Key } from './key.ts';
import { controlKey, csiEvents, escapedKey, ss3Key, typed } from './sequences.ts';

const esc = '\x1b';
const pasteEnd = '\x1b[201~';

export const decodeLimits = {
  /** Bytes of one paste, as UTF-16 units: a text file by mistake, not a disk image. The rest of it is dropped. */
  pasteUnits: 1_048_576,
  /** No key or report that we read is longer; what is, is dropped to its end. */
  sequenceUnits: 256,
} as const;

/** `escape`: an ESC or the start of a sequence; `string`: within a reply of the terminal; `paste`: within a paste. */
export type Waits = 'nothing' | 'escape' | 'string' | 'paste';

export type Decoder = {
  readonly waits: () => Waits;
  readonly push: (bytes: Uint8Array) => readonly InputEvent[];
  /** Nothing more came: what waits is the key it began with, a paste is told as it is, a reply is given up. */
  readonly flush: () => readonly InputEvent[];
};

/** `tail`: a sequence longer than any key, which is dropped to its final byte. */
type Mode = 'nothing' | 'string' | 'tail' | 'paste';
/** What a step found at the beginning of the text: how far it goes, or that more is needed. */
type Step = { readonly used: number; readonly events: readonly InputEvent[]; readonly mode?: Mode } | 'more';

export function makeDecoder(): Decoder {
  const utf8 = new StringDecoder('utf8');
  let mode: Mode = 'nothing';
  let pending = '';
  let pasted = '';
  let isCut = false;

  const paste = (text: string): void => {
    const room = decodeLimits.pasteUnits - pasted.length;
    isCut ||= text.length > room;
    pasted += text.slice(0, room);
  };
  const endPaste = (): InputEvent => {
    const event: InputEvent = { type: 'paste', text: pasted, ...(isCut ? { isCut: true as const } : {}) };
    [pasted, isCut, mode] = ['', false, 'nothing'];
    return event;
  };
  /** Within a paste only its end mark counts, and the end mark may come in pieces. */
  const takePaste = (text: string): Step => {
    const end = text.indexOf(pasteEnd);
    if (end !== -1) {
      paste(text.slice(0, end));
      return { used: end + pasteEnd.length, events: [endPaste()] };
    }
    const kept = startOf(pasteEnd, text);
    paste(text.slice(0, text.length - kept));
    pending = text.slice(text.length - kept);
    return 'more';
  };
  const step = (text: string): Step => {
    if (mode === 'paste') return takePaste(text);
    if (mode === 'string') return skipString(text);
    if (mode === 'tail') return skipTail(text);
    return text[0] === esc ? escaped(text) : plain(text);
  };
  const drain = (): readonly InputEvent[] => {
    const events: InputEvent[] = [];
    while (pending !== '') {
      const result = step(pending);
      if (result === 'more') break;
      if (result.mode !== undefined) mode = result.mode;
      pending = pending.slice(result.used);
      for (const event of result.events) events.push(event);
    }
    return events;
  };

  return {
    waits: () => {
      if (mode === 'nothing') return pending === '' ? 'nothing' : 'escape';
      return mode === 'paste' ? 'paste' : 'string';
    },
    push: (bytes) => {
      pending += utf8.write(bytes);
      return drain();
    },
    flush: () => {
      if (mode === 'paste') {
        paste(pending);
        pending = '';
        return [endPaste()];
      }
      const rest = mode === 'nothing' ? pending : '';
      [pending, mode] = ['', 'nothing'];
      return flushed(rest);
    },
  };
}

/** Typed text up to the next ESC, all at once: an unmarked paste must not cost a slice per character. */
function plain(text: string): Step {
  const end = text.indexOf(esc);
  const run = end === -1 ? text : text.slice(0, end);
  // A high surrogate alone cannot happen: StringDecoder keeps incomplete characters back.
  return { used: run.length, events: Array.from(run, (character) => keyEvent(controlKey(character))).flat() };
}

function escaped(text: string): Step {
  if (text.length < 2) return 'more';
  const start = startOfString(text);
  if (start !== undefined) return start;
  if (text[1] === '[') return csi(text, 2, 'plain');
  if (text[1] === 'O') return ss3(text, 2, 'plain');
  if (text[1] === esc) return twoEscapes(text);
  const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { used: 1 + character.length, events: keyEvent(escapedKey(character)) };
}

/** ESC before a sequence is Alt on some terminals (rxvt, iTerm2); two of them alone are the key pressed twice. */
function twoEscapes(text: string): Step {
  if (text.length < 3) return 'more';
  if (text[2] === '[') return csi(text, 3, 'alt');
  if (text[2] === 'O') return ss3(text, 3, 'alt');
  return { used: 1, events: keyEvent(typed('escape')) };
}

/**
 * OSC, DCS and APC are what terminals answer with. Their openings are Alt-], Alt-P and Alt-_ as well, so only the
 * answers that exist are taken for one: a number behind OSC, `G` (kitty graphics) behind APC, and those of DCS.
 */
const answers: Readonly<Record<string, RegExp>> = { ']': /[0-9Ll]/, P: /[0-9>!+|$]/, _: /G/ };

function startOfString(text: string): Step | undefined {
  const answer = answers[text[1] ?? ''];
  if (!answer) return undefined;
  if (text.length < 3) return 'more';
  return answer.test(text[2] ?? '') ? { used: 3, events: [], mode: 'string' } : undefined;
}

/** To BEL or ST. Any other control character means that the answer was broken off: it is a key again. */
function skipString(text: string): Step {
  const end = text.search(/[\x00-\x1f]/);
  if (end === -1) return { used: text.length, events: [] };
  if (text[end] === '\x07') return { used: end + 1, events: [], mode: 'nothing' };
  if (text[end] !== esc) return { used: end, events: [], mode: 'nothing' };
  if (text.length === end + 1) return end === 0 ? 'more' : { used: end, events: [] };
  return text[end + 1] === '\\'
    ? { used: end + 2, events: [], mode: 'nothing' }
    : { used: end, events: [], mode: 'nothing' };
}

type Prefix = 'plain' | 'alt';

/** Parameters and intermediates, then one final byte. A byte that fits nowhere breaks the sequence off. */
function csi(text: string, from: number, prefix: Prefix): Step {
  // The Linux console's F1 to F5 are `ESC [ [ A` to E.
  if (text[from] === '[') {
    if (text.length < from + 2) return 'more';
    return {
      used: from + 2,
      events: csiEvents('[', text.charAt(from + 1), prefix),
    };
  }
  // rxvt ends its shifted keys with `$`, which else is an intermediate byte: Shift-Home is `CSI 7 $`.
  if (/^[235678]\$/.test(text.slice(from, from + 2))) {
    return { used: from + 2, events: csiEvents(text.charAt(from), '$', prefix) };
  }
  const at = endOf(parameterBytes, text, from);
  if (at - from > decodeLimits.sequenceUnits) return { used: at, events: [], mode: 'tail' };
  if (at === text.length) return 'more';
  const final = text.charAt(at);
  if (!finalByte.test(final)) return { used: at, events: [] };
  if (final === 'M' && at === from) return oldMouse(text, at);
  const body = text.slice(from, at);
  if (final === '~' && body === '200') return { used: at + 1, events: [], mode: 'paste' };
  return { used: at + 1, events: csiEvents(body, final, prefix) };
}

const finalByte = /[\x40-\x7e]/;
const parameterBytes = /[\x20-\x3f]*/y;
const digits = /[0-9;]*/y;

/** Where the bytes of `kind` (a sticky pattern) that begin at `from` end. */
function endOf(kind: RegExp, text: string, from: number): number {
  kind.lastIndex = from;
  return from + (kind.exec(text)?.[0].length ?? 0);
}

/** The rest of an overlong sequence, its final byte included. */
function skipTail(text: string): Step {
  const at = endOf(parameterBytes, text, 0);
  if (at === text.length) return { used: at, events: [] };
  return { used: finalByte.test(text.charAt(at)) ? at + 1 : at, events: [], mode: 'nothing' };
}

/** A mouse report of before 1006: three characters follow, which are no keys. */
function oldMouse(text: string, at: number): Step {
  return text.length < at + 4 ? 'more' : { used: at + 4, events: [] };
}

function ss3(text: string, from: number, prefix: Prefix): Step {
  const at = endOf(digits, text, from);
  if (at - from > decodeLimits.sequenceUnits) return { used: at, events: [], mode: 'tail' };
  if (at === text.length) return 'more';
  const key = ss3Key(text.slice(from, at), text.charAt(at), prefix);
  // Not a function key: it was Alt-O, and what follows is typed.
  if (!key) return { used: from, events: keyEvent({ ...typed('o'), alt: true, shift: true }) };
  return { used: at + 1, events: keyEvent(key) };
}

/** The keys that the rest stands for when nothing more comes: `ESC` is Escape, `ESC [` is Alt-[. */
function flushed(rest: string): readonly InputEvent[] {
  if (rest === '') return [];
  if (rest === esc) return keyEvent(typed('escape'));
  if (rest === esc + esc) return [...keyEvent(typed('escape')), ...keyEvent(typed('escape'))];
  // Further in it is a broken sequence: typed by nobody.
  return rest.length === 2 ? keyEvent(escapedKey(rest.charAt(1))) : [];
}

function keyEvent(key: Key | undefined): readonly InputEvent[] {
  return key ? [{ type: 'key', key }] : [];
}

/** How many units at the end of `text` may be the beginning of `mark`. */
function startOf(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
