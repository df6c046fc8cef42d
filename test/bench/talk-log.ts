// A log that reads as people talk, for the rows of conversation: 40 rooms, 30 authors and one who hardly speaks, words
// as often as in a language (Zipf over 20,000), a third with Chinese. Written past the product's append, into its own
// tables, and then looked through by its own search. The same at each size but for its length.
// `node test/bench/talk-log.ts DIR` makes both sizes below DIR, for BENCH_TALK_FOLDER.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DeviceKey, makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import { makeLogId } from '../../src/store/ids.ts';
import { openSqliteStore } from '../../src/store/open.ts';
import { logFileName } from '../../src/store/sqlite/open.ts';
import { prepareLog } from '../../src/store/sqlite/schema.ts';
import { searchFileName } from '../../src/store/sqlite/search-tables.ts';
import { nickSkeleton } from '../../src/text/nick.ts';
import { randomFrom } from '../faults/size.ts';

export const long = 1_000_000;
export const short = 10_000;

export const rooms = Array.from({ length: 40 }, (_, n) => (n === 0 ? 'general' : `room-${n}`) as RoomName);
/** Where `harbor` was never said. */
export const roomWithout = 'room-39';
export const rareAuthor = 'rara';
/** Messages a log of whatever length tells for one day. */
const perDay = 10_000;
/** Messages in each room that the reader has not seen. */
const unreadPerRoom = 200;
const authors = 30;
const rareEvery = 5_000;

const random = randomFrom(20_261_125);
const syllables =
  'ka ki ku ke ko sa si su se so ta ti tu te to na ni nu ne no ma mi mu me mo ra ri ru re ro'.split(' ');
const hanzi = Array.from({ length: 1_500 }, (_, n) => String.fromCharCode(0x4e00 + n * 7));

const pick = <One>(all: readonly One[]): One => all[Math.floor(random() * all.length)] as One;
const made = (count: number, parts: () => string): string[] => {
  const all = new Set<string>();
  while (all.size < count) all.add(parts());
  return [...all];
};
/** Most frequent first. */
export const words = made(20_000, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables)).join(''),
);
export const chinese = made(3_000, () => pick(hanzi) + pick(hanzi));

const shares = (count: number): Float64Array => {
  let sum = 0;
  const all = Float64Array.from({ length: count }, (_, rank) => {
    sum += 1 / (rank + 2.7);
    return sum;
  });
  return all.map((share) => share / sum);
};
const wordShares = shares(words.length);
const chineseShares = shares(chinese.length);

function drawn(all: readonly string[], cumulative: Float64Array): string {
  const at = random();
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) < at) low = middle + 1;
    else high = middle;
  }
  return all[low] ?? '';
}

/** `ebb` and `flow`: each in a third of all messages, never in the same. */
function textOf(n: number, room: string): string {
  const text = Array.from({ length: 5 + Math.floor(random() * 14) }, () => drawn(words, wordShares));
  if (n % 3 < 2) text.splice(2, 0, n % 3 === 0 ? 'ebb' : 'flow');
  if (n % 4 === 0 && room !== roomWithout) text.push('harbor');
  if (random() < 1 / 3) {
    const phrase = Array.from({ length: 3 + Math.floor(random() * 6) }, () => drawn(chinese, chineseShares));
    text.push(phrase.join(''));
  }
  return text.join(' ');
}

export type TalkLog = {
  /** The data folder of a server. */
  readonly folder: string;
  readonly messages: number;
  /** Bytes of the log's and of the search's file. */
  readonly logBytes: number;
  readonly searchBytes: number;
  /** The key of a member who is in all rooms. */
  readonly reader: DeviceKey;
};

const readerFile = 'reader.json';

/** The log below `folder`, made where there is none. */
export async function talkLog(folder: string, messages: number): Promise<TalkLog> {
  const log = join(folder, logFileName);
  if (!existsSync(join(folder, readerFile))) await write(folder, messages);
  const reader = JSON.parse(readFileSync(join(folder, readerFile), 'utf8')) as DeviceKey;
  const searchBytes = statSync(join(folder, searchFileName)).size;
  return { folder, messages, logBytes: statSync(log).size, searchBytes, reader };
}

async function write(folder: string, messages: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, logFileName);
  prepareLog(
    path,
    makeLogId((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
  );
  const reader = makeDeviceKey();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN');
  writePeople(database, reader, messages);
  writeMessages(database, messages);
  database.exec('COMMIT');
  database.close();
  const store = await openSqliteStore({ folder });
  await store.search.caughtUp(store.log.tail);
  await store.close();
  // Last: where it stands, the log is whole.
  writeFileSync(join(folder, readerFile), JSON.stringify(reader));
}

function writePeople(database: DatabaseSync, reader: DeviceKey, messages: number): void {
  const nicks = [...Array.from({ length: authors }, (_, n) => `author-${n}`), rareAuthor, 'reader'];
  const member = database.prepare('INSERT INTO members (nick, skeleton, since) VALUES (?, ?, 1)');
  const device = database.prepare('INSERT INTO devices (key, member) VALUES (?, ?)');
  const nick = database.prepare('INSERT INTO nicks (skeleton, member) VALUES (?, ?)');
  for (const [index, name] of nicks.entries()) {
    member.run(name, nickSkeleton(name));
    device.run(name === 'reader' ? reader.publicKey : `key-${name}`, index + 1);
    nick.run(nickSkeleton(name), index + 1);
  }
  const room = database.prepare('INSERT INTO rooms (room, members) VALUES (?, ?)');
  const membership = database.prepare('INSERT INTO memberships (member, room, seq) VALUES (?, ?, 1)');
  const place = database.prepare('INSERT INTO places (member, room, read) VALUES (?, ?, ?)');
  for (const name of rooms) {
    room.run(name, nicks.length);
    for (const index of nicks.keys()) membership.run(index + 1, name);
    place.run(nicks.length, name, messages - unreadPerRoom * rooms.length);
  }
}

function writeMessages(database: DatabaseSync, messages: number): void {
  const insert = database.prepare(
    "INSERT INTO events (room, member, device, id, at, type, text) VALUES (?, ?, ?, ?, ?, 'message', ?)",
  );
  const step = 86_400_000 / perDay;
  const begun = Date.now() - messages * step;
  const id = Buffer.alloc(16);
  for (let n = 1; n <= messages; n += 1) {
    const room = pick(rooms);
    const author = n % rareEvery === 77 ? authors + 1 : 1 + Math.floor(random() * authors);
    id.writeUIntBE(Math.floor(begun + n * step), 0, 6);
    id.writeUInt16BE(0x7000, 6);
    id.writeUInt32BE(0x80000000, 8);
    id.writeUInt32BE(n, 12);
    insert.run(room, author, author, id, Math.floor(begun + n * step), textOf(n, room));
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('node test/bench/talk-log.ts DIR');
  for (const messages of [short, long]) {
    const begun = performance.now();
    const { logBytes, searchBytes } = await talkLog(join(folder, String(messages)), messages);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${messages} messages: log ${logBytes} bytes, search ${searchBytes} bytes, ${seconds} s`);
  }
}
