// How a text is cut into what can be looked for: words in one way of writing, and two-character grams where a script puts
// no blanks between words. The same for what is stored and for what is typed, so that the two meet. Both stores use it.

/** Scripts without blanks between words, or, as Korean, with endings grown on: found by any piece. */
const gramScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3005\u30fc]/u;
/** Letters, their marks, digits: what a word is made of. Private characters are ours, for `mark`. */
const run = /[\p{L}\p{M}\p{N}]+/gu;
/** Longer words are found by this much of them: nobody types more, and an index is not there for base64. */
const wordChars = 40;

/** One way of writing: no case, no compatibility forms, no accents. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}+/gu, keptMarks)
    .toLowerCase()
    .normalize('NFC');
}

/** Accents go; signs that are letters to their readers (Indic vowels, kana voicing) stay. */
function keptMarks(marks: string): string {
  return marks.replace(/[\u0300-\u036f]+/g, '');
}

/** Everything that `text` can be found by, with blanks between, in its order. */
export function tokensOf(text: string): string {
  const tokens: string[] = [];
  for (const piece of pieces(text)) {
    if (piece.is === 'word') tokens.push(piece.text);
    else tokens.push(...grams(piece.text), piece.text.slice(-lastLength(piece.text)));
  }
  return tokens.join(' ');
}

/** One thing that is looked for. `isWhole`: the token itself; else what begins with it. `inOrder`: beside one another. */
export type Wanted = { readonly tokens: readonly string[]; readonly isWhole: boolean };

/** What a typed text looks for: all of it must be found. Empty: nothing that could be looked for. */
export function wantedOf(typed: string): Wanted[] {
  const wanted: Wanted[] = [];
  for (const piece of pieces(typed)) {
    const found = piece.is === 'grams' ? grams(piece.text) : [];
    if (found.length > 0) wanted.push({ tokens: found, isWhole: true });
    else wanted.push({ tokens: [piece.text], isWhole: false });
  }
  return wanted;
}

type Piece = { readonly is: 'word' | 'grams'; readonly text: string };

function* pieces(text: string): Generator<Piece> {
  for (const [whole] of folded(text).matchAll(run)) yield* cut(whole);
}

/** `abc漢字` is a word and a run of grams. */
function* cut(whole: string): Generator<Piece> {
  if (!gramScript.test(whole)) {
    yield { is: 'word', text: whole.slice(0, wordChars) };
    return;
  }
  let piece = '';
  let isGrams: boolean | undefined;
  for (const char of whole) {
    const isOne = gramScript.test(char) || (isGrams === true && /\p{M}/u.test(char));
    if (isGrams !== undefined && isOne !== isGrams) {
      yield isGrams ? { is: 'grams', text: piece } : { is: 'word', text: piece.slice(0, wordChars) };
      piece = '';
    }
    isGrams = isOne;
    piece += char;
  }
  yield isGrams === true ? { is: 'grams', text: piece } : { is: 'word', text: piece.slice(0, wordChars) };
}

/** Each two characters that follow one another. */
function grams(text: string): string[] {
  const chars = [...text];
  return chars.slice(1).map((char, index) => chars[index] + char);
}

function lastLength(text: string): number {
  return [...text].at(-1)?.length ?? 0;
}
