// Which room is meant: --room, else the link's, else general; and `@bob` is the room that one has with bob.
import type { Client } from '../client/client.ts';
import { defaultRoom } from '../protocol/limits.ts';
import { parseRoom, type RoomName } from '../protocol/names.ts';
import { parseNick } from '../text/nick.ts';
import { UsageError } from './failure.ts';

/** A room by its name, or the other one of a direct room: that one is known by the server alone. */
export type RoomWord = { readonly room: RoomName } | { readonly nick: string };

/** Throws `UsageError` with the sentence that says what a room's name may be. */
export function roomWordOf(option: string | undefined, linked?: RoomName): RoomWord {
  if (option?.startsWith('@')) {
    const parsed = parseNick(option.slice(1));
    if (parsed.ok) return { nick: parsed.nick };
    throw new UsageError(`--room ${JSON.stringify(option)}: ${parsed.sentence}`);
  }
  return { room: roomOf(option, linked) };
}

/** As `roomWordOf`, where only a room by its name will do. */
export function roomOf(option: string | undefined, linked?: RoomName): RoomName {
  if (option === undefined && linked !== undefined) return linked;
  if (option?.startsWith('@')) {
    throw new UsageError(
      `--room ${JSON.stringify(option)}: open the chat, then type /query ${option.slice(1)}.`,
    );
  }
  const parsed = parseRoom(option ?? defaultRoom);
  if (parsed.ok) return parsed.room;
  throw new UsageError(`--room ${JSON.stringify(option)}: ${parsed.sentence}`);
}

export type Place = { readonly room: RoomName /** `#general`, `@bob`. */; readonly label: string };

/** Opens the direct room where one is meant. */
export async function placeOf(word: RoomWord, client: Client): Promise<Place> {
  if ('room' in word) return { room: word.room, label: `#${word.room}` };
  const { room, with: other } = await client.direct(word.nick);
  return { room, label: `@${other?.nick ?? word.nick}` };
}
