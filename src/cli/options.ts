// Every option of every subcommand, once: argv reads it to parse, help to print, and both to refuse.

export type OptionSpec = {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What the value is called in the help; absent for switches. */
  readonly value?: string;
  readonly help: string;
};

/** By their camel-case names, as the parser gives them; `limits: false` is what `--no-limits` says. */
export const options = {
  server: { type: 'string', short: 's', value: 'LINK', help: 'which server: host, host:port, or a link' },
  nick: { type: 'string', short: 'n', value: 'NAME', help: 'who you are on that server' },
  room: {
    type: 'string',
    short: 'r',
    value: 'ROOM',
    help: 'which room (default: general); @NICK: the one of you two',
  },
  json: { type: 'boolean', help: 'JSON lines on stdout, nothing else on stdout' },
  plain: { type: 'boolean', help: 'the chat as plain lines, without a full screen' },
  commands: { type: 'boolean', help: 'in plain mode, lines from a pipe may be commands' },
  dir: { type: 'string', value: 'DIR', help: 'keep everything below DIR instead of the usual folders' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
  version: { type: 'boolean', help: 'print the version' },
  listen: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'where to listen (default: 0.0.0.0:2428; port 0: any)',
  },
  public: {
    type: 'string',
    value: 'HOST[:PORT]',
    help: 'what the link names instead of this machine’s address',
  },
  data: { type: 'string', value: 'DIR', help: 'the folder with the log, the files and the server’s key' },
  open: { type: 'boolean', help: 'a new member needs no token' },
  limits: {
    type: 'boolean',
    help: 'rate and connection limits off, but 64 logins at a time: for trusted networks, to measure',
  },
  plainTcp: { type: 'boolean', help: 'no TLS; only on a loopback address' },
  name: { type: 'string', value: 'NAME', help: 'what the server calls itself' },
  maxUpload: { type: 'string', value: 'SIZE', help: 'the largest file that is taken (default: 2GiB)' },
  store: { type: 'string', value: 'URL', help: 'another store (planned)' },
  id: { type: 'string', value: 'UUID', help: 'the same id sent again is the same message' },
  output: { type: 'string', short: 'o', value: 'PATH', help: 'where to write the file; - is stdout' },
  limit: { type: 'string', value: 'N', help: 'how many messages at most (default: 50)' },
  before: { type: 'string', value: 'SEQ', help: 'only what stands before SEQ' },
  after: { type: 'string', value: 'SEQ', help: 'only what stands after SEQ' },
  follow: { type: 'boolean', help: 'then print what comes, until interrupted' },
  all: { type: 'boolean', help: 'also members who are offline' },
  code: { type: 'string', value: 'CODE', help: 'be who made CODE with /link on another device' },
  member: { type: 'string', value: 'NICK', help: 'whose new device the code is for' },
  keys: { type: 'string', value: 'FILE', help: 'the file with the keys' },
  logDir: { type: 'string', value: 'DIR', help: 'write what is said into text files below DIR' },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof options;

/** What was given: absent means not given. */
export type Flags = {
  readonly [Name in OptionName]?: (typeof options)[Name]['type'] extends 'string' ? string : boolean;
};

const common = ['server', 'nick', 'room', 'json', 'plain', 'dir', 'help', 'version'] as const;

export type CommandSpec = {
  /** What stands behind the command's name. */
  readonly usage: string;
  readonly does: string;
  readonly own: readonly OptionName[];
  readonly more?: string;
  readonly inputMax: number;
  /** Without this option it is planned, and says so. */
  readonly plannedWithout?: OptionName;
};

export const commands = {
  chat: {
    usage: '[LINK]',
    does: 'Opens the chat.',
    own: ['commands', 'code', 'logDir'],
    inputMax: 1,
  },
  serve: {
    usage: '',
    does: 'Runs a server in the foreground and prints the link that lets others in.',
    own: ['listen', 'public', 'data', 'open', 'limits', 'plainTcp', 'name', 'maxUpload', 'store'],
    more: 'It takes over from a running server on the same data. The link stays the same after a restart.',
    inputMax: 0,
  },
  who: {
    usage: '',
    does: 'Prints who is online on the server, or in one room with -r.',
    own: ['all'],
    inputMax: 0,
  },
  send: {
    usage: '[TEXT...]',
    does: 'Posts a message; reads stdin without TEXT, or with -.',
    own: ['id'],
    more: 'Long input is cut into messages at line ends, and each is on the server’s disk before the next.\nText that begins with - goes behind --.',
    inputMax: Number.POSITIVE_INFINITY,
  },
  put: {
    usage: 'PATH...',
    does: 'Sends files to a room.',
    own: [],
    inputMax: Number.POSITIVE_INFINITY,
  },
  get: {
    usage: 'FILE [-o PATH]',
    does: 'Fetches a file: FILE is the seq of its message, or the start of its SHA-256.',
    own: ['output'],
    more: 'A FILE of digits alone is a seq; sha256:DIGITS says that a SHA-256 is meant.',
    inputMax: 1,
  },
  history: {
    usage: '',
    does: 'Prints messages, oldest first.',
    own: ['limit', 'before', 'after', 'follow'],
    inputMax: 0,
  },
  search: {
    usage: 'QUERY',
    does: 'Finds messages in all rooms you may read, or in one with -r.',
    own: ['limit'],
    more: 'QUERY: words, and from:NICK in:#ROOM before:DATE after:DATE has:file. The beginning of a word is enough.',
    inputMax: Number.POSITIVE_INFINITY,
  },
  export: {
    usage: '[-o FILE]',
    does: 'Prints a whole room, or writes it into a new file.',
    own: ['output'],
    more: 'With --json a line is an object as history --json prints it. A file that is there is never overwritten.',
    inputMax: 0,
  },
  invite: {
    usage: '--member NICK',
    does: 'Prints a one-time code for a new device of a member who lost every key.',
    own: ['member', 'data'],
    more: 'On the machine of the running server. The member starts chat-tui LINK --code CODE. (A link for newcomers: planned.)',
    inputMax: 0,
    plannedWithout: 'member',
  },
  backup: {
    usage: '--keys FILE',
    does: 'Writes the keys of all your profiles into a file with a passphrase.',
    own: ['keys'],
    more: 'The passphrase is asked for, or is CHAT_TUI_PASSPHRASE, or the first line of stdin. (A server’s data: planned.)',
    inputMax: 0,
    plannedWithout: 'keys',
  },
  restore: {
    usage: '--keys FILE',
    does: 'Takes keys back from such a file; a key that is there is never overwritten.',
    own: ['keys'],
    more: 'The passphrase is asked for, or is CHAT_TUI_PASSPHRASE, or the first line of stdin.',
    inputMax: 0,
    plannedWithout: 'keys',
  },
  trust: {
    usage: 'LINK',
    does: 'Accepts a server’s changed key: the one that LINK names.',
    own: [],
    inputMax: 1,
  },
  /** What the program starts for itself; nobody types it, so no help lists it. */
  'serve-local': { usage: '', does: 'Runs the local server.', own: [], inputMax: 0 },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commands;

/** Promised by the contract and not there yet: each answers with a sentence. */
export const plannedCommands = ['status', 'doctor'] as const;

export function specOf(command: CommandName): CommandSpec {
  return commands[command];
}

export function optionSpec(name: OptionName): OptionSpec {
  return options[name];
}

export function isAllowed(command: CommandName, name: OptionName): boolean {
  return (common as readonly OptionName[]).includes(name) || specOf(command).own.includes(name);
}

export function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

/** `plainTcp` as people type it: `--plain-tcp`. */
export function dashed(name: string): string {
  if (name === 'limits') return '--no-limits';
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export { common as commonOptions };
