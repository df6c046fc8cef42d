// What a long conversation costs, at 1,000,000 messages and at 10,000: pages of its past, searches as people type them and
// unread counts, each at a real client over TLS from a server in a process of its own; and the bytes on its disk.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/session.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import type { Home, Served } from '../../helpers/program.ts';
import { WireClient } from '../../helpers/wire-client.ts';
import { watchCores } from '../cores.ts';
import { median, quantile, rounds } from '../measure.ts';
import type { Row } from '../table.ts';
import {
  chinese,
  long,
  rareAuthor,
  rooms,
  roomWithout,
  short,
  type TalkLog,
  talkLog,
  words,
} from '../talk-log.ts';

/** Logs that were written before, by talk-log.ts: writing them takes longer than all that is measured. */
const kept = process.env.BENCH_TALK_FOLDER;
const timesPerRound = 100;
/** Cost that grows with the log, beyond an index's depth, is a defect. */
const goalRatio = 1.3;
const searchGoalMs = 50;

export type Sizes = 'long' | 'short';
type Open = {
  readonly log: TalkLog;
  readonly served: Served;
  readonly client: Client;
  readonly wire: WireClient;
};
type Ask = (open: Open, time: number) => Promise<unknown>;

/** A log in the folder of a server that is not running. */
export async function dataOf(home: Home, messages: number): Promise<TalkLog> {
  const folder = join(home.dir, 'data');
  if (kept === undefined) return talkLog(folder, messages);
  cpSync(join(kept, String(messages)), folder, { recursive: true });
  return talkLog(folder, messages);
}

const general = rooms[0] as (typeof rooms)[number];
const roomOf = (time: number) => rooms[time % rooms.length] ?? general;
/** A place in the log: another each time, the same share of both logs. */
const placeOf = ({ log }: Open, time: number) =>
  Math.floor(log.messages * (0.05 + 0.8 * ((time * 0.618) % 1))) as Seq;
const timeOf = (open: Open, time: number) => Date.now() - (open.log.messages - placeOf(open, time)) * 8_640;

const pages: Readonly<Record<string, Ask>> = {
  'page: newest 100 of a room': ({ client }, time) => client.history(roomOf(time), { limit: 100 }),
  'page: 100 somewhere in a room': (open, time) =>
    open.client.history(roomOf(time), { before: placeOf(open, time), limit: 100 }),
  'page: 100 around a message': (open, time) =>
    open.client.history(roomOf(time), { around: placeOf(open, time), limit: 100 }),
  'page: 100 from a date': (open, time) =>
    open.client.history(roomOf(time), { at: timeOf(open, time), limit: 100 }),
};

const some = (all: readonly string[], from: number, time: number): string => all[from + (time % 16)] ?? '';
const search = (query: (time: number) => string): Ask => {
  return ({ client }, time) => client.search(query(time), { limit: 100 });
};
/** As it is typed, letter by letter. */
const typed = (time: number): string => some(words, 40, Math.floor(time / 4)).slice(0, 1 + (time % 4));

export const queries: Readonly<Record<string, (time: number) => string>> = {
  'a common word': (time) => some(words, 0, time),
  'a rare word': (time) => some(words, 12_000, time),
  'a common word by a rare author': (time) => `${some(words, 0, time)} from:${rareAuthor}`,
  'a room without hits': () => `harbor in:#${roomWithout}`,
  'two common words that never meet': () => 'ebb flow',
  'a word as typed, 1 to 4 letters': typed,
  'Chinese, a common word': (time) => some(chinese, 0, time),
  'Chinese, two rare words': (time) => some(chinese, 1_500, time) + some(chinese, 1_600, time),
};

