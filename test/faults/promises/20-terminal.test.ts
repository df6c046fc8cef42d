// Promise 20: the terminal is given back. Every way out of the chat, in a shell's pseudo-terminal: no mode is left on,
// by the emulator and by the bytes, `stty -a` says what it said before, and the exit code and last words are right.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftOn } from '../../helpers/left-on.ts';
import { endProcess, Home, type Served } from '../../helpers/program.ts';
import { openShell, type Shell, type ShellOptions, shellTitle } from '../../helpers/shell.ts';
import { general, newId, WireClient } from '../../helpers/wire-client.ts';
import { isLong, randomFrom, report, seed } from '../size.ts';

const random = randomFrom(seed + 20);
const home = new Home();
let served: Served;
let left = 0;
let chats = 0;

beforeAll(async () => {
  served = await home.serve(['--open', '--no-limits']);
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  if (left > 0) {
    report({
      promise: 20,
      did: `left ${left} times, by every way at every moment`,
      saw: 'all modes as before',
    });
  }
});

/** Nothing of ours is on. */
const given = {
  screen: 'normal',
  cursor: 'shown',
  mouse: 'none',
  focus: false,
  paste: false,
  synchronized: false,
};
/** What is on while the chat is open; its end must be the end of exactly this. */
const taken = [
  'alternate screen',
  'bracketed paste',
  'focus',
  'keys, alternate screen',
  'mouse',
  'mouse columns',
  'title',
];

type Way = {
  readonly name: string;
  readonly code: number;
  readonly leave: (shell: Shell) => void | Promise<void>;
  /** Stands behind the chat, on the shell's screen. */
  readonly says?: RegExp;
  /** A way that needs no keys can be gone at any moment, that of the start among them. */
  readonly isSignal?: true;
};

async function stop(shell: Shell, how: () => void, number = 1): Promise<void> {
  how();
  await shell.terminal.shows(`stop number ${number}`);
  expect(leftOn(shell.terminal.output)).toEqual([]);
  expect(shell.terminal.modes).toEqual(given);
  expect(shell.terminal.title).toBe(shellTitle);
  expect(shell.stty('stopped')).toBe(shell.stty('before'));
}

async function comeBack(shell: Shell, how: () => void): Promise<void> {
  how();
  await shell.terminal.shows('[#general]');
  await shell.terminal.shows(() => leftOn(shell.terminal.output).join() === taken.join());
}

const fg = ({ terminal }: Shell) => terminal.enter('fg');
const quit = ({ terminal }: Shell) => terminal.enter('\x15/quit');
const signal = (name: NodeJS.Signals) => (shell: Shell) => endProcess(shell.pid(), name);

const ways: readonly Way[] = [
  { name: '/quit', code: 0, leave: quit },
  { name: '!DISCONNECT', code: 0, leave: ({ terminal }) => terminal.enter('\x15!disconnect') },
  { name: 'Ctrl-d in an empty composer', code: 0, leave: ({ terminal }) => terminal.type('\x15\x04') },
  { name: 'Ctrl-c twice', code: 0, leave: ({ terminal }) => terminal.type('\x15\x03\x03') },
  { name: 'SIGINT', code: 130, leave: signal('SIGINT') },
  { name: 'SIGTERM', code: 143, leave: signal('SIGTERM'), isSignal: true },
  { name: 'SIGHUP', code: 129, leave: signal('SIGHUP'), isSignal: true },
  {
    name: 'two signals at once',
    code: 143,
    leave: (shell) => {
      signal('SIGTERM')(shell);
      signal('SIGTERM')(shell);
    },
    isSignal: true,
  },
  {
    name: 'an error that nothing expected',
    code: 1,
    leave: signal('SIGUSR2'),
    says: /chat-tui: a fault from outside/,
  },
  {
    name: 'an error writing to the terminal',
    code: 1,
    leave: signal('SIGVTALRM'),
    says: /The output could not be written: write ENOSPC/,
  },
  {
    name: 'Ctrl-z, fg and /quit',
    code: 0,
    leave: async (shell) => {
      await stop(shell, () => shell.terminal.type('\x1a'));
      await comeBack(shell, () => fg(shell));
      quit(shell);
    },
  },
  {
    name: 'Ctrl-z three times in one read, fg each time, and /quit',
    code: 0,
    leave: async (shell) => {
      await stop(shell, () => shell.terminal.type('\x1a\x1a\x1a'));
      await comeBack(shell, () => fg(shell));
      quit(shell);
    },
  },
  {
    name: 'SIGTSTP and SIGCONT from outside, twice, and SIGTERM',
    code: 143,
    leave: async (shell) => {
      for (let n = 1; n <= 2; n += 1) {
        await stop(shell, () => signal('SIGTSTP')(shell), n);
        await comeBack(shell, () => fg(shell));
        // A stop that meets a redraw happens behind it.
        if (n === 1) shell.terminal.type('\x0c');
      }
      signal('SIGTERM')(shell);
    },
  },
  {
    name: 'SIGTERM while it is stopped',
    code: 143,
    leave: async (shell) => {
      await stop(shell, () => shell.terminal.type('\x1a'));
      signal('SIGTERM')(shell);
      fg(shell);
    },
  },
  {
    name: "the shell's kill while it is stopped, which continues it in the background",
    code: 143,
    leave: async (shell) => {
      await stop(shell, () => shell.terminal.type('\x1a'));
      shell.terminal.enter('kill');
    },
  },
  {
    name: 'Ctrl-l three times in one read, and /quit',
    code: 0,
    leave: async (shell) => {
      shell.terminal.type('\x0c\x0c\x0c');
      quit(shell);
    },
  },
];

