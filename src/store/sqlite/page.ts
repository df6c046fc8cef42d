// A page over several rooms, merged by seq without reading more than it gives: each room hands out its seqs in small
// chunks from the index, and of the events little more is read than is taken. (One statement over all rooms either sorts
// everything that matches or walks past everything that does not.) Called by log.ts.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import { eventBytes } from '../content.ts';
import type { LogPage, PageQuery, StoredEvent } from '../log.ts';

/** What a page reads from. */
export type PageSource = {
  /** Seqs of the room between the exclusive bounds, from the end that is taken first, at most `most`. */
  seqs(room: RoomName, after: number, before: number, take: PageQuery['take'], most: number): Seq[];
  /** The events at these places, in rising order. */
  events(seqs: readonly Seq[]): StoredEvent[];
};

type Cursor = { readonly room: RoomName; after: number; before: number; seqs: Seq[]; isDry: boolean };

/** Fewer than this in one reading are not worth the statement. */
const chunkMin = 16;
/** Events read in one statement: half the time of one statement each. Of large ones a MiB may be read in vain. */
const eventsAtOnce = 64;

/** `before` is exclusive and already no further than the tail allows. */
export function readPage(source: PageSource, query: PageQuery, before: number): LogPage {
  const events: StoredEvent[] = [];
  let bytes = 0;
  let isFull = false;
  for (const event of wantedEvents(source, query, before)) {
    bytes += eventBytes(event.body);
    isFull = events.length >= query.limit || (events.length > 0 && bytes > query.bytesMax);
    if (isFull) break;
    events.push(event);
  }
  return { events: query.take === 'oldest' ? events : events.reverse(), more: isFull };
}

/** Beginning with the end that is taken. */
function* wantedEvents(source: PageSource, query: PageQuery, before: number): Generator<StoredEvent> {
  let seqs: Seq[] = [];
  const read = (): StoredEvent[] => {
    const events = source.events(seqs);
    seqs = [];
    return query.take === 'oldest' ? events : events.reverse();
  };
  for (const seq of mergedSeqs(source, query, before)) {
    if (seqs.push(seq) === eventsAtOnce) yield* read();
  }
  if (seqs.length > 0) yield* read();
}

function* mergedSeqs(source: PageSource, query: PageQuery, before: number): Generator<Seq> {
  const rooms = [...new Set(query.rooms)];
  const chunk = Math.max(chunkMin, Math.ceil((query.limit + 1) / Math.max(1, rooms.length)));
  const cursors = rooms.map((room): Cursor => {
    const after = Math.max(query.after ?? 0, query.floors?.get(room) ?? 0);
    return { room, after, before, seqs: [], isDry: after + 1 >= before };
  });
  while (true) {
    for (const cursor of cursors) refill(source, cursor, query.take, chunk);
    const first = firstOf(cursors, query.take);
    const seq = first?.seqs.pop();
    if (seq === undefined) return;
    yield seq;
  }
}

/** `seqs` is kept with the next one last, so that taking it moves nothing. */
function refill(source: PageSource, cursor: Cursor, take: PageQuery['take'], chunk: number): void {
  if (cursor.isDry || cursor.seqs.length > 0) return;
  const seqs = source.seqs(cursor.room, cursor.after, cursor.before, take, chunk);
  cursor.isDry = seqs.length < chunk;
  const last = seqs.at(-1);
  if (last !== undefined && take === 'oldest') cursor.after = last;
  if (last !== undefined && take === 'newest') cursor.before = last;
  cursor.seqs = seqs.reverse();
}

function firstOf(cursors: readonly Cursor[], take: PageQuery['take']): Cursor | undefined {
  let first: Cursor | undefined;
  let firstSeq = 0;
  for (const cursor of cursors) {
    const seq = cursor.seqs.at(-1);
    if (seq === undefined) continue;
    if (first && (take === 'oldest' ? seq > firstSeq : seq < firstSeq)) continue;
    first = cursor;
    firstSeq = seq;
  }
  return first;
}
