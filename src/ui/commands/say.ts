// Sends what was typed: at once into the outbox, cut into messages of the allowed size where it is longer.
// Used by the composer, /me and plain mode.
import type { Client, PostOptions } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';

type Speaker = { readonly client: Client; room(): RoomName };

/** Does not wait for the log: how far it is stands in the client's outbox, which the screen shows. */
export function say(speaker: Speaker, text: string, options: PostOptions = {}): void {
  // A refusal is not lost: the entry stays in the outbox as failed, with the reason, and the timeline shows it.
  speaker.client.post(speaker.room(), text, options).catch(() => undefined);
}
