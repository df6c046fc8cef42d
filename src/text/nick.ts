// Which nicks a server takes, and when two count as the same. The server's hello and rename ask here, and the
// client's prompt, so that a person hears of a bad nick before it is sent.
// Left out: whether a nick is taken (the store knows, by the skeleton) and for how long.
import { limits } from '../protocol/limits.ts';
import { foldConfusables, isDecoyStroke } from './confusables.ts';
import { isReserved } from './reserved.ts';
import { columns } from './width.ts';

declare const isNick: unique symbol;
/** A well-formed nick in NFC: letters of one script, digits, `_ . -`. */
export type Nick = string & { readonly [isNick]: true };

export type ParsedNick =
  | { readonly ok: true; readonly nick: Nick; readonly skeleton: string }
  | { readonly ok: false; readonly reason: 'nick-invalid'; readonly sentence: string };

/** The sentence says what is wrong and what a nick may be. Nothing of the refused nick is in it. */
export function parseNick(raw: string): ParsedNick {
  // Bounded before it is normalised: 32 characters in NFD, with two marks each, outside the BMP.
  if (raw.length > 6 * limits.nickChars) return refuse(tooLong);
  const nick = normalise(raw);
  if (nick === undefined) return refuse(sentences.form);
  const rule = rules.find(({ isBroken }) => isBroken(nick));
  if (rule !== undefined) return refuse(rule.sentence);
  return { ok: true, nick: nick as Nick, skeleton: nickSkeleton(nick) };
}

/**
 * What all nicks that people cannot tell apart come to (as in Unicode TR39 §4, but without case). Two nicks clash
 * exactly when their skeletons are equal. `i`, `l`, `1` are one character here, and so are `0` and `o`.
 */
export function nickSkeleton(nick: string): string {
  return foldConfusables(nick.normalize('NFKC'));
}

function refuse(sentence: string): ParsedNick {
  return { ok: false, reason: 'nick-invalid', sentence };
}

const tooLong = `A nick has at most ${limits.nickChars} characters and ${limits.nickColumns} columns.`;
const sentences = {
  empty: 'A nick has at least one letter; it cannot be a number.',
  form: 'A nick has only letters, digits, _ . and -, and begins with a letter, a digit or _.',
  script: 'A nick keeps to the letters of one script, so that nobody can be taken for somebody else.',
  reserved: 'This nick is kept for the system, or looks like one that is; take another one.',
} as const;

/** Roman numerals are the compatibility characters that people have in names; styled letters are a disguise. */
const romanNumerals = /[\u2160-\u217f]/g;

/** NFC of it, roman numerals as letters; undefined when there is something in it that NFKC would disguise. */
function normalise(raw: string): string | undefined {
  const nick = raw.normalize('NFC').replace(romanNumerals, (numeral) => numeral.normalize('NFKC'));
  return nick === nick.normalize('NFKC') ? nick : undefined;
}

const rules: ReadonlyArray<{ readonly isBroken: (nick: string) => boolean; readonly sentence: string }> = [
  { isBroken: (nick) => [...nick].length > limits.nickChars, sentence: tooLong },
  { isBroken: (nick) => !form.test(nick) || unusual.test(nick), sentence: sentences.form },
  { isBroken: (nick) => misleadingMarks.some((mark) => mark.test(nick)), sentence: sentences.form },
  { isBroken: (nick) => columns(nick) > limits.nickColumns, sentence: tooLong },
  { isBroken: (nick) => !/\p{L}/u.test(nick) || !Number.isNaN(Number(nick)), sentence: sentences.empty },
  { isBroken: (nick) => !isOneScript(nick), sentence: sentences.script },
  { isBroken: (nick) => isReserved(nick), sentence: sentences.reserved },
];

/** At most two marks in a row; a mark is never first. */
const form =
  /^[\p{L}\p{Nd}_](?:[\p{L}\p{Nd}_.-]\p{M}{0,2})*$|^[\p{L}]\p{M}{0,2}(?:[\p{L}\p{Nd}_.-]\p{M}{0,2})*$/u;

/**
 * Letters that are in no language's everyday alphabet but look like ones that are: phonetic and small capital
 * letters, overlays, dotless i and dotted I (a Turkish ı cannot be told from an i at terminal size), Latin alpha.
 */
const unusual =
  /[\u0130\u0131\u0149\u017f\u0237\u0250-\u0252\u0255\u0258\u025a\u025c-\u0262\u0264-\u0268\u026a-\u0271\u0273-\u0282\u0284-\u0289\u028c-\u0291\u0293-\u02ff\u1d00-\u1dff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f\u{10780}-\u{107bf}\u{1df00}-\u{1dfff}]/u;

/** Overlays and enclosing marks, and what cannot be seen: they turn one letter into another's look. */
const misleadingMarks = [
  /[\u0305\u0315-\u0322\u0329-\u0330\u0332-\u036f]/,
  /[\u20d0-\u20ff]/,
  /\p{Default_Ignorable_Code_Point}/u,
];

/** UAX 31 table 5 (recommended scripts), and TR39 §5.2 "highly restrictive" for the mixtures. */
const scripts: readonly RegExp[] = [
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]*$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hangul}]*$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Bopomofo}]*$/u,
  /^\p{scx=Greek}*$/u,
  /^\p{scx=Cyrillic}*$/u,
  /^\p{scx=Armenian}*$/u,
  /^\p{scx=Georgian}*$/u,
  /^\p{scx=Hebrew}*$/u,
  /^\p{scx=Arabic}*$/u,
  /^\p{scx=Thaana}*$/u,
  /^\p{scx=Devanagari}*$/u,
  /^\p{scx=Bengali}*$/u,
  /^\p{scx=Gurmukhi}*$/u,
  /^\p{scx=Gujarati}*$/u,
  /^\p{scx=Oriya}*$/u,
  /^\p{scx=Tamil}*$/u,
  /^\p{scx=Telugu}*$/u,
  /^\p{scx=Kannada}*$/u,
  /^\p{scx=Malayalam}*$/u,
  /^\p{scx=Sinhala}*$/u,
  /^\p{scx=Thai}*$/u,
  /^\p{scx=Lao}*$/u,
  /^\p{scx=Tibetan}*$/u,
  /^\p{scx=Myanmar}*$/u,
  /^\p{scx=Khmer}*$/u,
  /^\p{scx=Ethiopic}*$/u,
];

function isOneScript(nick: string): boolean {
  const letters = nick.replace(/[0-9_.-]|\p{Script=Inherited}/gu, '');
  if (!scripts.some((script) => script.test(letters))) return false;
  return !(/\p{scx=Latin}/u.test(letters) && isDecoyStroke(letters));
}
