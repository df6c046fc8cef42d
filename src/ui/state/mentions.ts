// Which words of a message speak to the reader: its nick as the server understands a mention (`@ada`, or `ada:` and
// `ada,` at the start), and the highlight words it chose. Pure; items.ts asks it of what comes, text/inline.ts to mark
// the words. No pattern is made of what people wrote.

/** Who reads, as far as what is said may be about it. */
export type Called = { readonly nick: string; readonly highlights: readonly string[] };

const letter = /[\p{L}\p{N}\p{M}_]/u;

const isLetterBefore = (text: string, at: number): boolean => {
  if (at === 0) return false;
  const low = text.charCodeAt(at - 1);
  const start = at > 1 && low >= 0xdc00 && low <= 0xdfff ? at - 2 : at - 1;
  return letter.test(text.slice(start, at));
};

const isLetterAt = (text: string, at: number): boolean =>
  at < text.length && letter.test(String.fromCodePoint(text.codePointAt(at) ?? 0));

/** Letters whose small form is longer would move what stands behind them: such a text is compared as it is. */
const small = (text: string): string => {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
};

/** `@ada.` ends a sentence; `@ada-b` and `@ada.b` are other nicks. */
const goesOn = (text: string, at: number): boolean =>
  text[at] === '-' || (text[at] === '.' && isLetterAt(text, at + 1));

/** Places of `word` (in small letters) that stand alone in `text`. */
const placesOf = (text: string, word: string): number[] => {
  const places: number[] = [];
  if (word === '') return places;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const end = at + word.length;
    const isOther = isLetterBefore(text, at) || isLetterAt(text, end);
    if (!isOther && !(word[0] === '@' && goesOn(text, end))) places.push(at);
  }
  return places;
};

/** The words of `text` that speak to the reader, in small letters, each once. */
export const callsIn = (text: string, { nick, highlights }: Called): readonly string[] => {
  const all = small(text);
  const name = small(nick);
  const words = [`@${name}`, ...highlights.map(small)];
  const calls = words.filter((word) => placesOf(all, word).length > 0);
  const isAddressed = name !== '' && all.startsWith(name) && /^[:,]/.test(all.slice(name.length));
  return [...new Set(isAddressed ? [...calls, name] : calls)];
};

export type Place = { readonly start: number; readonly end: number };

/** Where `calls` stand in `text`, in order and apart from each other. */
export const placesIn = (text: string, calls: readonly string[]): readonly Place[] => {
  if (calls.length === 0) return [];
  const all = small(text);
  const places = calls.flatMap((word) =>
    placesOf(all, word).map((start) => ({ start, end: start + word.length })),
  );
  places.sort((one, other) => one.start - other.start || other.end - one.end);
  let end = 0;
  return places.filter((place) => {
    if (place.start < end) return false;
    end = place.end;
    return true;
  });
};
