// Which message a command is about: the one with the number that was typed, the one that is answered just now, or the
// newest that fits. Used by /reply, /edit, /delete and /react.
import type { Seq } from '../../protocol/packet.ts';
import { type CommandContext, CommandRefused, type KnownMessage } from './command.ts';

/** `12` or `#12`. */
export function numberIn(typed: string): Seq | undefined {
  const digits = /^#?(\d{1,15})$/.exec(typed)?.[1];
  return digits === undefined ? undefined : (Number(digits) as Seq);
}

/** The message with that number, among those that are known here. */
export function numbered({ talk }: CommandContext, seq: Seq): KnownMessage {
  const found = talk.messages().find((message) => message.seq === seq);
  if (found) return found;
  throw new CommandRefused(
    `Message ${seq} is not in sight here. Scroll to it, or choose one with Alt-Up or /select.`,
  );
}

/** The one that is answered just now, else the newest that `fits`. */
export function nearest(
  { talk }: CommandContext,
  fits: (message: KnownMessage) => boolean,
  what: string,
): KnownMessage {
  const found = talk.chosen() ?? talk.messages().findLast((message) => !message.isDeleted && fits(message));
  if (found) return found;
  throw new CommandRefused(
    `No message is chosen, and there is ${what} in sight. Alt-Up or /select chooses one.`,
  );
}
