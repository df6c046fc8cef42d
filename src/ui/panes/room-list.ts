// The list on the left: joined rooms with the number that Alt opens them by, and how much is unread in each.
import { columns } from '../../text/width.ts';
import type { RoomView, State } from '../state/state.ts';
import { padEnd } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

/** Larger counts say nothing more and would eat the name. */
const countText = (unseen: number): string => (unseen === 0 ? '' : unseen > 99 ? '99+' : String(unseen));

export const roomList = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const inner = width - 1;
  const border = state.theme.paint('dim', '│');
  const rows: PaintedRow[] = [];
  for (let index = 0; index < height; index++) {
    const room = state.rooms[index];
    rows.push({
      key: `${index}`,
      text: (room ? roomText(state, room, index, inner) : ' '.repeat(inner)) + border,
    });
  }
  return rows;
};

const roomText = (state: State, room: RoomView, index: number, width: number): string => {
  const count = countText(state.timelines.get(room.room)?.unseen ?? 0);
  const number = index < 9 ? `${index + 1}` : index === 9 ? '0' : ' ';
  const name = padEnd(` ${number}#${room.room}`, width - columns(count));
  const text = name + count;
  if (room.room === state.room) return state.theme.paint('selected', text);
  return count === '' ? text : state.theme.paint('accent', text);
};
