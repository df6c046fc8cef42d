// Messages of a room in rising order, page by page, however many: `history` prints them, an export
// writes them. What was given to the
// caller is let go, so a million of them cost the memory of one page.
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, Seq } from '../protocol/packet.ts';
import type { Client } from './client.ts';

export type Range = {
  /** At most this many: the oldest behind `after` when that is the only bound, else the newest. */
  readonly limit: number;
  readonly after?: Seq | undefined;
  readonly before?: Seq | undefined;
};

export async function* pastEvents(client: Client, room: RoomName, range: Range): AsyncGenerator<AnyEvent> {
  if (range.limit === 0) return;
  if (range.after !== undefined && range.before === undefined) {
    yield* forward(client, room, range);
    return;
  }
  const last = await client.history(room, asked(range, range.limit));
  // Short pages are allowed, so only `more` says whether there is something before them.
  if (!last.more || last.events.length >= range.limit) {
    yield* last.events.slice(-range.limit);
    return;
  }
  const start = await startOf(client, room, range, last.events);
  yield* forward(client, room, { limit: start.count, after: start.after, before: range.before });
}

type Bounds = Parameters<Client['history']>[1];

function asked({ after, before }: Omit<Range, 'limit'>, limit: number): Bounds {
  return {
    limit: Math.min(limit, limits.pageEvents),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

type Start = { readonly after: Seq | undefined; readonly count: number };

/** Walks back over the pages and keeps nothing of them but where the range begins. */
async function startOf(
  client: Client,
  room: RoomName,
  range: Range,
  newest: readonly AnyEvent[],
): Promise<Start> {
  let first = newest[0]?.seq;
  let count = newest.length;
  while (first !== undefined && count < range.limit) {
    const past = await client.history(
      room,
      asked({ after: range.after, before: first }, range.limit - count),
    );
    const begin = past.events[0]?.seq;
    if (begin === undefined) break;
    first = begin;
    count += past.events.length;
    if (!past.more) break;
  }
  // Bounds are exclusive and seqs are whole numbers.
  return { after: first === undefined ? range.after : ((first - 1) as Seq), count };
}

async function* forward(client: Client, room: RoomName, range: Range): AsyncGenerator<AnyEvent> {
  // Without a bound the room is read from its first message on: seq begins at 1.
  let after = range.after ?? (0 as Seq);
  let left = range.limit;
  while (left > 0) {
    const { events, more } = await client.history(room, asked({ after }, left));
    const wanted = events
      .filter(({ seq }) => range.before === undefined || seq < range.before)
      .slice(0, left);
    yield* wanted;
    left -= wanted.length;
    const last = events.at(-1);
    if (!more || last === undefined || wanted.length < events.length) return;
    after = last.seq;
  }
}
