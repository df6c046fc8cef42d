// What a client knows of one room: stretches of its events without a hole (spans), bounded in number. The timeline
// reads it, sync, live events and history pages fill it. Pure data: it asks nobody and draws nothing.
//
// How a timeline uses it:
//   - `addTail(events, gaps)` for each `events` of the client (those of this room), and for `acked` with its event;
//     `addPast(bounds, past)` with the same bounds that history() was asked; `closeTail()` on an own /part, and a
//     new cache on another log. `keep(anchor)` after each of them: it costs nothing until there is too much.
//   - The view is an anchor, a seq and a row within it. `eventsFrom(anchor, 'older')` and `'newer'` walk from there
//     as far as rows are needed. Where a walk stops, `edge(seq, direction)` says why: the room begins or ends there
//     ('end'), or something is missing, and then `missing(seq, direction)` is what to ask of history().
//   - Before anything is known, `missing('tail', 'older')` asks for the newest page.
//   - `version` rises with each change, so that a selector can tell whether to work again.
//
// A span covers all seqs from `lo` to `hi`, both included: what has no event there has none in this room. `lo` 0:
// the room's first event is in it. `hi` Infinity: it grows with the live events.
import { limits } from '../protocol/limits.ts';
import type { AnyEvent, Seq } from '../protocol/packet.ts';

export type Span = {
  readonly lo: number;
  readonly hi: number;
  /** Rising seq. The array grows in place; it is for reading at once, not for keeping. */
  readonly events: readonly AnyEvent[];
};

export type Direction = 'older' | 'newer';
/** Bounds as history() takes them, both exclusive. */
export type HistoryBounds = { readonly before?: Seq; readonly after?: Seq };
export type Gap = { readonly after: Seq; readonly before: Seq };
export type Place = { readonly span: Span; readonly index: number };

type OwnSpan = { lo: number; hi: number; events: AnyEvent[] };

export type CacheBounds = {
  readonly eventsMost: number;
  /** The newest events stay whatever is looked at, so that End is there at once. */
  readonly tailKept: number;
};

/** 200: four high screens of one-line messages. */
const usual: CacheBounds = { eventsMost: limits.clientEventsPerRoom, tailKept: 200 };

export class RoomCache {
  readonly #bounds: CacheBounds;
  #spans: OwnSpan[] = [];
  #version = 0;

  constructor(bounds: CacheBounds = usual) {
    this.#bounds = bounds;
  }

  get version(): number {
    return this.#version;
  }

  /** Oldest first, with something missing between any two. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Events held. */
  get size(): number {
    return this.#spans.reduce((sum, { events }) => sum + events.length, 0);
  }

  /** The span that live events go to. */
  get tail(): Span | undefined {
    return this.#tail();
  }

  /** The newest event held of the tail. */
  get newest(): AnyEvent | undefined {
    return this.#tail()?.events.at(-1);
  }

  /** What came by sync or live, in rising order, and own posts when they have their place. Known ones are replaced. */
  addTail(events: readonly AnyEvent[], gaps: readonly Gap[] = []): void {
    for (const gap of gaps) this.#cut(gap);
    for (const event of events) this.#addLive(event);
    this.#version += 1;
  }

  /** An answer of history() to exactly these bounds. */
  addPast(
    bounds: HistoryBounds,
    past: { readonly events: readonly AnyEvent[]; readonly more: boolean },
  ): void {
    const first = past.events[0];
    const last = past.events.at(-1);
    const isOldestFirst = bounds.after !== undefined && bounds.before === undefined;
    let lo = bounds.after === undefined ? 0 : bounds.after + 1;
    let hi = bounds.before === undefined ? Number.POSITIVE_INFINITY : bounds.before - 1;
    if (past.more && isOldestFirst) hi = last?.seq ?? lo - 1;
    if (past.more && !isOldestFirst) lo = first?.seq ?? hi + 1;
    // An empty page with more behind it teaches nothing.
    if (lo > hi) return;
    this.#merge({ lo, hi, events: [...past.events] });
    this.#version += 1;
  }

  /** The room was left: what comes after a return does not follow on what is here. */
  closeTail(): void {
    const tail = this.#tail();
    if (tail === undefined) return;
    const last = tail.events.at(-1);
    if (last === undefined) this.#spans.pop();
    else tail.hi = last.seq;
    this.#version += 1;
  }

