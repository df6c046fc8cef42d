// Whether a page of history is what was asked for. Who pages through a room goes on from what came, so a page from
// elsewhere would lead in circles. The session asks it of each answer.
import type { RoomName } from '../protocol/names.ts';
import type { Seq, ServerPackets } from '../protocol/packet.ts';
import { ConnectionLost } from './errors.ts';

export type PastBounds = { readonly before?: Seq; readonly after?: Seq; readonly limit: number };

/** The page itself; throws `ConnectionLost` for one with other messages than those of `room` within `bounds`. */
export function asAsked(
  past: ServerPackets['past'],
  room: RoomName,
  { before, after, limit }: PastBounds,
): ServerPackets['past'] {
  const [from, to] = [after ?? -1, before ?? Number.POSITIVE_INFINITY];
  const isWithin = past.events.every((event) => {
    return event.room === room && event.seq > from && event.seq < to;
  });
  if (isWithin && past.events.length <= limit) return past;
  throw new ConnectionLost('The server answered with messages that were not asked for.');
}
