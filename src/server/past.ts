// Reading the past of one room for one reader: nothing that is hidden from it, messages as they are now. The history
// handler reads through it.
import type { RoomName } from '../protocol/names.ts';
import type { LogEvent, MemberId } from '../protocol/packet.ts';
import type { PageQuery } from '../store/log.ts';
import type { Core } from './core.ts';
import { hiddenIn } from './room-access.ts';
import { fitPage, sightOf, toLogEvent } from './view.ts';

export type Bounds = Pick<PageQuery, 'before' | 'after' | 'limit' | 'bytesMax'>;
/** Oldest first. `more`: there are further ones at the end that was not taken. */
export type Part = { readonly events: LogEvent[]; readonly more: boolean };

export function readerOf(member: MemberId, room: RoomName, core: Core) {
  const hidden = hiddenIn(core.store.people, member, [room]);
  const sight = sightOf(core.store, core.nickOf, hidden);
  return async (take: PageQuery['take'], bounds: Bounds): Promise<Part> => {
    const { events, more } = await core.store.log.page({ rooms: [room], take, hidden, ...bounds });
    const views = events.map((event) => toLogEvent(event, sight));
    const fitted = fitPage(views, take, bounds.bytesMax);
    return { events: [...fitted.events], more: more || fitted.isCut };
  };
}

/** A log that is written all the time is read as it was at some moment all the same. */
const triesMax = 5;

/**
 * Reads again when the log went on meanwhile: an edit that was announced between the reading and the answer would reach
 * the peer ahead of the page that has the former text. A store that reads here and now never needs a second time.
 */
export async function steadily<Result>({ store }: Core, read: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const { tail } = store.log;
    const result = await read();
    if (store.log.tail === tail || tries === triesMax) return result;
  }
}
