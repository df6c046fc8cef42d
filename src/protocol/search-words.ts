// A search as it is typed: words and "quoted words", from:NICK, in:#ROOM or in:@NICK, before: and after: with a day, a
// time or a message's number, has:file. The server reads it, and a client that looks through what it kept.
//
// A colon elsewhere (https://…, 12:30) is part of a word.

export type Name = 'from' | 'in' | 'before' | 'after' | 'has';
export type Term = { readonly name: Name; readonly value: string };

/** A phrase in quotes (also typographic ones) is its words. Quotes in a filter keep its value together. */
const token =
  /(from|in|before|after|has):(?=\s|$)|(?:(from|in|before|after|has):)?(?:["“”]([^"“”]*)["“”]?|([^\s"“”]+))/gi;

export function split(query: string): { readonly terms: Term[]; readonly words: string[] } {
  const terms: Term[] = [];
  const words: string[] = [];
  for (const [, empty, name, quoted, bare] of query.matchAll(token)) {
    const filter = (name ?? empty)?.toLowerCase() as Name | undefined;
    const value = quoted ?? bare ?? '';
    if (filter !== undefined) terms.push({ name: filter, value: value.trim() });
    else words.push(...value.split(/\s+/).filter(hasLetter));
  }
  return { terms, words };
}

/** What is only punctuation is in no index. */
function hasLetter(word: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word);
}

/** The number of a message. */
export const isPlace = (value: string): boolean => /^#?\d{1,15}$/.test(value);
/** ISO 8601, UTC: a day, or a time of it. */
const day = /^\d{4}-\d{2}-\d{2}$/;
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;
const zone = /(Z|[+-]\d{2}:\d{2})$/;

/** Unix milliseconds. A day that no calendar has is none: Date would count on into the next month. */
export function timeOf(value: string): number | undefined {
  const isTime = time.test(value);
  if (!isTime && !day.test(value)) return undefined;
  const noon = Date.parse(`${value.slice(0, 10)}T12:00Z`);
  if (Number.isNaN(noon) || !new Date(noon).toISOString().startsWith(value.slice(0, 10))) return undefined;
  const hasZone = isTime && zone.test(value);
  const at = Date.parse(isTime && !hasZone ? `${value}Z` : value);
  return Number.isNaN(at) ? undefined : Math.max(at, 0);
}
