// What a flood of messages costs the one who reads it: the chat, against a client without a screen that writes the same
// frames (raw-writer.ts), and beside it what irssi needs for the same messages from an IRC server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../helpers/program.ts';
import { ChatRoom, chatOnScreen, onScreen } from '../chat-room.ts';
import { watchCores } from '../cores.ts';
import { irssiInFlood } from '../irssi.ts';
import { cpuSeconds, median } from '../measure.ts';
import type { RawTerminal } from '../raw-terminal.ts';
import type { RawWriterPlan, RecordedFrame } from '../raw-writer.ts';
import type { Row } from '../table.ts';
import { lastTextOf } from '../texts.ts';

const rounds = 5;
const posts = 10_000;
const perSecond = 1_000;
const backlog = 200;

/** How a frame of the chat begins: synchronized output (DEC mode 2026). */
const frameStart = Buffer.from('\x1b[?2026h');

/** The frames that were written behind `from`, each with the time of the read that brought its beginning. */
function framesOf(chat: RawTerminal, from: number): RecordedFrame[] {
  const chunks = chat.written(from);
  const all = Buffer.concat(chunks.map(({ bytes }) => bytes));
  const frames: RecordedFrame[] = [];
  const begun = chunks[0]?.at ?? 0;
  let chunk = 0;
  let end = chunks[0]?.bytes.length ?? 0;
  for (let at = all.indexOf(frameStart); at >= 0; ) {
    while (end <= at) end += chunks[++chunk]?.bytes.length ?? Number.POSITIVE_INFINITY;
    const next = all.indexOf(frameStart, at + 1);
    const bytes = all.subarray(at, next < 0 ? undefined : next);
    frames.push({ afterMs: (chunks[chunk]?.at ?? begun) - begun, text: bytes.toString('latin1') });
    at = next;
  }
  return frames;
}

async function floodOfChat(
  room: ChatRoom,
  chat: RawTerminal,
  word: string,
): Promise<{ cpu: number; frames: RecordedFrame[] }> {
  const from = chat.bytes;
  const before = cpuSeconds(chat.pid);
  const [seen] = await Promise.all([
    chat.sees(lastTextOf(word), from),
    room.post({ word, posts, perSecond }),
  ]);
  const cpu = cpuSeconds(chat.pid) - before;
  const [last] = await chat.replay([seen.bytes]);
  if (!last?.some((row) => row.includes(lastTextOf(word))))
    throw new Error(`not the end:\n${last?.join('\n')}`);
  return { cpu, frames: framesOf(chat, from) };
}

async function floodOfWriter(room: ChatRoom, writer: RawTerminal, word: string): Promise<number> {
  const before = cpuSeconds(writer.pid);
  await Promise.all([writer.sees(`whole ${posts}`), room.post({ word, posts, perSecond })]);
  return cpuSeconds(writer.pid) - before;
}

/** The same number of texts, of the same letters, comes again under this word. */
const wordOf = (round: number): string => `flood${round}`;

export async function flood(makeHome: () => Home): Promise<Row[]> {
  await using home = makeHome();
  using room = await ChatRoom.open(home, 4);
  await room.fill('before', backlog);
  const chats: number[] = [];
  const writers: number[] = [];
  const drawn: number[] = [];
  const sizes: number[] = [];
  const cores = watchCores();
  for (let round = 0; round < rounds; round += 1) {
    const word = wordOf(round);
    const { cpu, frames } = await chatRound(home, room, word);
    chats.push(cpu);
    drawn.push(frames.length);
    sizes.push(frames.reduce((sum, { text }) => sum + text.length, 0));
    writers.push(await writerRound(home, room, word, frames));
  }
  const irssi = await irssiInFlood(home, { posts, perSecond, word: 'irc' });
  const idle = cores();
  const ratio = median(chats) / median(writers);
  return [
    {
      name: `a flood of ${posts.toLocaleString('en')} messages at ${perSecond.toLocaleString('en')}/s, 120x40`,
      value: `${median(chats).toFixed(2)} s CPU, ${median(drawn)} frames of ${(median(sizes) / median(drawn) / 1024).toFixed(1)} KiB`,
      reference: `a raw writer of the same frames: ${median(writers).toFixed(2)} s`,
      ratio,
      goal: '≤ 2',
      isMet: ratio <= 2,
      ...idle,
    },
    ...(irssi === undefined ? [] : [irssiRow(irssi, median(chats), idle)]),
  ];
}

async function chatRound(
  home: Home,
  room: ChatRoom,
  word: string,
): Promise<{ cpu: number; frames: RecordedFrame[] }> {
  await using chat = chatOnScreen(home, 'ada');
  await chat.sees(' online ');
  return await floodOfChat(room, chat, word);
}

async function writerRound(
  home: Home,
  room: ChatRoom,
  word: string,
  recorded: readonly RecordedFrame[],
): Promise<number> {
  const frames = join(home.dir, `${word}.json`);
  writeFileSync(frames, JSON.stringify(recorded));
  const { port, fingerprint: pin } = room.served;
  // A new key each time, so a nick that nobody has.
  const plan: RawWriterPlan = { port, pin, nick: `reader-of-${word}`, frames, posts, word };
  await using writer = onScreen(home, [
    join(import.meta.dirname, '..', 'raw-writer.ts'),
    JSON.stringify(plan),
  ]);
  await writer.sees('online');
  return await floodOfWriter(room, writer, word);
}

/** No goal: the field's mark. Its frames are its own, and its server sends lines of plain IRC without TLS. */
function irssiRow(irssi: number, chat: number, idle: Pick<Row, 'isVoid'>): Row {
  return {
    name: 'the same flood from an IRC server, in irssi',
    value: `chat-tui ${chat.toFixed(2)} s CPU`,
    reference: `irssi, once: ${irssi.toFixed(2)} s CPU`,
    ratio: chat / irssi,
    goal: '',
    ...idle,
  };
}
