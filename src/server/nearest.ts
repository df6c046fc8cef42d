// The name that somebody may have meant, for the sentence after a typing error. Whoever calls it gives only names that
// the asker may know of.
import { editDistance } from '../text/edit-distance.ts';

/** Names that are compared for one error: bounds the work of a wrong one on a server of many. */
const lookedAtMax = 500;

/** The nearest of the names, if one is near: up to a third of its letters are other ones. */
export function nearestOf(typed: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  let looked = 0;
  for (const name of names) {
    if (looked === lookedAtMax) break;
    looked += 1;
    if (Math.abs(name.length - typed.length) >= least) continue;
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}
