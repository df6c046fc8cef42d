// Who came and went, in one sentence: `ada, bob joined · carl left and came back · dan is now eve`. What happened to one
// person is said once, by how it began and how it ended. Called by rows.ts for merged lines.
import type { MemberId } from '../../protocol/packet.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { Coming } from '../state/lines.ts';

/** Names of one part of the sentence; a wall of them says no more than their number. */
const namesMax = 8;

type Did = Exclude<Coming['did'], 'renamed'>;
const isIn = (did: Did): boolean => did === 'joined' || did === 'came online';

const history = (first: Did, last: Did): string => {
  // Who joined is online: that needs no second word.
  if (isIn(first) && isIn(last)) return first === 'joined' ? first : last;
  if (!isIn(first) && !isIn(last)) return last;
  if (isIn(last)) return `${first} and came back`;
  return last === 'left' ? 'came and left' : 'came and lost the connection';
};

const namesOf = (items: readonly { readonly nick: SafeText }[]): string => {
  const names = items.map(({ nick }) => nick);
  const more = names.length - namesMax;
  // One more name is no longer than saying that there is one.
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, namesMax).join(', ')} and ${more} more`;
};

/** One person's: how it began and how it ended, under which name, and under which before. */
type Story = { readonly first?: Did; readonly last?: Did; readonly nick: SafeText; readonly was?: SafeText };

const told = (story: Story | undefined, item: Coming): Story => {
  const { nick } = item;
  if (item.did !== 'renamed') return { ...story, first: story?.first ?? item.did, last: item.did, nick };
  const was = story?.was ?? item.was;
  return { ...story, nick, ...(was !== undefined && { was }) };
};

export const comingsText = (items: readonly Coming[]): string => {
  const byMember = new Map<MemberId, Story>();
  for (const item of items) byMember.set(item.member, told(byMember.get(item.member), item));
  const stories = [...byMember.values()];
  const moved = stories.flatMap(({ first, last, nick }) =>
    first && last ? [{ nick, did: history(first, last) }] : [],
  );
  const parts = [...Map.groupBy(moved, ({ did }) => did)].map(([did, some]) => `${namesOf(some)} ${did}`);
  const renamed = stories.flatMap(({ was, nick }) => (was === undefined ? [] : [renaming(was, nick)]));
  return [...parts, ...renamed.slice(0, namesMax)].join(' · ');
};

const renaming = (was: SafeText, nick: SafeText): string =>
  was === nick ? `${nick} is called that again` : `${was} is now ${nick}`;
