// The list of rooms comes in pages; who asks for it wants rooms. The session asks it for its callers.
import type { RoomNote } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import type { Requests } from './requests.ts';

/** All pages in one, at most `roomsListed` rooms. */
export async function wholeRoomList(requests: Requests): Promise<readonly RoomNote[]> {
  const page = (from: RoomNote['room'] | undefined) => {
    const rest = from === undefined ? {} : { from };
    return requests.ask((req) => ({ kind: 'rooms', req, ...rest }), 'rooms', 'ask-again');
  };
  let { rooms, next } = await page(undefined);
  while (next !== undefined && rooms.length < clientBounds.roomsListed) {
    const further = await page(next);
    // No room on it and still a next page would be asked for ever.
    if (further.rooms.length === 0) break;
    rooms = [...rooms, ...further.rooms];
    next = further.next;
  }
  return rooms.slice(0, clientBounds.roomsListed);
}
