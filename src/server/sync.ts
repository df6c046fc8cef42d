// Resume, pulled page by page: what a reader missed, in log order, until its pages reach the tail. Called by the
// sync handler; the state lives in the session between the pages of one sync.
import type { Limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { Seq, ServerPackets } from '../protocol/packet.ts';
import { toSeq } from '../store/ids.ts';
import type { Log } from '../store/log.ts';
import type { Following } from './hub.ts';
import { fitPage, type Sight, toLogEvent } from './view.ts';

type Page = ServerPackets['page'];
type Gap = Page['gaps'][number];

export type SyncState = {
  /** Everything up to here was sent, or may not be read, or stands in a gap. */
  upTo: Seq;
  readonly by: Following['by'];
  /** Where the sync began; `undefined`: a reader that has nothing yet. */
  readonly after: Seq | undefined;
  /**
   * Changes over it are sent, whatever messages are: all that the reader may have missed of what it has. A fresh reader
   * has nothing before this sync began; its messages come as they are, but not those of its first page as of its last.
   */
  readonly changesAfter: Seq;
  /** Per room, nothing at or below is sent. */
  readonly floors: Map<RoomName, Seq>;
};

/** What is read, and by whom. */
export type Source = {
  readonly log: Log;
  readonly limits: Limits;
  /** Per room, what the reader may not see. */
  readonly hidden: ReadonlyMap<RoomName, Seq>;
  readonly sight: Sight;
};

/** `after` of another log, or of a future that never was, is void. */
export function beginSync(log: Log, by: Following['by'], after: Seq | undefined): SyncState {
  const known = after !== undefined && after <= log.tail ? after : undefined;
  return { upTo: known ?? toSeq(0), by, after: known, changesAfter: known ?? log.tail, floors: new Map() };
}

/** The next page of `rooms`. `more: false` is true only in this turn: follow the hub before the next `await`. */
export async function nextPage(
  state: SyncState,
  rooms: readonly RoomName[],
  source: Source,
): Promise<Omit<Page, 'kind' | 're'>> {
  const { log, limits, hidden, sight } = source;
  // Taken with `rooms`, before anything is waited for: who joins another room meanwhile moves the tail.
  const { tail } = log;
  const gaps = await setFloors(state, rooms, source);
  const { upTo, floors, changesAfter } = state;
  const bounds = { after: upTo, before: toSeq(tail + 1), floors, hidden, changesAfter };
  const { events, more } = await log.page({
    rooms,
    ...bounds,
    take: 'oldest',
    limit: limits.pageEvents,
    bytesMax: limits.pageBytes,
  });
  const views = events.map((event) => toLogEvent(event, sight));
  const fitted = fitPage(views, 'oldest', limits.pageBytes);
  const isWhole = !more && !fitted.isCut;
  state.upTo = isWhole ? tail : (fitted.events.at(-1)?.seq ?? state.upTo);
  return { events: [...fitted.events], gaps, upTo: state.upTo, more: !isWhole || log.tail !== tail };
}

/** Rooms that this sync has not met yet (all of them on its first page) get their floor, and perhaps a gap. */
async function setFloors(state: SyncState, rooms: readonly RoomName[], source: Source): Promise<Gap[]> {
  const gaps: Gap[] = [];
  const isFirst = state.floors.size === 0;
  for (const room of rooms) {
    if (state.floors.has(room)) continue;
    // A room that was joined while the sync ran is new to the reader.
    const after = isFirst ? state.after : undefined;
    const gap = await gapOf(room, after, source);
    state.floors.set(room, gap === undefined ? (after ?? toSeq(0)) : toSeq(gap.before - 1));
    if (gap !== undefined) gaps.push(gap);
  }
  return gaps;
}

async function gapOf(room: RoomName, after: Seq | undefined, source: Source): Promise<Gap | undefined> {
  const { log, limits, hidden } = source;
  const from = toSeq(Math.max(after ?? 0, hidden.get(room) ?? 0));
  if (after !== undefined) {
    const missed = await log.count(room, from, limits.resumeEventsPerRoom + 1);
    if (missed <= limits.resumeEventsPerRoom) return undefined;
  }
  const limit = limits.freshEventsPerRoom;
  const newest = await log.page({
    rooms: [room],
    after: from,
    take: 'newest',
    limit,
    bytesMax: limits.pageBytes,
  });
  const first = newest.events[0];
  return first !== undefined && newest.more ? { room, after: from, before: first.seq } : undefined;
}
