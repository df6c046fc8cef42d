// How long until the screen takes keys, and until one is in the room.
import { spawnSync } from 'node:child_process';
import type { Home } from '../../helpers/program.ts';
import { chatOnScreen, prompt, screen } from '../chat-room.ts';
import { watchCores } from '../cores.ts';
import { median } from '../measure.ts';
import type { Row } from '../table.ts';

const rounds = 9;
/** What no frame holds until it is typed. */
const key = 'ж';

function emptyNode(): number {
  const from = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - from;
}

type Start = {
  /** Milliseconds until the first frame was seen, and from then until a key that was typed at once stood in it. */
  readonly frame: number;
  readonly key: number;
};

/** Typed into the prompt in the very moment it is seen: a frame that takes no keys yet would be no frame. */
async function startChat(home: Home, nick: string): Promise<Start> {
  const from = performance.now();
  await using chat = chatOnScreen(home, nick);
  const frame = await chat.sees(prompt);
  chat.type(key);
  const typed = await chat.sees(key, frame.bytes);
  const [first, second] = await chat.replay([frame.bytes, typed.bytes]);
  if (!first?.at(-1)?.includes(prompt) || !second?.at(-1)?.includes(`${prompt} ${key}`))
    throw new Error(`the composer was not there:\n${first?.join('\n')}\n${second?.join('\n')}`);
  return { frame: frame.at - from, key: typed.at - frame.at };
}

/** From the command to being in the room. The first one starts the server, and no compiled code is at hand. */
async function enterRoom(home: Home, nick: string): Promise<number> {
  const from = performance.now();
  await home.chat(['--nick', nick], screen).shows((terminal) => /\d+ online/.test(terminal.lines[0] ?? ''));
  return performance.now() - from;
}

export async function startUp(makeHome: () => Home): Promise<Row[]> {
  const node: number[] = [];
  const starts: Start[] = [];
  const entered: number[] = [];
  const cores = watchCores();
  for (let round = 0; round < rounds; round += 1) {
    await using home = makeHome();
    entered.push(await enterRoom(home, 'ada'));
    // Node writes its compiled code down once the first one is in the room; the second finds all of it.
    await enterRoom(home, 'carl');
    node.push(emptyNode());
    starts.push(await startChat(home, 'bob'));
  }
  const times = starts.map(({ frame }) => frame);
  const ratio = median(times) / median(node);
  const keyAfter = median(starts.map(({ key: after }) => after));
  const idle = cores();
  return [
    {
      name: 'start to first frame that takes keys',
      value: `${median(times).toFixed(0)} ms, a key typed at once shown ${keyAfter.toFixed(0)} ms later`,
      reference: `node -e 0: ${median(node).toFixed(0)} ms`,
      ratio,
      goal: '≤ 5',
      isMet: ratio <= 5,
      ...idle,
    },
    {
      name: 'command to being in the room, server started',
      value: `${median(entered).toFixed(0)} ms`,
      reference: '',
      goal: '≤ 1000 ms',
      isMet: median(entered) <= 1_000,
      ...idle,
    },
  ];
}
