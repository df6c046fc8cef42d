// What was kept of earlier runs, as the first thing that the screen shows: who one is there, the rooms, how far they were
// read. The messages come behind it as events like any others. A part of the table in update.ts.
import type { Kept } from '../../client/client.ts';
import { safeLine } from '../../text/safe-text.ts';
import { roomView } from './items.ts';
import { inOrder } from './room-order.ts';
import type { State } from './state.ts';

export const withKept = (state: State, { member, nick, rooms }: Omit<Kept, 'events' | 'marks'>): State => {
  const known = rooms.map(roomView);
  const open = known.some(({ room }) => room === state.room) ? [] : state.rooms;
  return {
    ...state,
    me: { nick: safeLine(nick), member },
    rooms: inOrder([...known, ...open], state.timelines),
  };
};