const fault = `
process.on('SIGUSR2', () => { throw new Error('a fault from outside'); });
process.on('SIGVTALRM', () => {
  process.stdout.emit('error', Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
});`;

/** With a way in for faults; a nick of its own. */
function open(options: ShellOptions = {}): Shell {
  const hook = join(home.dir, 'fault.mjs');
  writeFileSync(hook, fault);
  chats += 1;
  const env = { NODE_OPTIONS: `--import=${hook}` };
  return openShell(home, [served.link, '--nick', `guest${chats}`], { env, ...options });
}

/** Whatever the way was, this is how the terminal is behind it. */
async function isAsBefore(shell: Shell, { code, says }: Pick<Way, 'code' | 'says'>): Promise<void> {
  await shell.terminal.shows(/left with \d+/);
  expect(shell.terminal.text).toContain(`left with ${code}`);
  if (says !== undefined) expect(shell.terminal.text.replaceAll('\n', '')).toMatch(says);
  expect(leftOn(shell.terminal.output)).toEqual([]);
  expect(shell.terminal.modes).toEqual(given);
  expect(shell.terminal.title).toBe(shellTitle);
  expect(shell.stty('after')).toBe(shell.stty('before'));
  const last = shell.terminal.cells[shell.terminal.cursor.row - 1]?.[0];
  expect(last).toMatchObject({ chars: 'l', fg: undefined, bg: undefined, isBold: false, isInverse: false });
  left += 1;
}

