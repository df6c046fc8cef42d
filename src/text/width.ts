// How wide a text stands on a terminal, and where it may be cut. The nick rules, the wrapping of the timeline
// and the composer ask here, so that all of them count as Ink does: with string-width.
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Printable ASCII is one column and one grapheme per unit: the common case needs no segmenter. */
const ascii = /^[\x20-\x7e]*$/;

/** Terminal columns of one line of text. */
export function columns(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** What people take for single characters (Unicode annex 29, extended grapheme clusters), in order. */
export function graphemes(text: string): string[] {
  if (ascii.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
