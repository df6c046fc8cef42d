// Pages of the past from what is kept, with the answers that a server would give; and what a server's answer tells of
// which stretch is whole now.
import { limits } from '../../protocol/limits.ts';
import type { ServerPackets } from '../../protocol/packet.ts';
import type { PastBounds } from '../client.ts';
import type { Events, Place } from './events.ts';
import type { Span, Spans } from './spans.ts';

type Past = ServerPackets['past'];
type Page = Pick<Past, 'events' | 'more' | 'newer'>;

export class Pages {
  readonly #events: Events;
  readonly #spans: Spans;

  constructor(events: Events, spans: Spans) {
    this.#events = events;
    this.#spans = spans;
  }

  /** `undefined` where what is asked for is not here, or not whole. */
  page(place: Place, bounds: PastBounds): Past | undefined {
    const limit = Math.max(1, Math.min(bounds.limit, limits.pageEvents));
    const page = this.#page(place, { ...bounds, limit });
    return page && { kind: 'past', re: 0, room: place.room, ...page };
  }

  #page(place: Place, { before, after, around, at, limit }: PastBounds): Page | undefined {
    if (around !== undefined) return this.#around(place, around, limit);
    if (at !== undefined) return this.#since(place, at, limit);
    if (before === undefined && after !== undefined) return this.#newer(place, after, limit);
    return this.#older(place, before, after ?? -1, limit);
  }

  #older(place: Place, before: number | undefined, after: number, limit: number): Page | undefined {
    const span = before === undefined ? this.#spans.newest(place.id) : this.#spans.at(place.id, before - 1);
    if (span === undefined) return undefined;
    const [from, to] = [Math.max(span.low, after + 1), before === undefined ? span.high : before - 1];
    const found = this.#events.page(place, { from, to, take: 'newest', limit: limit + 1 });
    const isCut = found.length > limit;
    const isWhole = isCut || from === after + 1 || span.low === 0;
    if (found.length === 0 && !isWhole) return undefined;
    return { events: isCut ? found.slice(1) : found, more: isCut || !isWhole };
  }

  #newer(place: Place, after: number, limit: number): Page | undefined {
    // Behind the end of all there is nothing, which is whole too.
    const span = this.#spans.at(place.id, after + 1) ?? this.#newestUpTo(place, after);
    if (span === undefined) return undefined;
    const bounds = { from: after + 1, to: span.high, limit: limit + 1 };
    const found = this.#events.page(place, { ...bounds, take: 'oldest' });
    const isCut = found.length > limit;
    if (found.length === 0 && !span.follows) return undefined;
    return { events: isCut ? found.slice(0, -1) : found, more: isCut || !span.follows };
  }

  #newestUpTo(place: Place, seq: number): Span | undefined {
    const span = this.#spans.newest(place.id);
    return span !== undefined && span.high <= seq ? span : undefined;
  }

  #around(place: Place, seq: number, limit: number): Page | undefined {
    const span = this.#spans.at(place.id, seq);
    if (span === undefined) return undefined;
    const half = Math.floor(limit / 2);
    const rest = { take: 'oldest', limit: limit - half + 1 } as const;
    const behind = this.#events.page(place, { from: seq, to: span.high, ...rest });
    const isCutBehind = behind.length > limit - half;
    const ahead = this.#events.page(place, { from: span.low, to: seq - 1, take: 'newest', limit: half + 1 });
    const isCutAhead = ahead.length > half;
    return {
      events: [...(isCutAhead ? ahead.slice(1) : ahead), ...(isCutBehind ? behind.slice(0, -1) : behind)],
      more: isCutAhead || span.low > 0,
      newer: isCutBehind || !span.follows,
    };
  }

  #since(place: Place, at: number, limit: number): Page | undefined {
    const first = this.#events.firstAt(place, at);
    const span = first === undefined ? undefined : this.#spans.at(place.id, first);
    if (first === undefined || span === undefined) return undefined;
    const before = this.#events.page(place, { from: span.low, to: first - 1, take: 'newest', limit: 1 });
    // The first that is here, with something missing before it, need not be the first that was.
    if (before.length === 0 && span.low > 0) return undefined;
    const bounds = { from: first, to: span.high, limit: limit + 1 };
    const found = this.#events.page(place, { ...bounds, take: 'oldest' });
    const isCut = found.length > limit;
    return {
      events: isCut ? found.slice(0, -1) : found,
      more: before.length > 0,
      newer: isCut || !span.follows,
    };
  }
}

/**
 * What is whole by a server's answer; `undefined` where it says nothing of that. `reaches`: the log goes as far as
 * `before`, or what the room will be told later would count as known.
 */
export function spanOf(
  bounds: PastBounds,
  past: Past,
  reaches: (seq: number) => boolean,
): Omit<Span, 'follows'> | undefined {
  const { before, after, around, at } = bounds;
  const [first, last] = [past.events[0]?.seq, past.events.at(-1)?.seq];
  if (around !== undefined || at !== undefined) {
    return first === undefined || last === undefined ? undefined : { low: past.more ? first : 0, high: last };
  }
  if (before === undefined && after !== undefined) {
    return last === undefined ? undefined : { low: after + 1, high: last };
  }
  const high = before !== undefined && reaches(before) ? before - 1 : last;
  const low = past.more ? first : after === undefined ? 0 : after + 1;
  return low === undefined || high === undefined || high < low ? undefined : { low, high };
}
