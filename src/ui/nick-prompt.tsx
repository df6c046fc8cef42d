// The one question of a first run: what to be called. Asked by cli/commands/chat before the chat opens, and again with
// the server's sentence where the nick was refused. ink-text-input loses keys when several come in one chunk and types
// a letter for Ctrl-a, so it is fed one key at a time, and only keys that it knows.
import { EventEmitter } from 'node:events';
import { Box, render, Text, useInput } from 'ink';
import TextInput from 'ink-text-input';
import { useState } from 'react';
import { limits } from '../protocol/limits.ts';
import { parseNick } from '../text/nick.ts';
import { safeLine } from '../text/safe-text.ts';
import { chord, type InputEvent } from './input/key.ts';
import { openInput } from './input/stdin.ts';

export type NickQuestion = {
  /** What stands in the field at first, where it can be a nick: `$USER`. */
  readonly offered: string;
  /** Why the last one was refused. */
  readonly error?: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
};

/** `undefined`: the user left (Esc, Ctrl-c). A nick comes back well-formed; whether it is taken the server knows. */
export async function askNick({ offered, error, stdin, stdout }: NickQuestion): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  const input = openInput(stdin);
  const feed = makeFeed(input.ink);
  const stop = input.listen((event) => feed.push(bytesOf(event)));
  // Before the question stands there: until then the terminal edits lines by itself and keeps keys for itself.
  input.ink.setRawMode(true);
  const instance = render(
    <NickPrompt
      offered={offered}
      error={error}
      onNick={answer.resolve}
      onLeave={() => answer.resolve(undefined)}
    />,
    { stdin: feed.stdin, stdout, exitOnCtrlC: false, patchConsole: false, interactive: true },
  );
  try {
    return await Promise.race([answer.promise, instance.waitUntilExit().then(() => undefined)]);
  } finally {
    stop();
    instance.unmount();
    await instance.waitUntilExit();
    input.close();
  }
}

type PromptProps = {
  readonly offered: string;
  readonly error: string | undefined;
  readonly onNick: (nick: string) => void;
  readonly onLeave: () => void;
};

/** The longest nick in its longest form (each character two marks), as parseNick reads at most. */
const unitsMax = 6 * limits.nickChars;

export const NickPrompt = ({ offered, error, onNick, onLeave }: PromptProps) => {
  const [value, setValue] = useState(parseNick(offered).ok ? offered : '');
  const [told, setTold] = useState(error);
  useInput((input, key) => {
    if (key.escape || (key.ctrl && input === 'c')) onLeave();
  });
  const change = (text: string) => {
    setTold(undefined);
    setValue(text.slice(0, unitsMax));
  };
  const submit = (text: string) => {
    const parsed = parseNick(text.trim());
    if (parsed.ok) onNick(parsed.nick);
    else setTold(parsed.sentence);
  };
  return (
    <Box flexDirection="column">
      <Text>What shall people call you? Enter takes it, Esc leaves.</Text>
      <Box>
        <Text>nick: </Text>
        <TextInput value={value} onChange={change} onSubmit={submit} />
      </Box>
      {told !== undefined && <Text>! {safeLine(told)}</Text>}
    </Box>
  );
};

/** What ink-text-input makes something of, as a terminal sends it. */
const known: Readonly<Record<string, string>> = {
  enter: '\r',
  backspace: '\x7f',
  'ctrl-h': '\x7f',
  left: '\x1b[D',
  'ctrl-b': '\x1b[D',
  right: '\x1b[C',
  'ctrl-f': '\x1b[C',
  escape: '\x1b[27u',
  'ctrl-c': '\x03',
  'ctrl-d': '\x03',
};

function bytesOf(event: InputEvent): string {
  if (event.type === 'paste') return event.text.replace(/[\x00-\x1f\x7f-\x9f]/g, '').slice(0, unitsMax);
  if (event.type !== 'key') return '';
  return event.key.text ?? known[chord(event.key)] ?? '';
}

/** Ink's stdin: one key per turn of the event loop, so that React has drawn the one before. */
export function makeFeed(terminal: NodeJS.ReadStream): {
  readonly stdin: NodeJS.ReadStream;
  readonly push: (key: string) => void;
} {
  const waiting: string[] = [];
  let current: string | null = null;
  let isPumping = false;
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(terminal), EventEmitter.prototype, {
    read: () => {
      const key = current;
      current = null;
      return key;
    },
  });
  const pump = () => {
    current = waiting.shift() ?? null;
    isPumping = current !== null;
    if (!isPumping) return;
    stdin.emit('readable');
    setImmediate(pump);
  };
  return {
    stdin,
    push: (key) => {
      if (key === '') return;
      waiting.push(key);
      if (!isPumping) pump();
    },
  };
}
