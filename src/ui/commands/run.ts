// Does what a line says, for the composer and for plain mode: sends text, runs a command, asks back. Says whether it
// was taken; where it was not, the sentence was shown and the caller keeps what was typed.
import type { CommandContext } from './command.ts';
import { parseInput, unknownSentence } from './index.ts';
import type { Parsed } from './parse.ts';
import { say } from './say.ts';

export type Outcome = 'taken' | 'refused';

export async function runInput(context: CommandContext, text: string): Promise<Outcome> {
  const parsed = parseInput(text);
  if (parsed.type === 'text') {
    say(context, parsed.text);
    return 'taken';
  }
  if (parsed.type === 'unknown') {
    context.notice(unknownSentence(parsed.word, parsed.nearest), 'error');
    return 'refused';
  }
  return runCommand(context, parsed);
}

async function runCommand(
  context: CommandContext,
  { command, rest }: Extract<Parsed, { type: 'command' }>,
): Promise<Outcome> {
  try {
    await command.run(context, rest);
    return 'taken';
  } catch (error) {
    context.notice(error instanceof Error ? error.message : String(error), 'error');
    return 'refused';
  }
}
