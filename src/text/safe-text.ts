// The one gate for text that somebody else wrote: what a pane, a title, a notification, a log line or plain output
// shows is a SafeText, made here and nowhere else, where packets become view state.
//
// Code points are mapped one at a time. Escape sequences are never parsed and cut out: what is left of a cut joins
// to a new sequence. ESC becomes the picture of ESC, and the rest of the sequence is plain text.
// Left out: what text looks like (Markdown, links, wrapping) and whether it is too long (`foldLines` only counts).
import { type CharClass, classOf } from './char-class.ts';

declare const isSafe: unique symbol;
/** Text that no terminal takes for a command: no controls but LF, no bidi controls, nothing invisible, few marks. */
export type SafeText = string & { readonly [isSafe]: true };

/** Marks on one grapheme: Sanskrit conjuncts and Hebrew cantillation need five, Zalgo thirty. */
const marksMax = 8;
/** Zero width joiners in one emoji: a family of four has three. */
const joinsMax = 4;

const replacement = '\ufffd';
const dottedCircle = '\u25cc';
const tabSpaces = '    ';

/**
 * What most messages are made of, and nothing in it depends on its neighbours: Latin, Greek, Cyrillic, Hebrew,
 * kana, Han, Hangul, common punctuation and symbols. Such a text is safe as it is.
 */
const plain =
  /^[\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u05d0-\u05ea\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u27bf\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f]*$/;

/** Text of any number of lines. Line ends become LF, a tab four spaces; honest text stays as it is. Costs O(length). */
export function safeText(raw: string): SafeText {
  if (plain.test(raw)) return raw as SafeText;
  const pen: Pen = { text: raw, next: 0, out: '', previous: 0, marks: 0, joins: 0, isLinked: false };
  while (pen.next < raw.length) {
    const code = raw.codePointAt(pen.next) ?? 0;
    pen.next += code > 0xffff ? 2 : 1;
    write[classOf(code)](pen, code);
  }
  return pen.out as SafeText;
}

/** The same on one line: each line end is shown as ⏎. For nicks, topics, file names, titles, log lines. */
export function safeLine(raw: string): SafeText {
  const text = safeText(raw);
  return (text.includes('\n') ? text.replaceAll('\n', '⏎') : text) as SafeText;
}

/** True when there is nothing to see: such a message counts as empty. */
export function isBlank(text: SafeText): boolean {
  return /^[\s\u2800]*$/.test(text);
}

/** `isBlank` of what the raw text becomes; one visible letter answers it for nearly every message. */
export function showsNothing(raw: string): boolean {
  return !/[!-~]/.test(raw) && isBlank(safeText(raw));
}

/** The first `linesMax` lines, and how many more there are: a long message is shown folded. */
export function foldLines(text: SafeText, linesMax: number): { shown: SafeText; hidden: number } {
  let end = -1;
  for (let line = 0; line < linesMax; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return { shown: text, hidden: 0 };
  }
  let hidden = 1;
  for (let at = text.indexOf('\n', end + 1); at >= 0; at = text.indexOf('\n', at + 1)) hidden++;
  return { shown: text.slice(0, end) as SafeText, hidden };
}

type Pen = {
  readonly text: string;
  /** Where the next code point begins. */
  next: number;
  out: string;
  /** The code point written last; 0 at the start of a line, where nothing may lean on what stands before it. */
  previous: number;
  /** Marks and joins in the grapheme being written. */
  marks: number;
  joins: number;
  /** A virama was written since the last letter: the next letter of the script joins the same grapheme. */
  isLinked: boolean;
};

