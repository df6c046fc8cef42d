// The program's front: words in, exit code out. bin/chat-tui.js calls `main`. Help and version answer before
// anything else is loaded, and each subcommand is loaded only when it is the one.
import { parseArgv } from './argv.ts';
import type { Command, Context } from './context.ts';
import { UsageError } from './failure.ts';
import { helpText } from './help.ts';
import { Notes } from './notes.ts';
import type { CommandName } from './options.ts';
import { outputTo, watchOutputs } from './output.ts';
import { pathsFor } from './paths.ts';
import { programVersion } from './program.ts';

const load: { readonly [name in CommandName]: () => Promise<Command> } = {
  chat: async () => (await import('./commands/chat.ts')).chat,
  serve: async () => (await import('./commands/serve.ts')).serve,
  'serve-local': async () => (await import('./commands/serve-local.ts')).serveLocal,
  who: async () => (await import('./commands/who.ts')).who,
  send: async () => (await import('./commands/send.ts')).send,
  put: async () => (await import('./commands/put.ts')).put,
  get: async () => (await import('./commands/get.ts')).get,
  history: async () => (await import('./commands/history.ts')).history,
  search: async () => (await import('./commands/search.ts')).search,
  export: async () => (await import('./commands/export.ts')).exportRoom,
  invite: async () => (await import('./commands/invite.ts')).invite,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  trust: async () => (await import('./commands/trust.ts')).trust,
};

/** `argv` without the interpreter and the script. Resolves with the exit code; errors are printed here. */
export async function main(argv: readonly string[]): Promise<number> {
  let isEnding = false;
  const end = (error: unknown) => {
    // Whatever the last words run into themselves: the program is over.
    if (isEnding) process.exit(1);
    isEnding = true;
    void failed(error).then((code) => process.exit(code));
  };
  watchOutputs(process.stdout, process.stderr, end);
  // A mistake of ours ends the program too, in a sentence: CHAT_TUI_DEBUG=1 shows where it came from.
  process.on('uncaughtException', end);
  try {
    return await run(argv);
  } catch (error) {
    return failed(error);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const { command, input, flags } = parseArgv(argv, process.env);
  const output = outputTo(process.stdout);
  if (flags.help === true) {
    await output.line(helpText(command));
    return 0;
  }
  if (flags.version === true) {
    await output.line(programVersion());
    return 0;
  }
  const context: Context = {
    flags,
    input,
    paths: pathsFor({ dir: flags.dir, env: process.env }),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    output,
    notes: new Notes((text) => process.stderr.write(text)),
  };
  // The last words come along now: a chat stays open for days, and by then an update may have taken its files away.
  const [runCommand] = await Promise.all([load[command](), loadLastWords()]);
  return runCommand(context);
}

const loadLastWords = () => import('./exit-code.ts');

async function failed(error: unknown): Promise<number> {
  // Wrong usage needs neither the wire nor the gate for foreign text: its words are quoted where they are made.
  if (error instanceof UsageError && process.env.CHAT_TUI_DEBUG !== '1') {
    process.stderr.write(`chat-tui: ${error.message}\n`);
    return 2;
  }
  const { errorText, exitCodeOf } = await loadLastWords();
  process.stderr.write(`${errorText(error, process.env)}\n`);
  return exitCodeOf(error);
}
