// The list on the left: rooms one is in with the number that Alt opens them by, unread messages and mentions apart
// (`2 1!`), and behind them those one is invited to, as `+room`.
import type { RoomName } from '../../protocol/names.ts';
import { columns } from '../../text/width.ts';
import { callsOf } from '../state/marks.ts';
import { labelOf } from '../state/room-label.ts';
import type { RoomView, State } from '../state/state.ts';
import { cutTo, padEnd } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

/** Larger counts say nothing more and would eat the name. */
const countText = (count: number): string => (count > 99 ? '99+' : String(count));

/** `2 1!`: unread messages, and those of them that speak to the reader. */
const callText = ({ unread, mentions }: { readonly unread: number; readonly mentions: number }): string =>
  [unread > 0 ? countText(unread) : '', mentions > 0 ? `${countText(mentions)}!` : '']
    .filter((text) => text !== '')
    .join(' ');

export const roomList = (state: State, width: number, height: number): readonly PaintedRow[] => {
  const inner = width - 1;
  const border = state.theme.paint('dim', '│');
  const texts = roomTexts(state, inner, height);
  return Array.from({ length: height }, (_, index) => (texts[index] ?? ' '.repeat(inner)) + border);
};

/** Where not all have a place, the open room stands in the middle. */
const firstShown = ({ rooms, invitations, room: open }: State, height: number): number => {
  const at = rooms.findIndex(({ room }) => room === open);
  return Math.max(0, Math.min(at - Math.floor(height / 2), rooms.length + invitations.length - height));
};

export type Listed = { readonly is: 'in' | 'invited'; readonly room: RoomName };

/** What stands in a row of the list: for the mouse. */
export const listedAt = (state: State, height: number, row: number): Listed | undefined => {
  const index = firstShown(state, height) + row;
  const view = state.rooms[index];
  if (view) return { is: 'in', room: view.room };
  const invitation = state.invitations[index - state.rooms.length];
  return invitation && { is: 'invited', room: invitation.room };
};

/** The ends say how many there are beyond. */
const roomTexts = (state: State, width: number, height: number): readonly string[] => {
  const { rooms, invitations } = state;
  const count = rooms.length + invitations.length;
  const first = firstShown(state, height);
  const rows = [
    ...rooms.map((room, index) => () => roomText(state, room, index, width)),
    ...invitations.map(
      ({ room }) =>
        () =>
          invitationText(state, room, width),
    ),
  ];
  const texts = rows.slice(first, first + height).map((row) => row());
  const beyond = (sign: string, more: number) =>
    state.theme.paint('dim', padEnd(` ${sign} ${more} more`, width));
  const below = count - first - texts.length;
  if (first > 0) texts[0] = beyond('↑', first + 1);
  if (below > 0) texts[texts.length - 1] = beyond('↓', below + 1);
  return texts;
};

/** The number that Alt opens the room by. */
const keyOf = (index: number): string => (index < 9 ? `${index + 1}` : index === 9 ? '0' : ' ');

const roomText = (state: State, room: RoomView, index: number, width: number): string => {
  const calls = callsOf(state, room.room);
  const call = callText(calls);
  const space = width - columns(call) - (call === '' ? 0 : 1);
  const name = padEnd(
    ` ${keyOf(index)}${cutTo(labelOf(room), Math.max(2, space - 2))}`,
    width - columns(call),
  );
  const text = name + call;
  if (room.room === state.room) return state.theme.paint('selected', text);
  if (calls.isMuted) return state.theme.paint('dim', text);
  if (calls.mentions > 0) return state.theme.paint('warn', text);
  return call === '' ? text : state.theme.paint('accent', text);
};

const invitationText = (state: State, room: string, width: number): string =>
  state.theme.paint('accent', padEnd(`  +${room}`, width));
