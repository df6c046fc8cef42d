// Does what a line says, for the composer and for plain mode: sends text, runs a command, asks back. Says whether it
// was taken; where it was not, the sentence was shown and the caller keeps what was typed.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PostOptions } from '../../client/client.ts';
import { errorOf } from '../../client/errors.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { parseInput, unknownSentence } from './index.ts';
import type { Parsed } from './parse.ts';
import { say } from './say.ts';

export type Outcome = 'taken' | 'refused';

/** `options`: of what is said, where the text is no command. */
export async function runInput(
  context: CommandContext,
  text: string,
  options: PostOptions = {},
): Promise<Outcome> {
  const parsed = parseInput(text);
  try {
    await runParsed(context, parsed, options);
    return 'taken';
  } catch (error) {
    context.notice(errorOf(error).message, 'error');
    return 'refused';
  }
}

/** What is refused without asking anybody is refused within this turn. */
const isWaiting = (running: Promise<void>): Promise<boolean> =>
  Promise.race([running.then(no, no), nextTurn(true)]);
const no = () => false;

const waits = ({ name }: Command) => `${name} waits for the connection; it is done once that is back.`;

async function runParsed(context: CommandContext, parsed: Parsed, options: PostOptions): Promise<void> {
  if (parsed.type === 'unknown') throw new CommandRefused(unknownSentence(parsed.word, parsed.nearest));
  if (parsed.type === 'text') say(context, parsed.text, options);
  else {
    const running = Promise.resolve(parsed.command.run(context, parsed.rest));
    const mayWait = parsed.command.asks === 'server' && context.client.status.is !== 'online';
    if (mayWait && (await isWaiting(running))) context.notice(waits(parsed.command));
    await running;
  }
}
