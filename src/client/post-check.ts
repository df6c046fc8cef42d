// What the server would refuse of a saying is refused here already: a frame over its bound would cost the connection,
// and the resend the next one.
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import { textFits } from '../protocol/text-limit.ts';
import type { Saying } from './client.ts';

/** `undefined` for what may go up. */
export function whyNotSaid(saying: Saying): Refusal | undefined {
  switch (saying.kind) {
    case 'post':
      return saying.file === undefined ? whyNotWritten(saying.text) : whyTooLong(saying.text);
    case 'edit':
      return whyNotWritten(saying.text);
    case 'react':
      return whyNoEmoji(saying.emoji);
    case 'topic':
      return whyNoTopic(saying.text);
    case 'delete':
      return undefined;
  }
}

function whyNotWritten(text: string): Refusal | undefined {
  if (text !== '') return whyTooLong(text);
  return new Refusal('text-empty', 'An empty message was not sent; write something first.');
}

function whyTooLong(text: string): Refusal | undefined {
  if (textFits(text)) return undefined;
  const bytes = Math.max(Buffer.byteLength(text), Buffer.byteLength(JSON.stringify(text)) - 2);
  const most = Math.floor(limits.textBytes / 1024);
  return new Refusal(
    'text-too-large',
    `The message is ${Math.ceil(bytes / 1024)} KiB long and at most ${most} KiB are allowed; send it in parts or as a file.`,
  );
}

function whyNoEmoji(emoji: string): Refusal | undefined {
  if (emoji !== '' && Buffer.byteLength(emoji) <= limits.emojiBytes) return undefined;
  return new Refusal('emoji-invalid', 'A reaction is one emoji.');
}

function whyNoTopic(text: string): Refusal | undefined {
  if (text.length <= limits.topicChars) return undefined;
  return new Refusal('text-too-large', `A topic has at most ${limits.topicChars} characters; shorten it.`);
}
