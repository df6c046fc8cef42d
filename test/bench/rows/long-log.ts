// What a long log costs: append, page, resume, look up and start at 10,000,000 messages and at 10,000, through the
// store that the server uses. Everything is read right after a commit, as on a server where people talk: then SQLite's
// reading connection has nothing left of what it had read.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../../src/protocol/limits.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { makePostId } from '../../../src/protocol/post-id.ts';
import { beginSync, nextPage } from '../../../src/server/sync.ts';
import { sightOf } from '../../../src/server/view.ts';
import { openSqliteStore, type Store } from '../../../src/store/open.ts';
import type { Home } from '../../helpers/program.ts';
import { rooms as names, writeLog } from '../long-log.ts';
import { median, residentMiB } from '../measure.ts';
import type { Row } from '../table.ts';

const long = Number(process.env.BENCH_LOG_MESSAGES ?? 10_000_000);
/** A long log that was written before: writing it takes longer than all that is measured. */
const kept = process.env.BENCH_LOG_FOLDER;
const short = 10_000;
const rounds = 7;
const timesPerRound = 41;
const goal = 1.3;

type Sizes = 'long' | 'short';
type Log = { readonly store: Store; readonly messages: number; readonly digests: readonly string[] };
type Work = (log: Log, time: number) => Promise<unknown>;

const rooms = names as unknown as readonly RoomName[];
const general = rooms[0] as RoomName;
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const page = { limit: 100, bytesMax: limits.pageBytes } as const;

function append({ store }: Log, count: number): Promise<unknown> {
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.log.append({
        room: rooms[index % rooms.length] as RoomName,
        member: (1 + (index % 20)) as never,
        device: (1 + (index % 20)) as never,
        id: makePostId(Date.now(), random),
        body: { type: 'message', text: 'x'.repeat(100) },
      }),
    ),
  );
}

async function sync({ store }: Log, after: number | undefined): Promise<void> {
  const state = beginSync(store.log, 'own', after as Seq | undefined);
  const hidden = new Map<RoomName, Seq>();
  const sight = sightOf(store, (member) => `writer${member}`, hidden);
  const source = { log: store.log, limits, hidden, sight };
  while ((await nextPage(state, rooms, source)).more);
}

/** A place in the log: another each time, the same share of both logs. */
const share = (log: Log, time: number) =>
  Math.floor(log.messages * (0.05 + 0.8 * ((time * 0.618) % 1))) as Seq;

const reading: Readonly<Record<string, Work>> = {
  'page: newest 100 of a room': ({ store }) => store.log.page({ rooms: [general], take: 'newest', ...page }),
  'page: 100 somewhere in a room': (log, time) =>
    log.store.log.page({ rooms: [general], take: 'newest', before: share(log, time), ...page }),
  'page: oldest 100 of a room': ({ store }) =>
    store.log.page({ rooms: [general], take: 'oldest', after: 0 as Seq, ...page }),
  'resume: 500 missed in five rooms': (log) => sync(log, log.store.log.tail - 500),
  'resume: from far back, with gaps': (log, time) => sync(log, share(log, time)),
  'resume: a fresh client, five rooms': (log) => sync(log, undefined),
  'look up: a message by seq': (log, time) => log.store.log.at(share(log, time)),
  'look up: a file by its digest': (log, time) =>
    log.store.log.file(log.digests[time % log.digests.length]?.slice(0, 12) ?? '', 'all'),
};
const appending: Readonly<Record<string, Work>> = {
  'append: 10 in a commit': (log) => append(log, 10),
  'append: 100 in a commit': (log) => append(log, 100),
};

export async function longLog(makeHome: () => Home): Promise<Row[]> {
  await using longHome = makeHome();
  await using shortHome = makeHome();
  const folders = { long: kept ?? join(longHome.dir, 'data'), short: join(shortHome.dir, 'data') };
  write(folders.short, short);
  if (kept === undefined) write(folders.long, long);
  const serving = await served({ long: longHome, short: shortHome }, folders);
  const starting = await starts(folders);
  const logs = { long: await open(folders.long, long), short: await open(folders.short, short) };
  const rows: Row[] = [];
  for (const [name, work] of Object.entries(appending)) rows.push(await compared(name, work, logs, 0));
  for (const [name, work] of Object.entries(reading)) rows.push(await compared(name, work, logs, 1));
  await Promise.all([logs.long.store.close(), logs.short.store.close()]);
  return [...rows, starting, serving];
}

function write(folder: string, messages: number): void {
  mkdirSync(folder, { recursive: true });
  writeLog(folder, messages);
}

async function open(folder: string, messages: number): Promise<Log> {
  const store = await openSqliteStore({ folder });
  const digests: string[] = [];
  for (let at = 1; at <= 10; at += 1) {
    const event = await store.log.at((Math.floor((messages * at) / 10_000) * 1_000) as Seq);
    if (event?.body.type === 'message' && event.body.file) digests.push(event.body.file.sha256);
  }
  return { store, messages, digests };
}

/** Both logs in turn, round by round; `commits` go before each time and are not measured. */
async function compared(name: string, work: Work, logs: Record<Sizes, Log>, commits: number): Promise<Row> {
  const rates: Record<Sizes, number[]> = { long: [], short: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order: readonly Sizes[] = round % 2 === 0 ? ['short', 'long'] : ['long', 'short'];
    for (const size of order) rates[size].push(await timed(work, logs[size], commits));
  }
  return row(name, 'ms', { long: median(rates.long), short: median(rates.short) });
}

async function timed(work: Work, log: Log, commits: number): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < timesPerRound; time += 1) {
    if (commits > 0) await append(log, commits);
    const begun = performance.now();
    await work(log, time);
    times.push(performance.now() - begun);
  }
  return median(times);
}

async function starts(folders: Record<Sizes, string>): Promise<Row> {
  const times: Record<Sizes, number[]> = { long: [], short: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const size of ['short', 'long'] as const) {
      const begun = performance.now();
      const store = await openSqliteStore({ folder: folders[size] });
      await store.log.page({ rooms: [general], take: 'newest', ...page });
      times[size].push(performance.now() - begun);
      await store.close();
    }
  }
  return row('start: open and read the first page', 'ms', {
    long: median(times.long),
    short: median(times.short),
  });
}

async function served(homes: Record<Sizes, Home>, folders: Record<Sizes, string>): Promise<Row> {
  const resident = async (size: Sizes) => {
    const { child } = await homes[size].serve(['--open', '--data', folders[size]]);
    const measured = residentMiB(child.pid ?? 0);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    return measured;
  };
  const [longMiB, shortMiB] = [await resident('long'), await resident('short')];
  return row('memory of a server that has just started', 'MiB', { long: longMiB, short: shortMiB });
}

function row(what: string, unit: string, { long: measured, short: reference }: Record<Sizes, number>): Row {
  const ratio = measured / reference;
  return {
    name: `${long.toLocaleString('en')} messages, ${what}`,
    value: `${measured.toFixed(3)} ${unit}`,
    reference: `${short.toLocaleString('en')} messages ${reference.toFixed(3)} ${unit}`,
    ratio,
    goal: `≤ ${goal}`,
    isMet: ratio <= goal,
  };
}
