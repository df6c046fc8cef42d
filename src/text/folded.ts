// One way of writing for what is searched: no case, no compatibility forms, no accents. And what a word is in it.

/** Accents go; signs that are letters to their readers (Indic vowels, kana voicing) stay. */
const accents = /[\u0300-\u036f]+/g;
/** Letters, their marks, digits: what a word is made of. */
const word = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts without blanks between words, or, as Korean, with endings grown on: found by any piece. */
const piecewise =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3005\u30fc]/u;
const isAscii = /^[\0-\x7f]*$/;

export function folded(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(accents, '').toLowerCase().normalize('NFC');
}

/** The words of a text that is folded. */
export function wordsIn(text: string): string[] {
  return text.match(word) ?? [];
}

/** Whether a text has this word, or one that begins so; both folded. Where no blanks stand between words, anywhere. */
export function hasWord(text: string, wanted: string): boolean {
  if (piecewise.test(wanted)) return text.includes(wanted);
  return wordsIn(text).some((one) => one.startsWith(wanted));
}
