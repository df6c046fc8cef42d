// What of a text is a link, and the form of it that a terminal may be given. Links are made here and nowhere else: of
// http and https only, percent-encoded by the URL standard, so that no control byte and no end of a sequence can be in
// one. Pure; called by inline.ts.

/** Terminals take no longer ones (VTE's limit), and a browser's line shows less. */
export const urlUnitsMax = 2_083;

const beginning = /https?:\/\//gi;
const letter = /[\p{L}\p{N}_]/u;
/** Blanks and quotes, punctuation of scripts without blanks, and what stands for characters that are not shown. */
const ends = /[\s<>"`“”‘’\u2400-\u2426\u3000-\u3002\u300c\u300d\uff08\uff09\uff0c\ufffd]/u;

/** The address to give to the terminal; `undefined` where it is none. */
export const safeUrl = (typed: string): string | undefined => {
  if (typed.length > urlUnitsMax || !URL.canParse(typed)) return undefined;
  const { protocol, hostname, href } = new URL(typed);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') return undefined;
  return href.length <= urlUnitsMax && /^[\x21-\x7e]+$/.test(href) ? href : undefined;
};

export type FoundLink = { readonly start: number; readonly end: number; readonly url: string };

/** The addresses that stand in a line, in order. Costs O(length): each one is read once. */
export const linksIn = (line: string): readonly FoundLink[] => {
  const found: FoundLink[] = [];
  beginning.lastIndex = 0;
  for (let match = beginning.exec(line); match; match = beginning.exec(line)) {
    const start = match.index;
    if (start > 0 && letter.test(line.charAt(start - 1))) continue;
    const end = linkEnd(line, start);
    const url = safeUrl(line.slice(start, end));
    // Also behind what is none: looking into it again would cost its length for each beginning in it.
    beginning.lastIndex = Math.max(end, beginning.lastIndex);
    if (url !== undefined) found.push({ start, end, url });
  }
  return found;
};

/** To the next blank, without what ends a sentence and without a bracket that was opened before it. */
const linkEnd = (line: string, start: number): number => {
  const most = Math.min(line.length, start + urlUnitsMax);
  let end = start;
  const open = { round: 0, square: 0 };
  for (; end < most; end += 1) {
    const unit = line.charAt(end);
    if (ends.test(unit)) break;
    if (unit === '(') open.round += 1;
    if (unit === '[') open.square += 1;
    if (unit === ')') open.round -= 1;
    if (unit === ']') open.square -= 1;
    if (open.round < 0 || open.square < 0) break;
  }
  while (end > start && /[.,;:!?'*_~]/.test(line.charAt(end - 1))) end -= 1;
  return end;
};

/** The first address of a text, to be opened. */
export const firstLink = (text: string): string | undefined => {
  for (const line of text.split('\n')) {
    const [link] = linksIn(line);
    if (link) return link.url;
  }
  return undefined;
};