  clear(): void {
    this.#spans = [];
    this.#version += 1;
  }

  get(seq: Seq): AnyEvent | undefined {
    const place = this.indexOf(seq);
    return place?.span.events[place.index];
  }

  /** Where the event is, if it is held. */
  indexOf(seq: Seq): Place | undefined {
    const span = this.spanAt(seq);
    if (span === undefined) return undefined;
    const index = indexFrom(span.events, seq);
    return span.events[index]?.seq === seq ? { span, index } : undefined;
  }

  /** The span that covers `seq`, whether or not there is an event. */
  spanAt(seq: Seq | 'tail'): Span | undefined {
    if (seq === 'tail') return this.#tail();
    return this.#spans.find(({ lo, hi }) => lo <= seq && seq <= hi);
  }

  /** Events of one span from `seq` on (itself included, if it is there) or from the newest; a walk ends at its edge. */
  *eventsFrom(seq: Seq | 'tail', direction: Direction): Generator<AnyEvent, void> {
    const events = this.spanAt(seq)?.events;
    if (events === undefined) return;
    const step = direction === 'older' ? -1 : 1;
    for (let index = startOf(events, seq, direction); ; index += step) {
      const event = events[index];
      if (event === undefined) return;
      yield event;
    }
  }

  /** How the span of `seq` stops in a direction: at the room's own end, or because something is missing. */
  edge(seq: Seq | 'tail', direction: Direction): 'end' | 'missing' {
    const span = this.spanAt(seq);
    if (span === undefined) return 'missing';
    if (direction === 'older') return span.lo === 0 ? 'end' : 'missing';
    return span.hi === Number.POSITIVE_INFINITY ? 'end' : 'missing';
  }

  /** What to ask of history() to go on beyond the edge; nothing where the room ends. */
  missing(seq: Seq | 'tail', direction: Direction): HistoryBounds | undefined {
    if (this.edge(seq, direction) === 'end') return undefined;
    const span = this.spanAt(seq);
    if (span === undefined) return seq === 'tail' ? {} : aroundUnknown(seq, direction);
    if (direction === 'newer') return { after: span.hi as Seq };
    const older = this.#spans.findLast(({ hi }) => hi < span.lo);
    return { before: span.lo as Seq, ...(older === undefined ? {} : { after: older.hi as Seq }) };
  }

  /** The event before or behind in the whole cache, over gaps: for steps that do not care what is missing. */
  neighbour(seq: Seq, direction: Direction): AnyEvent | undefined {
    const isOlder = direction === 'older';
    const spans = isOlder ? this.#spans.toReversed() : this.#spans;
    for (const { events } of spans) {
      const event = isOlder ? events[indexFrom(events, seq) - 1] : events[indexFrom(events, seq + 1)];
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** Lets go of what is far from the anchor, once there is clearly too much. The newest of the tail always stay. */
  keep(around: Seq | 'tail'): void {
    const { eventsMost, tailKept } = this.#bounds;
    // A quarter may gather above the bound: trimming then costs less than one step an event.
    if (this.size <= eventsMost * 1.25) return;
    const half = Math.floor((eventsMost - tailKept) / 2);
    const middle = around === 'tail' ? this.size : this.#rank(around);
    const from = around === 'tail' ? middle - eventsMost : middle - half;
    this.#spans = this.#spans.flatMap(windowed({ from, to: middle + half, tailKept }));
    this.#version += 1;
  }

  /** Events held with a lower seq. */
  #rank(seq: Seq): number {
    return this.#spans.reduce((sum, { events }) => sum + indexFrom(events, seq), 0);
  }

  #tail(): OwnSpan | undefined {
    const last = this.#spans.at(-1);
    return last?.hi === Number.POSITIVE_INFINITY ? last : undefined;
  }

