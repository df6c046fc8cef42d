// The beginning of a message as a reply quotes it: as the server makes it, for what is read without one.
import { limits } from '../../protocol/limits.ts';
import type { AnyEvent, Quote } from '../../protocol/packet.ts';

/** `undefined` for what is no message, or deleted. */
export function quoteOf(event: AnyEvent): Quote | undefined {
  if (event.type !== 'message' || event.deleted === true) return undefined;
  const { member, nick, text, file } = event;
  return { member, nick, text: beginning(text || (file?.name ?? '')) };
}

/** Cut as the server cuts it. */
export function beginning(text: string): string {
  if (text.length <= limits.quoteChars) return text;
  const cut = text.slice(0, limits.quoteChars);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
