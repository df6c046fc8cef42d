// Where a cursor may stand in a text: between graphemes (UAX #29), at the ends of words and lines. Pure; the
// composer's editor and its layout use it. Indexes are UTF-16 units.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/** A grapheme is looked for in a window this wide: the whole text costs milliseconds at its largest size. */
const windowUnits = 256;

/** The next place at or after `index` that is not within a grapheme. */
export function snap(text: string, index: number): number {
  if (index <= 0 || index >= text.length) return Math.max(0, Math.min(index, text.length));
  const start = windowStart(text, index);
  const segment = segmenter.segment(text.slice(start, index + windowUnits)).containing(index - start);
  if (!segment || start + segment.index === index) return index;
  return start + segment.index + segment.segment.length;
}

export function nextStop(text: string, index: number): number {
  return index >= text.length ? text.length : snap(text, index + 1);
}

export function previousStop(text: string, index: number): number {
  if (index <= 0) return 0;
  const start = windowStart(text, index);
  const segment = segmenter.segment(text.slice(start, index + windowUnits)).containing(index - 1 - start);
  return segment ? start + segment.index : index - 1;
}

export function lineStart(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1;
}

export function lineEnd(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end === -1 ? text.length : end;
}

/** Readline's backward-word: over what is no word, then to the word's beginning. */
export function wordBack(text: string, index: number): number {
  let at = index;
  while (at > 0 && !isWordAt(text, previousStop(text, at))) at = previousStop(text, at);
  while (at > 0 && isWordAt(text, previousStop(text, at))) at = previousStop(text, at);
  return at;
}

/** Readline's forward-word: over what is no word, then to the word's end. */
export function wordForward(text: string, index: number): number {
  let at = index;
  while (at < text.length && !isWordAt(text, at)) at = nextStop(text, at);
  while (at < text.length && isWordAt(text, at)) at = nextStop(text, at);
  return at;
}

function isWordAt(text: string, index: number): boolean {
  return wordCharacter.test(String.fromCodePoint(text.codePointAt(index) ?? 0));
}

/**
 * A place before `index` where a grapheme surely begins: behind a line feed or a plain blank or letter that is
 * followed by one, else the window's edge, where only graphemes longer than the window could be split.
 */
function windowStart(text: string, index: number): number {
  const edge = Math.max(0, index - windowUnits);
  for (let at = index - 1; at > edge; at -= 1) {
    if (isPlain(text.charCodeAt(at - 1)) && isPlain(text.charCodeAt(at))) return at;
  }
  return edge;
}

function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f;
}
