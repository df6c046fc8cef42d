// Whether an answer is what was asked for. Who pages through a room, or through what was found, goes on from what
// came, so a page from elsewhere would lead in circles. Asked of each answer by questions.ts.
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, Seq, ServerPackets } from '../protocol/packet.ts';
import type { PastBounds } from './client.ts';
import { ConnectionLost } from './errors.ts';

/** The page itself; throws `ConnectionLost` for one with other messages than those of `room` within `bounds`. */
export function asAsked(
  past: ServerPackets['past'],
  room: RoomName,
  { before, after, around, at, limit }: PastBounds,
): ServerPackets['past'] {
  const [from, to] = [after ?? -1, before ?? Number.POSITIVE_INFINITY];
  const isWithin = past.events.every((event) => {
    return event.room === room && event.seq > from && event.seq < to && isBearable(event);
  });
  const isFromThen = at === undefined || past.events.every((event) => event.at >= at);
  const isAround = around === undefined || holds(past, around);
  if (isWithin && isFromThen && isAround && past.room === room && past.events.length <= limit) return past;
  throw notAsked();
}

/** The middle is in the page, between its events, or beyond an end behind which there is nothing more. */
function holds({ events, more, newer = false }: ServerPackets['past'], middle: Seq): boolean {
  const [first, last] = [events[0]?.seq, events.at(-1)?.seq];
  if (first === undefined || last === undefined) return !more && !newer;
  return (first <= middle || !more) && (last >= middle || !newer);
}

/** As `asAsked`, for what was found: within the bound, and no more than was wanted. */
export function asSought(
  found: ServerPackets['found'],
  { before, limit }: { readonly before?: Seq; readonly limit: number },
): ServerPackets['found'] {
  const to = before ?? Number.POSITIVE_INFINITY;
  const isWithin = found.events.every((event) => event.seq < to && isBearable(event));
  if (isWithin && found.events.length <= limit) return found;
  throw notAsked();
}

/** What a server that keeps its own bounds can send: more reactions than that would fill the screen's memory. */
export function isBearable(event: AnyEvent): boolean {
  if (event.type !== 'message' || event.reactions === undefined) return true;
  let count = 0;
  for (const { by } of event.reactions) count += 1 + by.length;
  return count <= 2 * limits.reactionsPerMessage;
}

function notAsked(): ConnectionLost {
  return new ConnectionLost('The server answered with messages that were not asked for.');
}
