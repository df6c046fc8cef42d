// Sends what was typed: at once into the outbox, cut into messages of the allowed size where it is longer.
// Used by the composer and /me.
import type { PostOptions } from '../../client/client.ts';
import { Dropped } from '../../client/errors.ts';
import type { RoomName } from '../../protocol/names.ts';
import { isBlank, safeText } from '../../text/safe-text.ts';
import { splitText } from '../../text/text-cutter.ts';
import { type CommandContext, CommandRefused } from './command.ts';

/** Does not wait for the log: how far it is stands in the client's outbox, which the screen shows. */
export function say(
  context: CommandContext,
  text: string,
  options: PostOptions = {},
  room: RoomName = context.room(),
): void {
  const pieces = splitText(text).filter((piece) => !isBlank(safeText(piece.text)));
  if (pieces.length === 0) throw new CommandRefused('There is nothing to see in it, so it was not sent.');
  const { reply: _reply, ...others } = options;
  // One answer is enough of one: the pieces behind it are what it goes on with.
  for (const [index, { text: part }] of pieces.entries())
    post(context, room, part, index === 0 ? options : others);
}

function post(context: CommandContext, room: RoomName, text: string, options: PostOptions): void {
  const { client } = context;
  client.post(room, text, options).catch((error: Error) => {
    if (error instanceof Dropped) return;
    // What the server refused stands in the outbox as failed; what never got there (it is full) is said here.
    if (!client.outbox.some((entry) => entry.error === error)) context.notice(error.message, 'error');
  });
}
