// What --help prints, for the program and for each subcommand. main calls it before anything else is loaded.
import {
  type CommandName,
  commands,
  commonOptions,
  dashed,
  type OptionName,
  optionSpec,
  plannedCommands,
  specOf,
} from './options.ts';

const listed = (Object.keys(commands) as CommandName[]).filter((name) => name !== 'serve-local');

export function helpText(command: CommandName): string {
  return command === 'chat' ? mainHelp() : commandHelp(command);
}

function mainHelp(): string {
  const uses = listed.map((name) => {
    const { usage, does } = specOf(name);
    return `  ${`${head(name)} ${usage}`.padEnd(32)} ${does}`;
  });
  return [
    'chat-tui: group chat and file sharing in the terminal',
    '',
    ...uses,
    `  planned: ${plannedCommands.join(', ')}`,
    '',
    'Without a LINK or -s the server on this machine is used, and started when it is not there.',
    'chat-tui SUBCOMMAND --help says more about one of them.',
    '',
    ...optionLines([...commonOptions, ...specOf('chat').own]),
    '',
    'Environment: CHAT_TUI_SERVER, CHAT_TUI_NICK, CHAT_TUI_DIR, CHAT_TUI_LOG_DIR stand for -s, -n, --dir, --log-dir;',
    '             CHAT_TUI_TYPING=off does not tell that you type; NO_COLOR is respected.',
    'Exit codes: 0 done, 1 failure, 2 wrong usage, 3 server not reached, 4 server key changed, 5 refused,',
    '            6 transfer failed, 130 interrupted, 143 terminated.',
  ].join('\n');
}

function commandHelp(command: CommandName): string {
  const { usage, does, own, more } = specOf(command);
  return [
    `${head(command)} ${usage}`.trimEnd(),
    '',
    does,
    ...(more === undefined ? [] : more.split('\n')),
    '',
    ...optionLines([...own, ...commonOptions]),
  ].join('\n');
}

function head(command: CommandName): string {
  return command === 'chat' ? 'chat-tui' : `chat-tui ${command}`;
}

function optionLines(names: readonly OptionName[]): string[] {
  return names.map((name) => {
    const { short, value, help } = optionSpec(name);
    const left = `${short === undefined ? '    ' : `-${short}, `}${dashed(name)}${value === undefined ? '' : ` ${value}`}`;
    return `  ${left.padEnd(26)} ${help}`;
  });
}
