// Does what a line says, for the composer and for plain mode: sends text, runs a command, asks back. Says whether it
// was taken; where it was not, the sentence was shown and the caller keeps what was typed.
import { type CommandContext, CommandRefused } from './command.ts';
import { parseInput, unknownSentence } from './index.ts';
import type { Parsed } from './parse.ts';
import { say } from './say.ts';

export type Outcome = 'taken' | 'refused';

export async function runInput(context: CommandContext, text: string): Promise<Outcome> {
  const parsed = parseInput(text);
  try {
    await runParsed(context, parsed);
    return 'taken';
  } catch (error) {
    context.notice(error instanceof Error ? error.message : String(error), 'error');
    return 'refused';
  }
}

async function runParsed(context: CommandContext, parsed: Parsed): Promise<void> {
  if (parsed.type === 'unknown') throw new CommandRefused(unknownSentence(parsed.word, parsed.nearest));
  if (parsed.type === 'text') say(context, parsed.text);
  else await parsed.command.run(context, parsed.rest);
}
