// What packets are made of: numbers, names and texts as they come off the wire. The schemas of notes, events and packets
// are put together from these.
import * as v from 'valibot';
import { limits } from './limits.ts';

/** One check instead of a chain of three: there are five numbers in every event. */
export const wholeNumber = v.custom<number>(
  (value) => typeof value === 'number' && value >= 0 && Number.isSafeInteger(value),
);
/** What people write. A lone surrogate is mended here, before it is stored: it has no UTF-8, SQLite would change it. */
export const freeText = v.pipe(
  v.string(),
  v.transform((text) => (text.isWellFormed() ? text : text.toWellFormed())),
);
export const base64url = (bytes: number) => {
  const chars = Math.ceil((bytes * 4) / 3);
  return v.pipe(v.string(), v.length(chars), v.regex(/^[\w-]*$/));
};
export const sentence = v.pipe(freeText, v.maxLength(limits.sentenceChars));
export const secret = v.pipe(v.string(), v.maxLength(limits.secretChars));
export const agent = v.pipe(v.string(), v.maxLength(limits.agentChars));

/** A word of a closed list; one that a later version added counts as `nearest`. */
export const oneOf = <const Words extends readonly string[]>(words: Words, nearest: Words[number]) => {
  const known: ReadonlySet<string> = new Set(words);
  return v.pipe(
    v.string(),
    v.maxLength(64),
    v.transform((word): Words[number] => (known.has(word) ? word : nearest)),
  );
};

/** A place in the log: rising over the whole server, with gaps, never reused within one `logId`. */
export const Seq = v.pipe(wholeNumber, v.brand('Seq'));
export type Seq = v.InferOutput<typeof Seq>;
/** What a Date can hold (ECMA-262 §21.4.1.1); anything beyond it throws where a time is written out. */
const timeMost = 8.64e15;
/** Unix milliseconds, the server's clock, never below the event before it. */
export const Time = v.pipe(wholeNumber, v.maxValue(timeMost));
export const MemberId = v.pipe(wholeNumber, v.brand('MemberId'));
export type MemberId = v.InferOutput<typeof MemberId>;
export const DeviceId = v.pipe(wholeNumber, v.brand('DeviceId'));
export type DeviceId = v.InferOutput<typeof DeviceId>;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** UUIDv7 in lower case: written with the outbox entry before the first send, so that a resend is harmless. */
export const PostId = v.pipe(v.string(), v.check(isPostId), v.brand('PostId'));
export type PostId = v.InferOutput<typeof PostId>;
export function isPostId(text: string): boolean {
  return uuid.test(text);
}
/** SHA-256 as 64 lower-case hex digits. */
export const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('Sha256'));
export type Sha256 = v.InferOutput<typeof Sha256>;
export const LogId = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/), v.brand('LogId'));
export type LogId = v.InferOutput<typeof LogId>;
/** A nick as it comes off the wire: a label to show through SafeText, not proof of good form. */
export const nickLabel = v.pipe(freeText, v.minLength(1), v.maxLength(4 * limits.nickChars));
/** Names what is asked, so that the answer finds it: the answer carries it as `re`. */
export const req = wholeNumber;

/** One emoji as people see it, by its code points: `text/emoji.ts` says what is one. */
export const emojiText = v.pipe(freeText, v.minLength(1), v.maxBytes(limits.emojiBytes));