const write: Readonly<Record<CharClass, (pen: Pen, code: number) => void>> = {
  base: put,
  letter: (pen, code) => (pen.isLinked ? extend(pen, code) : put(pen, code)),
  picture: (pen, code) => (pen.previous === 0x200d && pen.joins > 0 ? extend(pen, code) : put(pen, code)),
  tone: (pen, code) => {
    // Alone it would join the grapheme before it, which every terminal shows in another width.
    if (/\p{Emoji_Modifier_Base}/u.test(String.fromCodePoint(pen.previous))) extend(pen, code);
    else put(pen, 0xfffd);
  },
  control: (pen, code) => put(pen, code === 0x7f ? 0x2421 : 0x2400 + code),
  replaced: (pen) => put(pen, 0xfffd),
  dropped: () => {},
  tab: (pen) => {
    put(pen, 0x20);
    pen.out += tabSpaces.slice(1);
  },
  return: (pen) => {
    if (pen.text.charCodeAt(pen.next) !== 0x0a) breakLine(pen);
  },
  lineEnd: breakLine,
  mark: writeMark,
  virama: (pen, code) => {
    const before = pen.marks;
    writeMark(pen, code);
    if (pen.marks > before) pen.isLinked = true;
  },
  joiner: writeJoiner,
  nonJoiner: (pen, code) => {
    // Not where the mark it stands for will be dropped.
    const isHonest = pen.marks < marksMax && isComplex(pen.previous) && isComplex(following(pen));
    if (isHonest) append(pen, code);
  },
  variation: writeVariation,
  tag: () => {},
  blackFlag: (pen, code) => {
    put(pen, code);
    flagTags.lastIndex = pen.next;
    const tags = flagTags.exec(pen.text)?.[0] ?? '';
    pen.out += tags;
    pen.next += tags.length;
  },
};

/** Subdivision flags, as Scotland's (UTS 51 §2.6.2): tag letters and digits, then the end tag. */
const flagTags = /[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/uy;

/** Begins a grapheme. */
function put(pen: Pen, code: number): void {
  append(pen, code);
  pen.marks = 0;
  pen.joins = 0;
  pen.isLinked = false;
}

/** Goes on within the grapheme: its marks count on. */
function extend(pen: Pen, code: number): void {
  append(pen, code);
  pen.isLinked = false;
}

function append(pen: Pen, code: number): void {
  pen.out += code === 0xfffd ? replacement : String.fromCodePoint(code);
  pen.previous = code;
}

function breakLine(pen: Pen): void {
  put(pen, 0x0a);
  pen.previous = 0;
}

function writeMark(pen: Pen, code: number): void {
  // A mark without a base would sit on whatever stands left of the message.
  if (pen.previous === 0) put(pen, dottedCircle.charCodeAt(0));
  if (pen.marks >= marksMax) return;
  append(pen, code);
  pen.marks++;
}

/** Kept inside emoji and where scripts that join need it (UAX 31 §2.3 names the same places). */
function writeJoiner(pen: Pen, code: number): void {
  const next = following(pen);
  const before = pen.previous === 0 ? undefined : classOf(pen.previous);
  const isEmoji = before !== undefined && joinable.has(before) && next !== 0 && classOf(next) === 'picture';
  if (isEmoji && pen.joins < joinsMax) {
    append(pen, code);
    pen.joins++;
  } else if (!isEmoji && isComplex(pen.previous)) append(pen, code);
}

const joinable: ReadonlySet<CharClass> = new Set(['picture', 'tone', 'variation', 'blackFlag']);

/** One selector behind a base that has variants; floods and selectors on letters carry hidden text. */
function writeVariation(pen: Pen, code: number): void {
  if (pen.previous === 0 || pen.marks >= marksMax) return;
  if (!hasVariant(pen.previous, code, following(pen))) return;
  append(pen, code);
  pen.marks++;
}

function hasVariant(base: number, selector: number, next: number): boolean {
  if (selector === 0xfe0f || selector === 0xfe0e) {
    if (base < 0x80)
      return selector === 0xfe0f && next === 0x20e3 && /[0-9#*]/.test(String.fromCharCode(base));
    return /\p{Emoji}/u.test(String.fromCodePoint(base));
  }
  if (selector >= 0x180b && selector <= 0x180f)
    return /\p{Script=Mongolian}/u.test(String.fromCodePoint(base));
  return /[\p{Script=Han}\p{Script=Myanmar}]/u.test(String.fromCodePoint(base));
}

function isComplex(code: number): boolean {
  if (code < 0x300) return false;
  const kind = classOf(code);
  return (
    kind === 'letter' ||
    kind === 'virama' ||
    (kind === 'mark' && complexMark.test(String.fromCodePoint(code)))
  );
}

const complexMark = /[^\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Cyrillic}]/u;

function following(pen: Pen): number {
  return pen.text.codePointAt(pen.next) ?? 0;
}
