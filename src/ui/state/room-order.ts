// The order of the room list: the default room, rooms by name, then direct ones, the one last used first. Decided when
// the list changes or the reader comes back to it, not with each message: the number of a room must not move under the
// finger that goes for it. Pure; called by update.ts.
import { defaultRoom } from '../../protocol/limits.ts';
import { isDirect } from './room-label.ts';
import type { RoomView, State } from './state.ts';

const byName = new Intl.Collator('en', { numeric: true });

const rank = ({ room }: RoomView): number => (room === defaultRoom ? 0 : isDirect(room) ? 2 : 1);

export const inOrder = (rooms: readonly RoomView[], timelines: State['timelines']): readonly RoomView[] => {
  const newest = ({ room }: RoomView) => timelines.get(room)?.latest ?? 0;
  const compare = (one: RoomView, other: RoomView): number => {
    if (rank(one) !== rank(other)) return rank(one) - rank(other);
    if (rank(one) < 2) return byName.compare(one.room, other.room);
    return (
      newest(other) - newest(one) ||
      (other.last ?? 0) - (one.last ?? 0) ||
      byName.compare(one.room, other.room)
    );
  };
  const sorted = rooms.toSorted(compare);
  return sorted.every((room, index) => room === rooms[index]) ? rooms : sorted;
};
