// One's own newest words while the log has not taken them: /edit and /delete act on those, /reply and /react wait for
// them. None of the four reaches past them for an older message.
import type { OutboxEntry } from '../../client/client.ts';
import { type CommandContext, CommandRefused, type Post, type Unsent } from './command.ts';

const isPost = (entry: OutboxEntry): entry is Unsent => entry.saying.kind === 'post';

/** The newest of the open room that `fits`, unless another message is answered just now. */
export function newestUnsent(
  { client, room, talk }: CommandContext,
  fits: (post: Post) => boolean = () => true,
): Unsent | undefined {
  if (talk.chosen()) return undefined;
  const here = room();
  return client.outbox.filter(isPost).findLast((entry) => entry.room === here && fits(entry.saying));
}

/** Throws CommandRefused for what is under way and cannot be called back. */
export function checkAtHand({ state }: Unsent): void {
  if (state === 'sending')
    throw new CommandRefused('That message is still on its way; try again when it is there.');
}

/** For what needs a message that is there: throws CommandRefused while the newest is not. */
export function checkAllSent(context: CommandContext): void {
  const unsent = newestUnsent(context);
  if (!unsent) return;
  throw new CommandRefused(
    unsent.state === 'failed'
      ? 'Your last message was not sent. /edit takes it back, /delete drops it; or give the number of the message you mean.'
      : 'Your last message is still on its way; try again when it is there, or give the number of the message you mean.',
  );
}
