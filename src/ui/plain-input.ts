// Lines of a terminal or a pipe, for plain mode: of any length and number, holding one message at the most. A line
// that is longer than a message may be is cut between graphemes, and colours are dropped, as `send` does it.
import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { stripColours } from '../text/strip-colours.ts';
import { TextCutter } from '../text/text-cutter.ts';

/**
 * Ends with the input; what is read waits until the line before was taken. Throws an AbortError when `over` is
 * aborted, and leaves the input open then: the next question may be asked on the same terminal.
 */
export async function* readLines(input: Readable, over: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const cutter = new TextCutter();
  const colours = stripColours();
  for await (const chunk of chunksOf(input, over)) {
    const text = colours.push(decoder.write(chunk));
    // Whole lines are wanted at once, not when a message is full.
    for (const piece of [...cutter.push(text), ...cutter.flush()]) yield* linesOf(piece.text);
  }
  for (const piece of [...cutter.push(colours.push(decoder.end()) + colours.end()), ...cutter.end()])
    yield* linesOf(piece.text);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}

async function* chunksOf(input: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (input.readableEnded) return;
  // One chunk in hand at most: `on` pauses the stream, and what is in a pipe waits there.
  const chunks = on(input, 'data', { signal, close: ['end', 'close'], highWaterMark: 1, lowWaterMark: 1 });
  try {
    for await (const [chunk] of chunks) yield Buffer.from(chunk);
  } finally {
    input.pause();
  }
}