export async function conversation(makeHome: () => Home): Promise<Row[]> {
  await using longHome = makeHome();
  await using shortHome = makeHome();
  const logs = { long: await dataOf(longHome, long), short: await dataOf(shortHome, short) };
  const open = { long: await serve(longHome, logs.long), short: await serve(shortHome, logs.short) };
  const rows: Row[] = [];
  for (const [name, ask] of Object.entries(pages)) rows.push(await compared(name, ask, open));
  for (const [name, query] of Object.entries(queries)) {
    rows.push(await compared(`search: ${name}`, search(query), open, searchGoalMs));
  }
  rows.push(await compared('unread counts of 40 rooms, 200 in each', ({ wire }) => unread(wire), open));
  for (const { client, wire } of Object.values(open)) await Promise.all([client.close('done'), wire.close()]);
  return [
    ...rows,
    bytes('log', logs, ({ logBytes }) => logBytes),
    bytes('search', logs, (log) => log.searchBytes),
  ];
}

async function serve(home: Home, log: TalkLog): Promise<Open> {
  const served = await home.serve(['--open', '--no-limits', '--data', log.folder]);
  const { port, fingerprint: pin } = served;
  const client = createClient({
    resolve: async () => ({ host: '127.0.0.1', port, pin }),
    role: 'script',
    device: log.reader,
    agent: 'bench',
  });
  await client.ready();
  const wire = await WireClient.login({ port, pin }, {}, log.reader);
  // What is behind the last whole block is read into memory by the first search.
  await client.search(words[0] ?? '', { limit: 1 });
  return { log, served, client, wire };
}

/** The marks of all own rooms come with a sync that has nothing else to tell. */
async function unread(wire: WireClient): Promise<void> {
  const { marks } = await wire.sync({ after: wire.tail });
  const missing = marks.filter((mark) => mark.unread < 100);
  if (marks.length !== rooms.length || missing.length > 0)
    throw new Error(`not all was counted: ${JSON.stringify(missing)}`);
}

type Times = { readonly p50: number; readonly p99: number };

/** Both logs in turn, round by round. */
async function compared(name: string, ask: Ask, open: Record<Sizes, Open>, goalMs?: number): Promise<Row> {
  const times: Record<Sizes, Times[]> = { long: [], short: [] };
  const cores = watchCores();
  for (let round = 0; round < rounds; round += 1) {
    const order: readonly Sizes[] = round % 2 === 0 ? ['short', 'long'] : ['long', 'short'];
    for (const size of order) times[size].push(await timed(ask, open[size]));
  }
  const middle = (size: Sizes, which: keyof Times) => median(times[size].map((one) => one[which]));
  const said = (size: Sizes) =>
    `p50 ${middle(size, 'p50').toFixed(2)}, p99 ${middle(size, 'p99').toFixed(2)} ms`;
  const ratio = middle('long', 'p50') / middle('short', 'p50');
  const isMet = goalMs === undefined ? ratio <= goalRatio : middle('long', 'p99') <= goalMs;
  return {
    name: `${long.toLocaleString('en')} messages, ${name}`,
    value: said('long'),
    reference: `${short.toLocaleString('en')} messages: ${said('short')}`,
    ratio,
    goal: goalMs === undefined ? `≤ ${goalRatio}` : `p99 ≤ ${goalMs} ms`,
    isMet,
    ...cores(),
  };
}

async function timed(ask: Ask, open: Open): Promise<Times> {
  const times: number[] = [];
  for (let time = 0; time < timesPerRound; time += 1) {
    const begun = performance.now();
    await ask(open, time);
    times.push(performance.now() - begun);
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

function bytes(file: string, logs: Record<Sizes, TalkLog>, of: (log: TalkLog) => number): Row {
  const each = (size: Sizes) => of(logs[size]) / logs[size].messages;
  const ratio = each('long') / each('short');
  return {
    name: `${long.toLocaleString('en')} messages, bytes of the ${file} for each`,
    value: each('long').toFixed(0),
    reference: `${short.toLocaleString('en')} messages: ${each('short').toFixed(0)}`,
    ratio,
    goal: `≤ ${goalRatio}`,
    isMet: ratio <= goalRatio,
  };
}
