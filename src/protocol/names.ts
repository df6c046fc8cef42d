// Names of rooms on the wire, whose form both ends check. Nicks are in text/nick.ts.
import * as v from 'valibot';
import { limits } from './limits.ts';

const asciiRoom = /^[a-z0-9][a-z0-9_.-]*$/;
const anyRoom = /^[\p{Ll}\p{Lo}\p{Nd}][\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}_.-]*$/u;

/** One way of writing each name only: two rooms whose names look alike in NFC and NFD would split their people. */
export function isRoomName(text: string): boolean {
  if (text.length > limits.roomChars) return false;
  return asciiRoom.test(text) || (anyRoom.test(text) && fold(text) === text);
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** A direct room is named by its two members, the lower one first: there is one for each pair. */
const directRoom = /^@([1-9]\d{0,15})\.([1-9]\d{0,15})$/;

/** The two members of a direct room, by their ids; `undefined` for any other. */
export function membersOfDirect(room: string): readonly [number, number] | undefined {
  const [, low, high] = directRoom.exec(room) ?? [];
  if (low === undefined || high === undefined) return undefined;
  return Number(low) < Number(high) ? [Number(low), Number(high)] : undefined;
}

/** Cheap, for a name that was checked: no other room's begins so. */
export function isDirect(room: RoomName): boolean {
  return room.startsWith('@');
}

/** Of two different members. */
export function directRoomOf(one: number, other: number): RoomName {
  return `@${Math.min(one, other)}.${Math.max(one, other)}` as RoomName;
}

/** A room as it travels and is stored: NFKC, lower case, without the `#` that people see and type. */
export const RoomName = v.pipe(
  v.string(),
  v.check((text) => isRoomName(text) || membersOfDirect(text) !== undefined),
  v.brand('RoomName'),
);
export type RoomName = v.InferOutput<typeof RoomName>;

export type ParsedRoom =
  | { readonly ok: true; readonly room: RoomName }
  | { readonly ok: false; readonly sentence: string };

/** Reads what a person typed: `#General` is `general`. The sentence says what a room's name may be. */
export function parseRoom(raw: string): ParsedRoom {
  // Cut before folding, which can make a text longer; what is cut was too long anyway.
  const typed = raw
    .trim()
    .replace(/^#/, '')
    .slice(0, 2 * limits.roomChars);
  const room = fold(typed);
  if (isRoomName(room)) return { ok: true, room: room as RoomName };
  if (room.length > limits.roomChars) {
    return { ok: false, sentence: `A room's name has at most ${limits.roomChars} characters.` };
  }
  return {
    ok: false,
    sentence: "A room's name begins with a letter or digit and has only letters, digits, _ . and -.",
  };
}
