// Events that were found in many rooms, as a reader may see them. Whatever found them, each is asked for again: an index
// is behind the log, and a reader may have left a room since. The search and the mentions handlers call.
import type { LogEvent, MemberId } from '../protocol/packet.ts';
import type { StoredEvent } from '../store/log.ts';
import type { Core } from './core.ts';
import { hiddenIn, mayRead } from './room-access.ts';
import { fitPage, sightOf, toLogEvent } from './view.ts';

export type FoundPage = { readonly events: LogEvent[]; readonly isCut: boolean };

/** Of events in rising order the newest that fit. */
export function foundPage(member: MemberId, events: readonly StoredEvent[], core: Core): FoundPage {
  const { people } = core.store;
  const shown = events.filter((event) => isMessage(event) && mayRead(people, member, event));
  const hidden = hiddenIn(people, member, new Set(shown.map(({ room }) => room)));
  const sight = sightOf(core.store, core.nickOf, hidden);
  const views = shown.map((event) => toLogEvent(event, sight));
  const fitted = fitPage(views, 'newest', core.limits.pageBytes);
  return { events: [...fitted.events], isCut: fitted.isCut };
}

function isMessage({ body, now }: StoredEvent): boolean {
  return body.type === 'message' && now?.isDeleted !== true;
}
