// From a key to the screen while others write, and what a new message costs the screen of who reads.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../../helpers/program.ts';
import { ChatRoom, chatOnScreen, onScreen, prompt } from '../chat-room.ts';
import { watchCores } from '../cores.ts';
import { cpuSeconds, median, quantile } from '../measure.ts';
import type { RawTerminal } from '../raw-terminal.ts';
import type { Row } from '../table.ts';

const rounds = 5;
const keysPerRound = 200;
const postsPerSecond = 200;
/** Letters that no post and no frame has, so that the bytes tell when one is shown; then the line is cleared. */
const letters = [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
const clearLine = '\x15';
const backlog = 200;

/** Between keys, so that they meet the frames of the flood at any moment: 20 to 50 ms, not in step with them. */
const pause = (count: number): number => 20 + ((count * 17) % 31);

type Typed = {
  readonly times: number[];
  readonly shown: { readonly bytes: number; readonly text: string }[];
};

/** Types letters, one when the one before is shown; milliseconds from writing a key to reading the frame that has it. */
async function typeLetters(terminal: RawTerminal, count: number): Promise<Typed> {
  const typed: Typed = { times: [], shown: [] };
  let text = '';
  for (let n = 0; n < count; n += 1) {
    if (n % letters.length === 0) {
      terminal.type(clearLine);
      text = '';
      await delay(100);
    }
    await delay(pause(n));
    const letter = letters[n % letters.length] ?? '';
    text += letter;
    const from = performance.now();
    const bytes = terminal.bytes;
    terminal.type(letter);
    const seen = await terminal.sees(letter, bytes);
    typed.times.push(seen.at - from);
    typed.shown.push({ bytes: seen.bytes, text });
  }
  return typed;
}

/** The bytes said that a letter came; the emulator says that the line stood there whole. */
async function checkShown(chat: RawTerminal, { shown }: Typed): Promise<void> {
  const screens = await chat.replay(shown.map(({ bytes }) => bytes));
  for (const [at, { text }] of shown.entries()) {
    const row = screens[at]?.at(-1);
    if (!row?.includes(`${prompt} ${text}`))
      throw new Error(`typed ${text}, and the composer showed: ${row}`);
  }
}

export async function keysInFlood(makeHome: () => Home): Promise<Row[]> {
  await using home = makeHome();
  using room = await ChatRoom.open(home, 4);
  await room.fill('before', backlog);
  const chats: number[][] = [];
  const echoes: number[][] = [];
  const costs: number[] = [];
  const cores = watchCores();
  const posted = room.post({ word: 'talk', perSecond: postsPerSecond, posts: 1e6 });
  for (let round = 0; round < rounds; round += 1) {
    await using echo = onScreen(home, [join(import.meta.dirname, '..', 'echo.ts')]);
    await echo.sees('ready');
    echoes.push((await typeLetters(echo, keysPerRound)).times);
    await using chat = chatOnScreen(home, 'ada');
    await chat.sees(' online ');
    await chat.sees('talk ');
    const typed = await typeLetters(chat, keysPerRound);
    await checkShown(chat, typed);
    chats.push(typed.times);
    costs.push(await costOfReading(chat));
  }
  room.stopPosting();
  const { posts, seconds } = await posted;
  const void_ =
    posts / seconds < 0.95 * postsPerSecond
      ? { isVoid: `only ${(posts / seconds).toFixed(0)} posts/s` }
      : cores();
  return [keyRow(chats, echoes, void_), readingRow(costs, void_)];
}

const p50And99 = (rounds_: readonly number[][]): string =>
  [0.5, 0.99]
    .map((share) => `p${100 * share} ${median(rounds_.map((times) => quantile(times, share))).toFixed(1)}`)
    .join(', ');

function keyRow(chats: readonly number[][], echoes: readonly number[][], idle: Pick<Row, 'isVoid'>): Row {
  const p99 = median(chats.map((times) => quantile(times, 0.99)));
  return {
    name: `key to screen, 120x40, ${postsPerSecond} messages/s coming in`,
    value: `${p50And99(chats)} ms`,
    reference: `a bare echo: ${p50And99(echoes)} ms`,
    goal: 'p99 ≤ 16 ms',
    isMet: p99 <= 16,
    ...idle,
  };
}

const readingSeconds = 2;

/** Share of a core that the screen takes while nobody types. */
async function costOfReading(chat: RawTerminal): Promise<number> {
  const before = cpuSeconds(chat.pid);
  const from = performance.now();
  await delay(readingSeconds * 1_000);
  return ((cpuSeconds(chat.pid) - before) / (performance.now() - from)) * 1_000;
}

function readingRow(costs: readonly number[], idle: Pick<Row, 'isVoid'>): Row {
  const cost = median(costs);
  return {
    name: `reading ${postsPerSecond} messages/s, 120x40`,
    value: `${(100 * cost).toFixed(1)} % of a core, ${((1_000 * cost) / postsPerSecond).toFixed(2)} ms CPU a message`,
    reference: '',
    goal: '',
    ...idle,
  };
}
