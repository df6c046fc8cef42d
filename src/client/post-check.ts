// What the server would refuse of a post is refused here already: a frame over its bound would cost the connection,
// and the resend the next one.
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import { textFits } from '../protocol/text-limit.ts';
import type { PostOptions } from './client.ts';

export function whyNotPosted(text: string, options: PostOptions): Refusal | undefined {
  if (text === '' && options.file === undefined) {
    return new Refusal('text-empty', 'An empty message was not sent; write something first.');
  }
  if (textFits(text)) return undefined;
  const bytes = Math.max(Buffer.byteLength(text), Buffer.byteLength(JSON.stringify(text)) - 2);
  const most = Math.floor(limits.textBytes / 1024);
  return new Refusal(
    'text-too-large',
    `The message is ${Math.ceil(bytes / 1024)} KiB long and at most ${most} KiB are allowed; send it in parts or as a file.`,
  );
}
