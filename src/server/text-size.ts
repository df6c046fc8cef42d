// Whether what somebody says is small enough. The post, edit and topic handlers ask.
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import { textFits } from '../protocol/text-limit.ts';

/** Throws `text-too-large`. */
export function demandFits(text: string): void {
  if (textFits(text)) return;
  const sentence = `A message has at most ${limits.textBytes} bytes. Send it in parts, or as a file.`;
  throw new Refusal('text-too-large', sentence);
}
