// A passphrase from who is at the terminal, without an echo; from CHAT_TUI_PASSPHRASE or the first line of stdin for
// scripts. Never from the command line, which everybody on the machine can read.
import { StringDecoder } from 'node:string_decoder';
import type { Context } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { Failure, UsageError } from './failure.ts';

/** A shorter one is guessed, whatever each guess costs. */
const charsLeast = 8;
/** Nobody types more; a file that was piped in by mistake ends here. */
const charsMost = 1_024;

/** One that is made: long enough, and at a terminal typed twice. */
export async function newPassphrase(context: Context): Promise<string> {
  const passphrase = await askedFor(context, 'Passphrase for the file of keys: ');
  if (passphrase.length < charsLeast) {
    throw new UsageError(`The passphrase has at least ${charsLeast} characters, or somebody guesses it.`);
  }
  if (isTyped(context) && (await typed(context, 'The same once more: ')) !== passphrase) {
    throw new UsageError('The two are not the same; nothing was written.');
  }
  return passphrase;
}

export function knownPassphrase(context: Context): Promise<string> {
  return askedFor(context, 'Passphrase of the file of keys: ');
}

async function askedFor(context: Context, question: string): Promise<string> {
  const { env, stdin } = context;
  const given = env.CHAT_TUI_PASSPHRASE;
  const passphrase = given || (isTyped(context) ? await typed(context, question) : await firstLine(stdin));
  if (passphrase !== '') return passphrase;
  throw new UsageError('Which passphrase? Type it, or give it in CHAT_TUI_PASSPHRASE or as a line on stdin.');
}

function isTyped({ env, stdin }: Context): boolean {
  return !env.CHAT_TUI_PASSPHRASE && stdin.isTTY === true;
}

async function firstLine(stdin: NodeJS.ReadableStream): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (/[\r\n]/.test(text) || text.length > charsMost) break;
  }
  return (/^[^\r\n]*/.exec(text)?.[0] ?? '').slice(0, charsMost);
}

const keys = { interrupt: '\x03', end: '\x04', backspace: '\x7f', erase: '\b', clear: '\x15' } as const;

/** Raw mode is the terminal's way of not echoing; it is given back on every way out. */
async function typed({ stdin, stderr }: Context, question: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const decoder = new StringDecoder('utf8');
  let words: string[] = [];
  const take = (char: string) => {
    if (char === keys.interrupt) reject(new Failure(exitCodes.interrupted, 'Nothing was done.'));
    else if (char === '\r' || char === '\n' || char === keys.end) resolve(words.join(''));
    else if (char === keys.backspace || char === keys.erase) words.pop();
    else if (char === keys.clear) words = [];
    else if (char >= ' ' && words.length < charsMost) words.push(char);
  };
  const read = (chunk: Buffer) => {
    // What was pasted with its line end, or typed ahead, is for the next question.
    const chars = [...decoder.write(chunk)];
    const end = chars.findIndex((char) => char === '\r' || char === '\n');
    for (const char of end < 0 ? chars : chars.slice(0, end + 1)) take(char);
    if (end >= 0 && end + 1 < chars.length) stdin.unshift(Buffer.from(chars.slice(end + 1).join('')));
  };
  // Before the question: what is typed right behind it is no echo, and no signal.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.on('data', read);
  stdin.once('end', () => reject(new Failure(exitCodes.hangup, 'The terminal is gone; nothing was done.')));
  stdin.resume();
  try {
    return await promise;
  } finally {
    stdin.off('data', read);
    stdin.pause();
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