  #addLive(event: AnyEvent): void {
    const tail = this.#tail();
    if (tail === undefined) this.#merge({ lo: event.seq, hi: Number.POSITIVE_INFINITY, events: [event] });
    else if (event.seq >= tail.lo) put(tail.events, event);
    else this.#addBehind(event);
  }

  /** An own post that got its place in what was left out since is not kept: history() brings it with the rest. */
  #addBehind(event: AnyEvent): void {
    const span = this.#spans.find(({ lo, hi }) => lo <= event.seq && event.seq <= hi);
    if (span !== undefined) put(span.events, event);
  }

  /** What lies between the bounds is not known (any more); behind them the tail begins. */
  #cut({ after, before }: Gap): void {
    const parts = this.#spans.flatMap((span) => [
      part(span, span.lo, Math.min(span.hi, after)),
      part(span, Math.max(span.lo, before), span.hi),
    ]);
    this.#spans = parts.filter((span) => span.lo <= span.hi);
    if (this.#tail() === undefined) this.#merge({ lo: before, hi: Number.POSITIVE_INFINITY, events: [] });
  }

  #merge(added: OwnSpan): void {
    const touches = (span: OwnSpan) => span.lo <= added.hi + 1 && added.lo <= span.hi + 1;
    const all = [...this.#spans.filter(touches), added];
    const merged: OwnSpan = {
      lo: Math.min(...all.map(({ lo }) => lo)),
      hi: Math.max(...all.map(({ hi }) => hi)),
      events: all.map(({ events }) => events).reduce(union),
    };
    this.#spans = [...this.#spans.filter((span) => !touches(span)), merged].sort((a, b) => a.lo - b.lo);
  }
}

/** Index of the first event at or over `seq`. */
function indexFrom(events: readonly AnyEvent[], seq: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startOf(events: readonly AnyEvent[], seq: Seq | 'tail', direction: Direction): number {
  if (seq === 'tail') return direction === 'older' ? events.length - 1 : events.length;
  return direction === 'newer' ? indexFrom(events, seq) : indexFrom(events, seq + 1) - 1;
}

function aroundUnknown(seq: Seq, direction: Direction): HistoryBounds {
  return direction === 'older' ? { before: (seq + 1) as Seq } : { after: Math.max(0, seq - 1) as Seq };
}

/** In its place; at the end, as nearly always, for nothing. */
function put(events: AnyEvent[], event: AnyEvent): void {
  const index = indexFrom(events, event.seq);
  events.splice(index, events[index]?.seq === event.seq ? 1 : 0, event);
}

function part(span: OwnSpan, lo: number, hi: number): OwnSpan {
  return { lo, hi, events: span.events.slice(indexFrom(span.events, lo), indexFrom(span.events, hi + 1)) };
}

/** Both in rising order; where both have a seq, the second is the newer word. */
function union(a: AnyEvent[], b: AnyEvent[]): AnyEvent[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const [firstA, firstB] = [a[0]?.seq ?? 0, b[0]?.seq ?? 0];
  if (firstB > (a.at(-1)?.seq ?? 0)) return a.concat(b);
  if (firstA > (b.at(-1)?.seq ?? 0)) return b.concat(a);
  const bySeq = new Map([...a, ...b].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((x, y) => x.seq - y.seq);
}

type Window = { readonly from: number; readonly to: number; readonly tailKept: number };

/** For one span after the other: what of it lies in the window [from, to) of all events, and the tail's newest. */
function windowed({ from, to, tailKept }: Window): (span: OwnSpan) => OwnSpan[] {
  let passed = 0;
  return (span) => {
    const { length } = span.events;
    const isTail = span.hi === Number.POSITIVE_INFINITY;
    const begin = Math.min(Math.max(from - passed, 0), length);
    const end = Math.min(Math.max(to - passed, 0), length);
    passed += length;
    const tailBegin = isTail ? Math.max(0, length - tailKept) : length;
    if (isTail && end >= tailBegin) return [sliced(span, Math.min(begin, tailBegin), length)];
    const ranges = [[begin, end] as const, [tailBegin, length] as const];
    return ranges.filter(([a, b]) => a < b).map(([a, b]) => sliced(span, a, b));
  };
}

function sliced(span: OwnSpan, begin: number, end: number): OwnSpan {
  const events = span.events.slice(begin, end);
  const lo = begin === 0 ? span.lo : (events[0]?.seq ?? span.lo);
  const hi = end === span.events.length ? span.hi : (events.at(-1)?.seq ?? span.hi);
  return { lo, hi, events };
}
