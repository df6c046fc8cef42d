// How wide a text stands on a terminal, and where it may be cut. The nick rules, the wrapping of the timeline
// and the composer ask here, so that all of them count as Ink does: with string-width.
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/**
 * Each unit is a grapheme and a column: Latin, Greek, Cyrillic, Hebrew, punctuation, box drawing. string-width
 * needs 2.5 µs for each character that is not ASCII, and the timeline asks for every message that comes in sight.
 * The build gives this to string-width too (scripts/ink-plugins.ts).
 */
export const narrow =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u05d0-\u05ea\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u25fc\u2713\u2717]*$/;
/** The same mixed with kana, Han and Hangul syllables, each two columns wide. */
const plain =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u05d0-\u05ea\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u25fc\u2713\u2717\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
const firstWide = 0x3041;

/** Terminal columns of one line of text. */
export function columns(text: string): number {
  if (narrow.test(text)) return text.length;
  if (!plain.test(text)) return stringWidth(text);
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= firstWide) wide++;
  return text.length + wide;
}

/** What people take for single characters (Unicode annex 29, extended grapheme clusters), in order. */
export function graphemes(text: string): string[] {
  if (plain.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
