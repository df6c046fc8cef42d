// Which room is meant: --room, else the link's, else general.
import { defaultRoom } from '../protocol/limits.ts';
import { parseRoom, type RoomName } from '../protocol/names.ts';
import { UsageError } from './failure.ts';

/** Throws `UsageError` with the sentence that says what a room's name may be. */
export function roomOf(option: string | undefined, linked?: RoomName): RoomName {
  if (option === undefined && linked !== undefined) return linked;
  const parsed = parseRoom(option ?? defaultRoom);
  if (parsed.ok) return parsed.room;
  throw new UsageError(`--room ${JSON.stringify(option)}: ${parsed.sentence}`);
}
