// To a message in its context, whichever room it is in: what a quote does, and a search result. The pager fetches what
// the window does not hold.
import type { RoomName } from '../protocol/names.ts';
import type { Seq } from '../protocol/packet.ts';
import type { Store } from './state/store.ts';

/** Opens `room`, which was joined, and shows the message there; until the next key it is marked. */
export const goToMessage = (store: Store, room: RoomName, seq: Seq): void => {
  if (store.get().room !== room) store.dispatch({ type: 'open-room', room });
  store.dispatch({ type: 'go-to', to: { around: seq } });
};

/** The first message of the open room at or after `at` (Unix ms). */
export const goToTime = (store: Store, at: number): void =>
  store.dispatch({ type: 'go-to', to: { at } });
