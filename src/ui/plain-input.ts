// Lines of a terminal or a pipe, for plain mode: of any length and number, holding one message at the most. A line
// that is longer than a message may be is cut between graphemes, by the same cutter as `send` uses.
import { StringDecoder } from 'node:string_decoder';
import { TextCutter } from '../text/text-cutter.ts';

/** Ends with the input; what is read waits until the line before was taken. */
export async function* readLines(input: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const cutter = new TextCutter();
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    // Whole lines are wanted at once, not when a message is full.
    for (const piece of [...cutter.push(text), ...cutter.flush()]) yield* linesOf(piece.text);
  }
  for (const piece of [...cutter.push(decoder.end()), ...cutter.end()]) yield* linesOf(piece.text);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}
