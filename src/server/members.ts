// Members by what people call them. Handlers of what names somebody ask here.
import { Refusal } from '../protocol/errors.ts';
import type { MemberId } from '../protocol/packet.ts';
import type { People } from '../store/people.ts';
import { nickSkeleton } from '../text/nick.ts';
import type { Core } from './core.ts';
import { nearestOf } from './nearest.ts';

/** Members whose nicks are compared with one that nobody has. */
const comparedMax = 500;

/** Throws `no-such-member`, with the nearest nick. A former nick still names its member. */
export function memberCalled(nick: string, core: Core): MemberId {
  const { people } = core.store;
  const bare = nick.replace(/^@/, '');
  const member = memberOf(people, bare, core.now());
  if (member !== undefined) return member;
  const nearest = nearestOf(bare, nicks(core));
  const offer =
    nearest === undefined ? 'Check the nick; /who lists who is here.' : `Did you mean ${nearest}?`;
  throw new Refusal('no-such-member', `Nobody is called ${bare} here. ${offer}`);
}

export function memberOf(people: People, nick: string, now: number): MemberId | undefined {
  return people.holder(nickSkeleton(nick), now);
}

/** Those who are here first, for they are meant more often. */
function* nicks({ store, presence }: Core): Generator<string> {
  for (const id of presence.members().slice(0, comparedMax)) yield store.people.member(id)?.nick ?? '';
  for (const { nick } of store.people.members(0, comparedMax)) yield nick;
}