describe('the terminal is as before', () => {
  test.each(ways)('after $name', async (way) => {
    const shell = open();
    await shell.terminal.shows('online');
    expect(leftOn(shell.terminal.output)).toEqual(taken);
    expect(shell.terminal.title).toBe('chat-tui #general');
    await way.leave(shell);
    await isAsBefore(shell, way);
  });

  test('when the server was killed, and what could not be sent is said', async () => {
    await using other = new Home();
    const own = await other.serve(['--open']);
    const shell = openShell(other, [own.link, '--nick', 'ada']);
    await shell.terminal.shows('1 online');
    endProcess(own.child.pid ?? 0);
    await shell.terminal.shows(/next try|connecting/);
    shell.terminal.enter('nobody hears this');
    await shell.terminal.shows('nobody hears this');
    quit(shell);
    await isAsBefore(shell, { code: 0, says: /1 message waits for the server and will be sent next time/ });
  });

  test("when the server's key is not the linked one: both fingerprints and what to do", async () => {
    const wrong = served.link.replace(served.fingerprint, served.fingerprint.split('').reverse().join(''));
    const shell = openShell(home, [wrong, '--nick', 'ada']);
    await isAsBefore(shell, { code: 4, says: new RegExp(`${served.fingerprint}.*chat-tui trust`) });
  });

  test('when nobody listens there', async () => {
    const shell = openShell(home, ['127.0.0.1:1', '--nick', 'ada']);
    await isAsBefore(shell, { code: 3, says: /chat-tui: / });
  });

  test('when the nick is taken and the question for another is left', async () => {
    await using other = new Home();
    const owner = openShell(home, [served.link, '--nick', 'olga']);
    await owner.terminal.shows('online');
    for (const leave of ['\x1b', '\x03']) {
      const shell = openShell(other, [served.link, '--nick', 'olga']);
      await shell.terminal.shows('is taken');
      shell.terminal.type(leave);
      await isAsBefore(shell, { code: 130 });
    }
    const shell = openShell(other, [served.link, '--nick', 'olga']);
    await shell.terminal.shows('is taken');
    endProcess(shell.pid(), 'SIGTERM');
    await isAsBefore(shell, { code: 143 });
    quit(owner);
    await isAsBefore(owner, { code: 0 });
  });

  test.each([
    ['a reader that leaves', '| head -n 1', 0],
    ['no stdout at all', '>&-', 0],
  ])('with %s: nothing was ever switched on', async (_what, behind, code) => {
    const shell = open({ behind });
    shell.terminal.enter('one line');
    shell.terminal.enter('/quit');
    await isAsBefore(shell, { code });
    expect(shell.terminal.output).not.toContain('\x1b[?1049h');
  });

  test('and where the window was closed there is nothing to give back: it ends as hung up, and says goodbye', async () => {
    const witness = await WireClient.enter({ port: served.port, pin: served.fingerprint }, 'witness');
    const told = (nick: string, state: string) =>
      witness.match(
        (packet) =>
          packet.kind === 'presence' &&
          packet.changes.some((change) => change.nick === nick && change.state === state),
      );
    for (const nick of ['grace', 'heidi']) {
      const shell = openShell(home, [served.link, '--nick', nick]);
      await told(nick, 'online');
      if (nick === 'heidi') shell.terminal.type('/\t');
      shell.terminal.close();
      expect(await shell.code()).toBe(129);
      // A lost connection would be waited for, and nobody be told for 30 s.
      await told(nick, 'offline');
    }
    await witness.close();
  });

  test('a stop that nobody can continue (no shell with jobs) is none: the chat goes on', async () => {
    const alone = home.chat([served.link, '--nick', 'alone']);
    await alone.shows('online');
    alone.type('\x1a');
    // What is typed while the terminal is lent goes through its line discipline, which makes a line feed of Enter.
    await alone.shows(
      ({ output }) => output.includes('\x1b[?1049l') && leftOn(output).join() === taken.join(),
    );
    alone.enter('still here');
    await alone.shows('│ still here');
    alone.enter('/quit');
    expect(await alone.exited).toBe(0);
    expect(leftOn(alone.output)).toEqual([]);
  });
});

type Moment = {
  readonly name: string;
  readonly ways: readonly Way[];
  readonly come: (shell: Shell) => Promise<void>;
};

const atMost = (ms: number) => delay(random() * ms);

/** 500 messages a second by another member until it is stopped. */
async function flood(): Promise<() => Promise<void>> {
  const writer = await WireClient.enter({ port: served.port, pin: served.fingerprint }, `writer${chats}`);
  let sent = 0;
  const timer = setInterval(() => {
    for (let n = 0; n < 5; n += 1) {
      sent += 1;
      writer.send({ kind: 'post', id: newId(), room: general, text: `of a flood, number ${sent}` });
    }
  }, 10);
  return async () => {
    clearInterval(timer);
    await writer.close();
  };
}

const signalled = ways.filter(({ isSignal }) => isSignal === true);
const moments: readonly Moment[] = [
  {
    name: 'the start',
    ways: signalled,
    come: async (shell) => {
      await shell.started();
      await atMost(500);
    },
  },
  {
    name: 'a flood',
    ways,
    come: async (shell) => {
      await shell.terminal.shows(/of a flood, number \d+/);
      await atMost(300);
    },
  },
  {
    name: 'a choice on the screen',
    ways,
    come: async (shell) => {
      await shell.terminal.shows('online');
      shell.terminal.type('/\t');
      await atMost(100);
    },
  },
  {
    name: 'a change of size',
    ways,
    come: async (shell) => {
      await shell.terminal.shows('online');
      for (let n = 0; n < 10; n += 1) {
        shell.terminal.resize(20 + Math.floor(random() * 120), 5 + Math.floor(random() * 50));
        await atMost(20);
      }
      shell.terminal.resize(80, 24);
    },
  },
];

function atAnyMoment(): void {
  const rounds = Array.from({ length: 5 }, (_, round) => round + 1);
  const all = moments.flatMap(({ ways: some, ...moment }) =>
    some.flatMap((way) =>
      rounds.map((round) => ({ moment, way, round, title: `${moment.name}: ${way.name}` })),
    ),
  );
  test.each(all)('$title, $round', async ({ moment, way }) => {
    const stopFlood = moment.name === 'a flood' ? await flood() : undefined;
    const shell = open();
    await moment.come(shell);
    await way.leave(shell);
    await isAsBefore(shell, way);
    await stopFlood?.();
  });
}

if (isLong) describe('at any moment the terminal is as before', atAnyMoment);
