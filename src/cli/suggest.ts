// The nearest word of a list, for a sentence after a typing error.
import { editDistance } from '../text/edit-distance.ts';

// A word may differ from what was meant by a third of its letters, and by one in a short word.
const lettersPerError = 3;

/** The word nearest to `typed`, if it is near enough to be meant. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  if (best === undefined) return undefined;
  const allowed = Math.max(1, Math.floor(best.word.length / lettersPerError));
  return best.distance <= allowed ? best.word : undefined;
}
