// What leaving waits for and what it leaves undone: messages on their way are let out first, and what could not be
// sent is said behind the chat, on the shell's screen. Called by run.tsx.
import type { Client, OutboxEntry, Saying } from '../client/client.ts';
import { safeLine } from '../text/safe-text.ts';
import { cutTo } from './text/wrap.ts';

/** A server that is there takes what was typed in far less; who leaves does not want to wait for another. */
const sentMs = 2_000;
/** Unsent messages that are quoted, and columns of each: enough to know them and type them again. */
const quotedMax = 5;
const quoteColumns = 120;

const isUnderWay = ({ state }: Client['outbox'][number]): boolean => state !== 'failed';
const isDone = (client: Client): boolean => client.status.is !== 'online' || !client.outbox.some(isUnderWay);

/** Resolves when nothing is on its way, the connection goes, or it takes too long. */
export const untilSent = (client: Client): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, sentMs);
    const stop = client.listen(() => {
      if (isDone(client)) done();
    });
    if (isDone(client)) done();
  });

/** One sentence per thing undone; `undefined` where there is none. */
export const undone = ({ outbox, transfers, isKeeping }: Client): string | undefined => {
  const sentences = [...(isKeeping ? kept(outbox) : [unsent(outbox)]), ...transfers.map(stopped)].filter(
    (text) => text !== undefined,
  );
  return sentences.length === 0 ? undefined : sentences.join(' ');
};

/** What is on disk is not lost, so it need not be quoted to be typed again. */
const kept = (outbox: Client['outbox']): (string | undefined)[] => {
  const refused = outbox.filter(({ state }) => state === 'failed').length;
  const waiting = outbox.length - refused;
  return [
    waiting === 0
      ? undefined
      : `${counted(waiting)} for the server and will be sent next time you are here and it is there.`,
    refused === 0 ? undefined : `${counted(refused)} to be sent again or dropped: refused, see there why.`,
  ];
};

const counted = (count: number): string => (count === 1 ? '1 message waits' : `${count} messages wait`);

const unsent = (outbox: Client['outbox']): string | undefined => {
  if (outbox.length === 0) return undefined;
  const quotes = outbox.slice(0, quotedMax).map(quote).join(' ');
  const more = outbox.length > quotedMax ? ` and ${outbox.length - quotedMax} more` : '';
  const count = outbox.length === 1 ? '1 message' : `${outbox.length} messages`;
  // What is under way may be in the log already: only its ack is missing.
  const how = outbox.some(({ state }) => state === 'sending') ? 'may not have been sent' : 'not sent';
  return `${count} ${how}: ${quotes}${more}.`;
};

const quote = ({ saying }: OutboxEntry): string => `“${cutTo(safeLine(wordsOf(saying)), quoteColumns)}”`;

const wordsOf = (saying: Saying): string => {
  if (saying.kind === 'post') return saying.file?.name ?? saying.text;
  if (saying.kind === 'edit' || saying.kind === 'topic') return saying.text;
  return saying.kind === 'react' ? saying.emoji : 'a deletion';
};

const stopped = ({ step, direction, name }: Client['transfers'][number]): string | undefined => {
  if (step === 'done' || step === 'failed' || step === 'cancelled') return undefined;
  const did = direction === 'up' ? 'sent' : 'fetched';
  return `${safeLine(name)} was not ${did} whole; the same command goes on with it.`;
};
