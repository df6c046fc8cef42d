// What both stores must agree on about an event: when two are the same, what one weighs in a page, how refusals
// read, and when subscribers are told. Called by memory/ and sqlite/.
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import type { FileNote } from '../protocol/packet.ts';
import { type Appended, type EventBody, isQuiet, type Log, type NewEvent } from './log.ts';

/** Bytes counted for an event beside its text and file name: its numbers, names and JSON keys. */
export const eventHeadBytes = 300;

/** Bytes that an event weighs in a page (`PageQuery.bytesMax`). */
export function eventBytes(body: EventBody): number {
  if (body.type !== 'message') return eventHeadBytes;
  const name = body.file ? Buffer.byteLength(body.file.name) : 0;
  return eventHeadBytes + Buffer.byteLength(body.text) + name;
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

/** True for a resend; false when the same id is used for something else. */
export function isSameContent(a: NewEvent, b: NewEvent): boolean {
  return a.room === b.room && a.member === b.member && isSameBody(a.body, b.body);
}

function isSameBody(a: EventBody, b: EventBody): boolean {
  if (a.type !== 'message' || b.type !== 'message') return a.type === b.type && isQuiet(a) === isQuiet(b);
  return a.text === b.text && a.style === b.style && isSameFile(a.file, b.file);
}

function isSameFile(a: FileNote | undefined, b: FileNote | undefined): boolean {
  return a?.sha256 === b?.sha256 && a?.name === b?.name && a?.size === b?.size;
}

/** Why an append or a read of the log was refused. */
export type LogRefusal = Extract<ErrorCode, 'id-reused' | 'disk-full' | 'log-failed' | 'closing'>;

const sentences: Record<LogRefusal, string> = {
  'id-reused': 'Another message was already sent under this id. Send it again with a new id.',
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
