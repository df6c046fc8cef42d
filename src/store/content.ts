// What both stores must agree on about an event: when two are the same, what one weighs in a page, how refusals
// read, and when subscribers are told. Called by memory/ and sqlite/.
import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { FileNote } from '../protocol/packet.ts';
import { targetOf } from './changes.ts';
import type { Appended, EventBody, Log, NewEvent, StoredEvent } from './log.ts';

/** Bytes counted for an event beside its text and file name: its numbers, names and JSON keys. */
export const eventHeadBytes = 300;

/** Bytes that an event weighs on its way to the disk: its text and file name in UTF-8, and its head. */
export function eventBytes(body: EventBody): number {
  if (body.type === 'message') {
    const name = body.file ? Buffer.byteLength(body.file.name) : 0;
    return eventHeadBytes + Buffer.byteLength(body.text) + name;
  }
  if (body.type === 'edit' || body.type === 'topic') return eventHeadBytes + Buffer.byteLength(body.text);
  return eventHeadBytes;
}

/** A quote of `quoteChars`, three bytes each, and the name of who is quoted. */
const quoteBytes = 700;
/** A member's number in a list of those who reacted, and the keys around an emoji. */
const reactorBytes = 12;
const reactionBytes = 24;

/**
 * Bytes that an event weighs in a page (`PageQuery.bytesMax`): its text as it reads now and its file name in UTF-8, 300
 * for its head, 700 for the quote of a reply, and its reactions.
 */
export function readBytes({ body, now }: StoredEvent): number {
  const bytes = eventBytes(body) + (body.type === 'message' && body.reply !== undefined ? quoteBytes : 0);
  if (now === undefined || body.type !== 'message') return bytes;
  const text = Buffer.byteLength(now.text) - Buffer.byteLength(body.text);
  return (now.reactions ?? []).reduce(
    (sum, { emoji, by }) => sum + reactionBytes + Buffer.byteLength(emoji) + reactorBytes * by.length,
    bytes + text,
  );
}

/**
 * Unread messages are looked for among so many of a room's newest lines: somebody's own posts, and who came and went,
 * may lie between them, but to walk a whole log for a number is too much.
 */
export const unreadWithin = 10_000;

/** The beginning of a text as a reply quotes it. */
export function quoted(text: string): string {
  if (text.length <= limits.quoteChars) return text;
  const cut = text.slice(0, limits.quoteChars);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** Events in one commit: past this the rate gains nothing, and each waits for all. */
const batchMax = 1_000;
/**
 * What is committed together is announced in one turn, so it weighs no more than this, unless one event alone does: a
 * reader must find time to take what one turn queues for it. An eighth of what its queue may hold for a moment.
 */
export const batchBytesMax = 512 * 1024;

/** How many of those that wait, from the first on, are committed together; at least one. */
export function batchCount<Waiting>(waiting: readonly Waiting[], bytesOf: (one: Waiting) => number): number {
  let bytes = 0;
  let count = 0;
  for (const one of waiting) {
    bytes += bytesOf(one);
    if (count === batchMax || (count > 0 && bytes > batchBytesMax)) break;
    count += 1;
  }
  return count;
}

/**
 * True for a resend; false when the same id is used for something else. `first` is as it stands in the log; when it
 * `isGone`, a deletion took what it said, and there is nothing left to compare but what it was about.
 */
export function isSameContent(first: NewEvent, again: NewEvent, isGone: boolean): boolean {
  if (first.room !== again.room || first.member !== again.member) return false;
  const [a, b] = [first.body, again.body];
  if (isGone) return a.type === b.type && (a.type === 'message' || targetOf(a) === targetOf(b));
  return a.type === 'message' && b.type === 'message' ? isSameMessage(a, b) : isDeepStrictEqual(a, b);
}

type Message = Extract<EventBody, { type: 'message' }>;

function isSameMessage(a: Message, b: Message): boolean {
  return a.text === b.text && a.style === b.style && a.reply === b.reply && isSameFile(a.file, b.file);
}

function isSameFile(a: FileNote | undefined, b: FileNote | undefined): boolean {
  return a?.sha256 === b?.sha256 && a?.name === b?.name && a?.size === b?.size;
}

/** Why an append or a read of the log was refused. */
export type LogRefusal = Extract<
  ErrorCode,
  'id-reused' | 'no-such-event' | 'too-many' | 'not-allowed' | 'disk-full' | 'log-failed' | 'closing'
>;

const sentences: Record<LogRefusal, string> = {
  'id-reused': 'Another message was already sent under this id. Send it again with a new id.',
  'no-such-event': 'That message is gone, or not one that you may change.',
  'too-many': `A message has at most ${limits.reactionsPerMessage} reactions.`,
  'not-allowed': "This key was revoked and is nobody's any more. Link this device again, with a new key.",
  'disk-full': "The server's disk is full, nothing was stored. Try again when its operator has made space.",
  'log-failed':
    'The server cannot reach its log; whether this was stored is not known. Its operator finds why in the log lines.',
  closing: 'The server is closing. Send it again in a moment.',
};

export function logRefusal(code: LogRefusal, cause?: unknown): Refusal {
  return new Refusal(code, sentences[code], cause === undefined ? undefined : { cause });
}

/** `Log.append` by way of `Log.submit`. */
export function appended(log: Log, event: NewEvent): Promise<Appended> {
  return new Promise((resolve, reject) => {
    log.submit(event, (answer) => (answer instanceof Refusal ? reject(answer) : resolve(answer)));
  });
}

/**
 * Runs `tell` in this turn of the event loop, after everything that promises resolved just now set going, however
 * long the chains of `await`. Node drains all microtasks before the next tick that one of them asked for.
 */
export function afterContinuations(tell: () => void): void {
  queueMicrotask(() => process.nextTick(tell));
}
