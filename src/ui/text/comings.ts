// Who came and went, in one sentence: `ada, bob joined · carl left and came back`. What happened to one person is
// said once, by how it began and how it ended. Called by rows.ts for merged lines.
import type { MemberId } from '../../protocol/packet.ts';
import type { Coming } from '../state/lines.ts';

/** Names of one part of the sentence; a wall of them says no more than their number. */
const namesMax = 8;

type Did = Coming['did'];
const isIn = (did: Did): boolean => did === 'joined' || did === 'came online';

const history = (first: Did, last: Did): string => {
  // Who joined is online: that needs no second word.
  if (isIn(first) && isIn(last)) return first === 'joined' ? first : last;
  if (!isIn(first) && !isIn(last)) return last;
  if (isIn(last)) return `${first} and came back`;
  return last === 'left' ? 'came and left' : 'came and lost the connection';
};

const namesOf = (items: readonly Coming[]): string => {
  const names = items.map(({ nick }) => nick);
  const more = names.length - namesMax;
  // One more name is no longer than saying that there is one.
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, namesMax).join(', ')} and ${more} more`;
};

export const comingsText = (items: readonly Coming[]): string => {
  const byMember = new Map<MemberId, { first: Coming; last: Coming }>();
  for (const item of items) {
    const first = byMember.get(item.member)?.first ?? item;
    byMember.set(item.member, { first, last: item });
  }
  const parts = Map.groupBy(byMember.values(), ({ first, last }) => history(first.did, last.did));
  return [...parts].map(([did, some]) => `${namesOf(some.map(({ last }) => last))} ${did}`).join(' · ');
};
