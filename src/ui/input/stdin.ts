// Stands between the terminal and everybody who wants its keys: it alone reads process.stdin, and Ink is given a
// stream that has a terminal's face (raw mode passes through) and never a byte. Keys so reach the store in the order
// they were typed, several of one chunk included, without waiting for React. Opened and closed by run.tsx; the nick
// prompt has its own way in (nick-prompt.tsx), as ink-text-input reads from Ink.
import { EventEmitter } from 'node:events';
import { type Decoder, makeDecoder, type Waits } from './decode.ts';
import type { InputEvent } from './key.ts';

/** After how much silence what waits is decided. */
export const silenceMs: Readonly<Record<Exclude<Waits, 'nothing'>, number>> = {
  /** The rest of a key's sequence follows at once, over slow ssh within a few tens of ms; Escape must feel immediate. */
  escape: 40,
  /** A terminal's answer may come in pieces, but an unanswered Alt-] must not swallow the keyboard. */
  string: 500,
  /** A paste over a slow line pauses; the end mark being lost altogether is rare. */
  paste: 5_000,
};

/** The timer is an argument, so that tests need not wait. Returns the way to stop it. */
export type After = (ms: number, run: () => void) => () => void;

const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export type Input = {
  /** For Ink's `stdin`: a terminal to look at, silent. */
  readonly ink: NodeJS.ReadStream;
  /** Starts reading. Returns the way to stop. */
  listen(tell: (event: InputEvent) => void): () => void;
  /** Stops reading and lets the process end. Raw mode is Ink's and the terminal's owner's business. */
  close(): void;
};

export function openInput(stdin: NodeJS.ReadStream, after: After = afterTimeout): Input {
  const decoder = makeDecoder();
  const listeners = new Set<(event: InputEvent) => void>();
  let stopWaiting = () => {};

  const tellAll = (events: readonly InputEvent[]) => {
    for (const event of joined(events)) for (const tell of listeners) tell(event);
  };
  const wait = () => {
    const waits = decoder.waits();
    if (waits !== 'nothing') stopWaiting = after(silenceMs[waits], () => tellAll(decoder.flush()));
  };
  const read = (chunk: Buffer | string) => {
    stopWaiting();
    tellAll(push(decoder, chunk));
    wait();
  };
  const stop = () => {
    stopWaiting();
    stdin.off('data', read);
    stdin.pause();
  };
  const start = () => {
    stdin.off('data', read);
    stdin.on('data', read);
    stdin.resume();
  };

  return {
    ink: faceOf(stdin, { start, stop }),
    listen: (tell) => {
      listeners.add(tell);
      start();
      return () => listeners.delete(tell);
    },
    close: () => {
      listeners.clear();
      stop();
      stdin.unref?.();
    },
  };
}

function push(decoder: Decoder, chunk: Buffer | string): readonly InputEvent[] {
  return decoder.push(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk);
}

type Reading = { readonly start: () => void; readonly stop: () => void };

/**
 * What Ink uses of a stdin: it asks for raw mode, and when it hands the terminal to another program (an editor, the
 * shell) it takes raw mode back; then nobody here may read either.
 */
function faceOf(stdin: NodeJS.ReadStream, { start, stop }: Reading): NodeJS.ReadStream {
  const face = Object.assign(new EventEmitter(), {
    isTTY: stdin.isTTY === true,
    setRawMode: (mode: boolean) => {
      stdin.setRawMode?.(mode);
      if (mode) start();
      else stop();
      return face;
    },
    setEncoding: () => face,
    read: () => null,
    ref: () => stdin.ref?.(),
    unref: () => stdin.unref?.(),
    resume: () => face,
    pause: () => face,
  });
  // Ink's type asks for a whole tty.ReadStream; it uses what stands above.
  return face as unknown as NodeJS.ReadStream;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Typed code points of one grapheme as one key: an input method sends a family of emoji in one chunk, and put in one
 * by one before another emoji its parts would join that.
 */
export function joined(events: readonly InputEvent[]): readonly InputEvent[] {
  const result: InputEvent[] = [];
  let run = '';
  const close = () => {
    for (const { segment } of segmenter.segment(run)) result.push(textEvent(segment));
    run = '';
  };
  for (const event of events) {
    const text = event.type === 'key' ? event.key.text : undefined;
    if (text !== undefined && !/^[\x20-\x7e]$/.test(text)) {
      run += text;
      continue;
    }
    close();
    result.push(event);
  }
  close();
  return result;
}

function textEvent(text: string): InputEvent {
  const lower = text.toLowerCase();
  return { type: 'key', key: { name: lower, text, ctrl: false, alt: false, shift: lower !== text } };
}
