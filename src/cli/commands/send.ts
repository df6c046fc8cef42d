// `chat-tui send`: words, or a pipe of any length, as messages in their order, each on the server's disk before
// the next. What is read waits for what was sent, so a long pipe costs the memory of one message.
import { StringDecoder } from 'node:string_decoder';
import type { PostId } from '../../protocol/packet.ts';
import { isBlank, safeText } from '../../text/safe-text.ts';
import { stripColours } from '../../text/strip-colours.ts';
import { type Piece, splitText, TextCutter } from '../../text/text-cutter.ts';
import { type Connected, withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { parsePostId } from '../words.ts';

/** A pipe that pauses this long has its whole lines sent: who follows a build wants to see where it stands. */
const pauseMs = 500;
/** Whole lines are held back no longer than this: a log that drips faster than `pauseMs` would fill a message first. */
const heldMsMax = 2_000;
/** What lies ready in the pipe comes within this; a full pipe is cut by size alone. */
const readyMs = 20;

export async function send(context: Context): Promise<number> {
  const { input, flags, stdin } = context;
  const id = flags.id === undefined ? undefined : parsePostId(flags.id);
  const isPipe = input.length === 0 || (input.length === 1 && input[0] === '-');
  const text = input.join(' ');
  if (!isPipe && isBlank(safeText(text)))
    throw new UsageError('There is nothing to send: the text is blank.');
  if (isPipe && stdin.isTTY === true)
    context.stderr.write('Type the message; Ctrl-d on a new line sends it.\n');
  const pieces = isPipe ? piecesOf(stdin) : splitText(text);
  return withClient(context, 'nick-needed', async (connected) => {
    await post(seen(pieces), { connected, context, id });
    return exitCodes.done;
  });
}

type Job = { readonly connected: Connected; readonly context: Context; readonly id: PostId | undefined };

async function post(texts: AsyncGenerator<string>, job: Job): Promise<void> {
  const first = await texts.next();
  if (first.done === true) return;
  if (job.id === undefined) {
    await postOne(first.value, job);
    for await (const text of texts) await postOne(text, job);
    return;
  }
  // One id is one message: found out before anything is sent.
  const second = await texts.next();
  if (second.done !== true) {
    throw new UsageError(
      '--id names one message, and this text is too long for one. Leave --id out, or send less.',
    );
  }
  await postOne(first.value, job);
}

async function postOne(text: string, { connected, context, id }: Job): Promise<void> {
  const { client, room } = connected;
  const posted = await client.post(room, text, id === undefined ? {} : { id });
  if (context.flags.json === true) await context.output.json({ seq: posted.seq, room, id: posted.id });
}

/** The server takes no message without anything to see. */
async function* seen(pieces: AsyncIterable<Piece> | Iterable<Piece>): AsyncGenerator<string> {
  for await (const { text } of pieces) {
    if (!isBlank(safeText(text))) yield text;
  }
}

/** Messages of a pipe. Chunks wait in the pipe while a message is on its way. */
export async function* piecesOf(input: AsyncIterable<Buffer | string>): AsyncGenerator<Piece> {
  const decoder = new StringDecoder('utf8');
  const colours = stripColours();
  const cutter = new TextCutter();
  for await (const chunk of withPauses(input)) {
    if (chunk === 'pause') yield* cutter.flush();
    else yield* cutter.push(colours.push(decoder.write(Buffer.from(chunk))));
  }
  yield* cutter.push(colours.push(decoder.end()) + colours.end());
  yield* cutter.end();
}

/** The chunks, and the word `pause` where none comes for a while, or where the first has waited for long. */
async function* withPauses(input: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer | 'pause'> {
  const chunks = input[Symbol.asyncIterator]();
  let heldSince: number | undefined;
  let next = chunks.next();
  for (;;) {
    const pause = heldSince === undefined ? undefined : timer(waitMs(performance.now() - heldSince));
    const found = await (pause === undefined ? next : Promise.race([next, pause.done]));
    pause?.stop();
    if (found === 'pause') {
      heldSince = undefined;
      yield 'pause';
    } else {
      if (found.done === true) return;
      heldSince ??= performance.now();
      yield Buffer.from(found.value);
      next = chunks.next();
    }
  }
}

function waitMs(heldMs: number): number {
  return Math.max(readyMs, Math.min(pauseMs, heldMsMax - heldMs));
}

function timer(ms: number): { readonly done: Promise<'pause'>; readonly stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<'pause'>();
  const timeout = setTimeout(resolve, ms, 'pause');
  return { done: promise, stop: () => clearTimeout(timeout) };
}
