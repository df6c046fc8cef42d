// A shell with job control in a pseudo-terminal, and the chat as its foreground job: what a person's terminal is when
// the chat is left, stopped and continued. The shell touches no mode by itself (bash without line editing); before and
// after it writes down what `stty -a` says.
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { type Home, program } from './program.ts';
import type { Terminal, TerminalOptions } from './terminal.ts';

/** The title a shell gave its terminal. */
export const shellTitle = 'a shell of their own';

const script = `
trap : HUP INT
set -m
printf '\\033]2;${shellTitle}\\007'
stty -a > "$NOTES/before"
bash -c 'echo $$ > "$NOTES/pid"; exec "$@"' - "$@"
code=$?
stops=0
# No loop: bash leaves one when a job in it is stopped.
until_over() {
  if [ $code -ne 148 ]; then return; fi
  stty -a > "$NOTES/stopped"
  stops=$((stops + 1))
  echo "stop number $stops"
  read -r answer
  if [ "$answer" = kill ]; then kill %1; fi
  fg
  code=$?
  until_over
}
until_over
stty -a > "$NOTES/after" 2> "$NOTES/no-terminal"
echo $code > "$NOTES/code"
echo "left with $code"
`;

export type Shell = {
  readonly terminal: Terminal;
  /** Of the chat, once it has been started. */
  readonly started: () => Promise<void>;
  readonly pid: () => number;
  /** What \`stty -a\` said, the size left out. */
  readonly stty: (when: 'before' | 'stopped' | 'after') => string;
  /** The job's exit code, as the shell has it, once it is over. */
  readonly code: () => Promise<number>;
};

export type ShellOptions = Omit<TerminalOptions, 'args' | 'command'> & {
  /** Behind the program's words, for the shell: a redirection or a pipe. */
  readonly behind?: string;
};

/** The chat as a job; `args` are its words. */
export function openShell(home: Home, args: readonly string[], options: ShellOptions = {}): Shell {
  const notes = mkdtempSync(join(home.dir, 'shell-'));
  const { behind = '', env, ...rest } = options;
  const whole = script.replace('- "$@"\n', `- "$@" ${behind}\n`);
  const words = [process.execPath, program, ...args, '--dir', home.dir];
  const terminal = home.terminal({
    ...rest,
    command: ['bash', '--norc', '-c', whole, 'shell', ...words],
    env: { ...env, NOTES: notes },
  });
  const read = (name: string) => readFileSync(join(notes, name), 'utf8');
  const written = async (name: string) => {
    for await (const _ of changesIn(notes)) if (existsSync(join(notes, name)) && read(name) !== '') break;
  };
  return {
    terminal,
    started: () => written('pid'),
    pid: () => Number(read('pid')),
    stty: (when) => read(when).replace(/rows \d+; columns \d+; /, ''),
    code: async () => {
      await written('code');
      return Number(read('code'));
    },
  };
}

/** One turn now, and one for each change below the folder. */
async function* changesIn(folder: string): AsyncGenerator<void> {
  const watcher = watch(folder);
  try {
    for (;;) {
      yield;
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
}
