// How wide a text stands on a terminal, and where it may be cut. The nick rules, the wrapping of the timeline
// and the composer ask here, so that all of them count as Ink does: with string-width.
import stringWidth from 'string-width';
import { firstWide, narrow, plain } from './units.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
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
