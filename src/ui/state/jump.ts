// Shows a message, or what was said from a time on, in its room: search results, /goto and Alt-u go this way.
import type { RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import type { Store } from './store.ts';

type Screen = { readonly store: Store };

export function goToMessage({ store }: Screen, room: RoomName, seq: Seq): void {
  if (store.get().room !== room) store.dispatch({ type: 'open-room', room });
  store.dispatch({ type: 'go-to', to: { around: seq } });
}

/** The first of what was said from `at` (Unix milliseconds) on. */
export function goToTime({ store }: Screen, room: RoomName, at: number): void {
  if (store.get().room !== room) store.dispatch({ type: 'open-room', room });
  store.dispatch({ type: 'go-to', to: { at } });
}
