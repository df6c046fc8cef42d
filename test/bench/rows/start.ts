// How long until the screen takes keys, until one is in the room, and from a key to the screen.
import { spawnSync } from 'node:child_process';
import type { Home } from '../../helpers/program.ts';
import type { Terminal } from '../../helpers/terminal.ts';
import { busyMachine, cpuSeconds, median, quantile } from '../measure.ts';
import type { Row } from '../table.ts';

const rounds = 7;
const screen = { columns: 120, rows: 40 };
const filled = 200;

function emptyNode(): number {
  const from = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - from;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const prompt = '[#general]';
const isOnline = (terminal: Terminal) => /\d+ online/.test(terminal.lines[0] ?? '');

export async function startUp(makeHome: () => Home): Promise<Row[]> {
  const node: number[] = [];
  const frame: number[] = [];
  const first: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    node.push(emptyNode());
    await using home = makeHome();
    first.push(
      await timed(async () => {
        await home.chat(['--nick', 'ada'], screen).shows(isOnline);
      }),
    );
    // Node writes its compiled code down once the first one is in the room; the second finds all of it.
    await home.chat(['--nick', 'carl'], screen).shows(isOnline);
    const again = home.chat(['--nick', 'bob'], screen);
    frame.push(await timed(() => again.shows(prompt)));
  }
  const ratio = median(frame) / median(node);
  return [
    {
      name: 'start to first frame',
      value: `${median(frame).toFixed(0)} ms`,
      reference: `node -e 0: ${median(node).toFixed(0)} ms`,
      ratio,
      goal: '≤ 6',
      isMet: ratio <= 6,
    },
    {
      name: 'command to being in the room, server started',
      value: `${median(first).toFixed(0)} ms`,
      reference: '',
      goal: '≤ 1000 ms',
      isMet: median(first) <= 1_000,
      ...busyMachine(),
    },
  ];
}

export async function keysAndFrames(makeHome: () => Home): Promise<Row[]> {
  await using home = makeHome();
  await home.serve(['--no-limits']);
  const reader = home.chat(['--nick', 'ada'], screen);
  await reader.shows(isOnline);
  const writer = home.chat(['--nick', 'bob', '--plain', '--commands']);
  for (let n = 0; n < filled; n += 1) writer.enter(`line ${n} of a room that has been talking for a while`);
  await reader.shows(`line ${filled - 1} `);
  return [await keyToScreen(reader), await frameCost(reader, writer)];
}

async function keyToScreen(reader: Terminal): Promise<Row> {
  const times: number[] = [];
  let typed = '';
  for (let n = 0; n < 200; n += 1) {
    typed += String.fromCharCode(97 + (n % 26));
    if (n % 40 === 39) {
      reader.type('\x15');
      await reader.shows((terminal) => !terminal.text.includes(typed.slice(0, -1)));
      typed = '';
      continue;
    }
    const want = `${prompt} ${typed}`;
    times.push(
      await timed(() => {
        reader.type(typed.at(-1) ?? '');
        return reader.shows(want);
      }),
    );
  }
  reader.type('\x15');
  const p99 = quantile(times, 0.99);
  return {
    name: 'key to screen, 120x40, full timeline',
    value: `p50 ${median(times).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    reference: '',
    goal: 'p99 ≤ 16 ms',
    isMet: p99 <= 16,
    ...busyMachine(),
  };
}

async function frameCost(reader: Terminal, writer: Terminal): Promise<Row> {
  const messages = 100;
  const before = cpuSeconds(reader.pid);
  for (let n = 0; n < messages; n += 1) {
    writer.enter(`one more, number ${n}.`);
    await reader.shows(`one more, number ${n}.`);
  }
  const cost = ((cpuSeconds(reader.pid) - before) * 1_000) / messages;
  return {
    name: 'frame on a new message, 120x40',
    value: `${cost.toFixed(1)} ms CPU`,
    reference: '',
    goal: '≤ 5 ms',
    isMet: cost <= 5,
    ...busyMachine(),
  };
}
