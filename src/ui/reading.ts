// Tells the server how far the open room was read: the newest message that stood before somebody's eyes. Started by
// run.tsx. The client tells it at most once a second, the newest only.
import type { Client } from '../client/client.ts';
import type { RoomName } from '../protocol/names.ts';
import type { Seq } from '../protocol/packet.ts';
import { isLooking } from './state/marks.ts';
import type { Store } from './state/store.ts';

/** Returns the way to stop. */
export const startReading = (client: Client, store: Store): (() => void) => {
  const told = new Map<RoomName, number>();
  const look = () => {
    const state = store.get();
    const mark = state.marks.get(state.room);
    // Without the server's word on where one was, everything that is here would count as read.
    if (!mark || !isLooking(state)) return;
    const known = Math.max(mark.told, told.get(state.room) ?? 0);
    if (mark.read <= known) return;
    told.set(state.room, mark.read);
    client.markRead(state.room, mark.read as Seq);
  };
  return store.subscribe(look);
};
