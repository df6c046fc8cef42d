// The list on the left: joined rooms with the number that Alt opens them by, and how much is unread in each.
import { columns } from '../../text/width.ts';
import type { RoomView, State } from '../state/state.ts';
import { unseenIn } from '../state/view.ts';
import { padEnd } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

/** Larger counts say nothing more and would eat the name. */
const countText = (unseen: number): string => (unseen === 0 ? '' : unseen > 99 ? '99+' : String(unseen));

export const roomList = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const inner = width - 1;
  const border = state.theme.paint('dim', '│');
  const texts = roomTexts(state, inner, height);
  return Array.from({ length: height }, (_, index) => (texts[index] ?? ' '.repeat(inner)) + border);
};

/** Where not all have a place, the open room stands in the middle, and the ends say how many there are beyond. */
const roomTexts = (state: State, width: number, height: number): readonly string[] => {
  const { rooms } = state;
  const open = rooms.findIndex(({ room }) => room === state.room);
  const first = Math.max(0, Math.min(open - Math.floor(height / 2), rooms.length - height));
  const texts = rooms
    .slice(first, first + height)
    .map((room, index) => roomText(state, room, first + index, width));
  const beyond = (sign: string, count: number) =>
    state.theme.paint('dim', padEnd(` ${sign} ${count} more`, width));
  const below = rooms.length - first - texts.length;
  if (first > 0) texts[0] = beyond('↑', first + 1);
  if (below > 0) texts[texts.length - 1] = beyond('↓', below + 1);
  return texts;
};

const roomText = (state: State, room: RoomView, index: number, width: number): string => {
  const count = countText(unseenIn(state, room.room));
  const number = index < 9 ? `${index + 1}` : index === 9 ? '0' : ' ';
  const name = padEnd(` ${number}#${room.room}`, width - columns(count));
  const text = name + count;
  if (room.room === state.room) return state.theme.paint('selected', text);
  return count === '' ? text : state.theme.paint('accent', text);
};
