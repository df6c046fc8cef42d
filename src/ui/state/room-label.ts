// What people call a room: `#general`, or `@bob` for the room that one has with bob. Called by panes and commands.

import { membersOfDirect, type RoomName } from '../../protocol/names.ts';
import type { Seq } from '../../protocol/packet.ts';
import type { RoomView, State } from './state.ts';

export const labelOf = ({ room, with: other }: Pick<RoomView, 'room' | 'with'>): string => {
  if (other) return `@${other.nick}`;
  return membersOfDirect(room) ? '@?' : `#${room}`;
};

/** Of a room that may not be listed (yet). */
export const roomLabel = (state: Pick<State, 'rooms' | 'people' | 'me'>, room: RoomName): string => {
  const view = state.rooms.find((one) => one.room === room);
  if (view) return labelOf(view);
  const other = membersOfDirect(room)?.find((member) => member !== state.me.member);
  const nick = [...state.people.values()].find(({ member }) => member === other)?.nick;
  return nick === undefined ? labelOf({ room }) : `@${nick}`;
};

export const isDirect = (room: RoomName): boolean => membersOfDirect(room) !== undefined;

export const noSuchMessage = (seq: Seq, label: string): string => `There is no message #${seq} in ${label}.`;
