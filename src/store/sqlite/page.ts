// A page over several rooms, merged by seq without reading more than it gives: each room hands out its seqs in small
// chunks from the index, and of the events little more is read than is taken. (One statement over all rooms either sorts
// everything that matches or walks past everything that does not.) Called by log.ts.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import { readBytes } from '../content.ts';
import type { LogPage, PageQuery, StoredEvent } from '../log.ts';

/** Seqs in one order: between the exclusive bounds, from the end that is taken first, at most `most`. */
export type ReadSeqs = (after: number, before: number, most: number) => Seq[];

/** What a page reads from. */
export type PageSource = {
  /** Of what the room tells. */
  seqs(room: RoomName, after: number, before: number, take: PageQuery['take'], most: number): Seq[];
  /** Of the room's changes, of messages over `hidden`. */
  changes(
    room: RoomName,
    after: number,
    before: number,
    take: PageQuery['take'],
    most: number,
    hidden: number,
  ): Seq[];
  /** The events at these places, in rising order. */
  events(seqs: readonly Seq[]): StoredEvent[];
};

export type Cursor = { readonly read: ReadSeqs; readonly after: number; readonly before: number };
type OpenCursor = { readonly read: ReadSeqs; after: number; before: number; seqs: Seq[]; isDry: boolean };
type Bounds = Pick<PageQuery, 'take' | 'limit' | 'bytesMax'>;

/** Fewer than this in one reading are not worth the statement. */
const chunkMin = 16;
/** Events read in one statement: half the time of one statement each. Of large ones a MiB may be read in vain. */
const eventsAtOnce = 64;

/** `before` is exclusive and already no further than the tail allows. */
export function readPage(source: PageSource, query: PageQuery, before: number): LogPage {
  return pageOfSeqs(source, cursorsOf(source, query, before), query);
}

/** The page of what the cursors hand out, merged. */
export function pageOfSeqs(
  source: Pick<PageSource, 'events'>,
  cursors: readonly Cursor[],
  query: Bounds,
): LogPage {
  const events: StoredEvent[] = [];
  let bytes = 0;
  let isFull = false;
  for (const event of wantedEvents(source, cursors, query)) {
    bytes += readBytes(event);
    isFull = events.length >= query.limit || (events.length > 0 && bytes > query.bytesMax);
    if (isFull) break;
    events.push(event);
  }
  return { events: query.take === 'oldest' ? events : events.reverse(), more: isFull };
}

function cursorsOf(source: PageSource, query: PageQuery, before: number): Cursor[] {
  const { take, after = 0, changesAfter } = query;
  const rooms = [...new Set(query.rooms)];
  const lines = rooms.map((room): Cursor => {
    const read: ReadSeqs = (from, to, most) => source.seqs(room, from, to, take, most);
    const floor = Math.max(query.floors?.get(room) ?? 0, query.hidden?.get(room) ?? 0);
    return { read, after: Math.max(after, floor), before };
  });
  if (changesAfter === undefined) return lines;
  const changes = rooms.map((room): Cursor => {
    const hidden = query.hidden?.get(room) ?? 0;
    const read: ReadSeqs = (from, to, most) => source.changes(room, from, to, take, most, hidden);
    return { read, after: Math.max(after, changesAfter, hidden), before };
  });
  return [...lines, ...changes];
}

/** Beginning with the end that is taken. */
function* wantedEvents(
  source: Pick<PageSource, 'events'>,
  cursors: readonly Cursor[],
  query: Bounds,
): Generator<StoredEvent> {
  let seqs: Seq[] = [];
  const read = (): StoredEvent[] => {
    const events = source.events(seqs);
    seqs = [];
    return query.take === 'oldest' ? events : events.reverse();
  };
  for (const seq of mergedSeqs(cursors, query)) {
    if (seqs.push(seq) === eventsAtOnce) yield* read();
  }
  if (seqs.length > 0) yield* read();
}

function* mergedSeqs(unread: readonly Cursor[], { take, limit }: Bounds): Generator<Seq> {
  const chunk = Math.max(chunkMin, Math.ceil((limit + 1) / Math.max(1, unread.length)));
  const cursors = unread.map(
    (cursor): OpenCursor => ({ ...cursor, seqs: [], isDry: cursor.after + 1 >= cursor.before }),
  );
  while (true) {
    for (const cursor of cursors) refill(cursor, take, chunk);
    const first = firstOf(cursors, take);
    const seq = first?.seqs.pop();
    if (seq === undefined) return;
    yield seq;
  }
}

/** `seqs` is kept with the next one last, so that taking it moves nothing. */
function refill(cursor: OpenCursor, take: PageQuery['take'], chunk: number): void {
  if (cursor.isDry || cursor.seqs.length > 0) return;
  const seqs = cursor.read(cursor.after, cursor.before, chunk);
  cursor.isDry = seqs.length < chunk;
  const last = seqs.at(-1);
  if (last !== undefined && take === 'oldest') cursor.after = last;
  if (last !== undefined && take === 'newest') cursor.before = last;
  cursor.seqs = seqs.reverse();
}

function firstOf(cursors: readonly OpenCursor[], take: PageQuery['take']): OpenCursor | undefined {
  let first: OpenCursor | undefined;
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
