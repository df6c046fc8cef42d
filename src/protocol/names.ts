// Names on the wire: rooms and nicks. The form of a room is checked by both ends.
import * as v from 'valibot';
import { limits } from './limits.ts';

/** A room as it travels and is stored: lower case, without the `#` that people see and type. */
export const RoomName = v.pipe(
  v.string(),
  v.maxLength(limits.roomChars),
  v.regex(/^[\p{Ll}\p{Lo}\p{Nd}][\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}_.-]*$/u),
  v.brand('RoomName'),
);
export type RoomName = v.InferOutput<typeof RoomName>;
