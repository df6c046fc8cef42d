// Words of the command line to one invocation. Pure: main calls it with argv and the environment.
// meow splits the words; what is unknown is refused here, because the nearest word belongs into the sentence.
import meow from 'meow';
import { UsageError } from './failure.ts';
import {
  type CommandName,
  commands,
  dashed,
  type Flags,
  isAllowed,
  isCommand,
  isOption,
  type OptionName,
  type OptionSpec,
  optionSpec,
  options,
  plannedCommands,
  specOf,
} from './options.ts';
import { nearest } from './suggest.ts';

export type Invocation = {
  readonly command: CommandName;
  readonly input: readonly string[];
  readonly flags: Flags;
};

type Parsed = { readonly input: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };

/** Throws `UsageError` for what is not a command line of ours. Environment variables stand in for absent options. */
export function parseArgv(argv: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const end = argv.indexOf('--');
  // What stands behind -- is no option, and no subcommand either.
  const [words, rest] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const parsed = split(words);
  if (parsed.input[0] === 'help') return helpOn(parsed.input[1]);
  const first = commandWord(parsed.input);
  const command = first ?? 'chat';
  const input = [...(first === undefined ? parsed.input : parsed.input.slice(1)), ...rest];
  const flags = checkFlags(command, parsed.flags);
  const invocation = { command, input, flags: withEnvironment(command, flags, env) };
  if (flags.help !== true && flags.version !== true) checkInput(invocation);
  return invocation;
}

/** `chat-tui help send` is `chat-tui send --help`. */
function helpOn(word: string | undefined): Invocation {
  const command = word === undefined ? 'chat' : (commandWord([word]) ?? 'chat');
  return { command, input: [], flags: { help: true } };
}

/** `-nada` is `-n ada`, as with other programs; meow takes it for four switches. */
function separated(word: string): readonly string[] {
  const [, short, value] = /^-([A-Za-z])([^=].*)$/s.exec(word) ?? [];
  const isValue = Object.values(options).some(
    (spec: OptionSpec) => spec.short === short && spec.type === 'string',
  );
  return short !== undefined && value !== undefined && isValue ? [`-${short}`, value] : [word];
}

function split(words: readonly string[]): Parsed {
  const argv = words.flatMap(separated);
  try {
    const { input, flags } = meow('', {
      importMeta: import.meta,
      pkg: { name: 'chat-tui' },
      argv,
      flags: meowFlags(),
      autoHelp: false,
      autoVersion: false,
      // Absent stays absent, so that an option of another subcommand can be told from a default.
      booleanDefault: undefined,
    });
    return { input, flags };
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)} See chat-tui --help.`, {
      cause,
    });
  }
}

type MeowFlag = { type: 'string'; shortFlag?: string } | { type: 'boolean'; shortFlag?: string };

function meowFlags(): Record<string, MeowFlag> {
  const entries = Object.entries(options).map(([name, spec]: [string, OptionSpec]) => {
    const flag = spec.short === undefined ? { type: spec.type } : { type: spec.type, shortFlag: spec.short };
    return [name, flag];
  });
  return Object.fromEntries(entries);
}

function commandWord([word]: readonly string[]): CommandName | undefined {
  if (word === undefined || isCommand(word)) return word;
  if ((plannedCommands as readonly string[]).includes(word)) {
    throw new UsageError(`chat-tui ${word} is planned, and not there yet.`);
  }
  // A dot, colon or slash makes it an address; other words may be the name of a host, or a typing error.
  if (/[.:/[\]]/.test(word)) return undefined;
  const visible = [...Object.keys(commands).filter((name) => name !== 'serve-local'), ...plannedCommands];
  const meant = nearest(word, visible);
  if (meant !== undefined) {
    throw new UsageError(
      `chat-tui has no subcommand ${quoted(word)}. Did you mean chat-tui ${meant}? (A host of that name: chat-tui -s ${word})`,
    );
  }
  return undefined;
}

function checkFlags(command: CommandName, given: Readonly<Record<string, unknown>>): Flags {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!isOption(name)) throw new UsageError(unknownOption(command, name));
    if (!isAllowed(command, name)) {
      throw new UsageError(`${dashed(name)} is no option of chat-tui ${command}. See ${helpFor(command)}.`);
    }
    checkValue(name, value);
  }
  return given as Flags;
}

function checkValue(name: OptionName, value: unknown): void {
  const spec = optionSpec(name);
  if (spec.type === 'string' && value === '') {
    throw new UsageError(`${dashed(name)} wants a value: ${dashed(name)} ${spec.value ?? 'VALUE'}.`);
  }
  if (name === 'store') {
    throw new UsageError('--store is planned, and not there yet: leave it out to use the local disk.');
  }
}

function unknownOption(command: CommandName, name: string): string {
  const typed = name.length === 1 ? `-${name}` : dashed(name);
  const known = (Object.keys(options) as OptionName[]).filter((option) => isAllowed(command, option));
  const meant = nearest(typed, known.map(dashed));
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `${quoted(typed)} is no option of chat-tui${command === 'chat' ? '' : ` ${command}`}.${hint} See ${helpFor(command)}.`;
}

function helpFor(command: CommandName): string {
  return command === 'chat' ? 'chat-tui --help' : `chat-tui ${command} --help`;
}

function checkInput({ command, input, flags }: Invocation): void {
  const spec = specOf(command);
  if (spec.plannedWithout !== undefined && flags[spec.plannedWithout] === undefined) {
    throw new UsageError(
      `chat-tui ${command} without ${dashed(spec.plannedWithout)} is planned, and not there yet. See ${helpFor(command)}.`,
    );
  }
  if (input.length > spec.inputMax) {
    const extra = input[spec.inputMax] ?? '';
    throw new UsageError(`${quoted(extra)} is one word too many. See ${helpFor(command)}.`);
  }
}

const variables = { server: 'CHAT_TUI_SERVER', nick: 'CHAT_TUI_NICK', dir: 'CHAT_TUI_DIR' } as const;
/** Those of one subcommand: elsewhere they say nothing. */
const ownVariables = { logDir: 'CHAT_TUI_LOG_DIR' } as const;

function withEnvironment(command: CommandName, flags: Flags, env: NodeJS.ProcessEnv): Flags {
  const found: Record<string, string> = {};
  const own = Object.entries(ownVariables).filter(([name]) => isOption(name) && isAllowed(command, name));
  for (const [name, variable] of [...Object.entries(variables), ...own]) {
    const value = env[variable];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return { ...found, ...flags };
}

/** Words of the user in our sentences: JSON's quotes keep control characters out of the terminal. */
function quoted(word: string): string {
  return JSON.stringify(word.length > 80 ? `${word.slice(0, 80)}…` : word);
}

/** A whole number of at least `least`, from an option's value. */
export function wholeNumber(name: OptionName, text: string, least: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${dashed(name)} wants a whole number from ${least} on, not ${quoted(text)}.`);
}
