// Promise 4: resume costs what was missed, and the view equals a fresh client's; a restored or new log is noticed. A
// reader comes back again and again to rooms it is in, some of which another device of its member joined or left
// meanwhile, beside a room that it is not in. Half of it where two in a room are many, so that moves are told to nobody.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { encode } from '../../../src/protocol/codec.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { MemberId, PostId, Seq } from '../../../src/protocol/packet.ts';
import { general } from '../../helpers/chat-client.ts';
import { startProxy } from '../../helpers/proxy.ts';
import { testServer } from '../../helpers/test-server.ts';
import { Chat, fingerprint } from '../harness/chat.ts';
import { breaches, type Posted } from '../harness/check.ts';
import { expectNone } from '../harness/expect-none.ts';
import { textOf } from '../harness/load.ts';
import { patienceMs } from '../harness/patience.ts';
import { Served } from '../harness/served.ts';
import { readStored } from '../harness/stored.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

/** In each of the two places. */
const reconnects = sized({ quick: 100, long: 500 });
const mostCost = 1.3;
const missedMost = 60;
const nobodyListens = 1;
const rooms = ['general', 'second', 'third', 'fourth'] as RoomName[];
/** The reader is never in it. */
const closed = 'elsewhere' as RoomName;
const random = randomFrom(seed);

/** A server; `end` gives the folder of what it leaves. */
type Place = { readonly port: number; readonly end: () => Promise<string>; readonly isCrowded: boolean };

async function builtProgram(): Promise<Place> {
  const served = await Served.start({ args: ['--no-limits'], isPlain: true });
  const end = async () => {
    await served.end('SIGTERM');
    return served.data;
  };
  return { port: served.port, end, isCrowded: false };
}

/** The sources, for no option of the program says how many are many. */
async function whereTwoAreMany(): Promise<Place> {
  const server = await testServer({ kind: 'sqlite', noLimits: true, limits: { movesToldMembers: 2 } });
  const end = async () => {
    await server.stop('restart');
    return server.folder;
  };
  return { port: server.port, end, isCrowded: true };
}

test.each([
  ['at the built program', builtProgram],
  ['where two are many', whereTwoAreMany],
])(
  "%s a resume costs what was missed, and the view is a fresh client's",
  async (where, open) => {
    const { port, end, isCrowded } = await open();
    const proxy = await startProxy(port);
    const address = () => addressOf(port);
    const author = await Chat.enter({ nick: 'author', address }, [...rooms, closed]);
    const walker = await Chat.enter({ nick: 'walker', address }, []);
    const isIn = new Set<RoomName>(rooms.slice(0, 2));
    const reader = await Chat.enter(
      { nick: 'reader', address: () => addressOf(proxy.port), random: () => 0.0005 },
      [...isIn],
    );
    const { device } = reader;
    const other = await Chat.enter({ nick: 'reader', device, address }, []);
    let [missed, away, newest] = [0, 0, 0];
    const before = proxy.passed('down');
    for (let n = 0; n < reconnects; n += 1) {
      proxy.aimAt(nobodyListens);
      proxy.cutAll();
      await reader.until(() => reader.client.status.is !== 'online');
      if (n % 40 === 20) await moveOne(other, isIn);
      if (isCrowded) await (n % 2 === 0 ? walker.client.join(general) : walker.client.part(general));
      const posts = await postSome(author);
      const due = posts.filter(({ room }) => isIn.has(room as RoomName));
      missed += due.reduce((sum, post) => sum + eventBytes(post), 0);
      away += posts.length - due.length;
      newest = Math.max(newest, ...due.map(({ seq = 0 }) => seq));
      proxy.aimAt(port);
      await reader.until(() => reader.client.status.is === 'online' && reader.newest >= newest);
    }
    const cost = proxy.passed('down') - before;
    expect(cost / missed, 'bytes of all reconnects over those of what was missed').toBeLessThan(mostCost);
    const fresh = await Chat.enter({ nick: 'reader', device, address }, []);
    await fresh.until(() => fresh.newest >= newest);
    const readings = await Promise.all([reader, fresh].map((chat) => readAll(chat, [...isIn])));
    const { rows } = readStored(await end());
    expect(reader.reading([closed]).seen, 'of the room it is not in').toEqual([]);
    expectNone(breaches({ posts: author.posts, rows, readings }));
    const quiet = rows.filter((row) => row.isQuiet);
    const told = [author, reader, other, fresh].flatMap(({ moves }) =>
      quiet.filter(({ seq }) => moves.has(seq)),
    );
    expect(told, 'quiet moves that were told').toEqual([]);
    expect(quiet.length).toBeGreaterThanOrEqual(isCrowded ? reconnects : 0);
    expect(new Set(readings.map(fingerprint)).size, 'fingerprints of the two views').toBe(1);
    report({
      promise: 4,
      did: `${where} ${reconnects} reconnects over ${isIn.size} rooms, ${away} messages in rooms that the reader is not in, ${quiet.length} quiet moves`,
      saw: `${(cost / missed).toFixed(2)} bytes per byte missed, logins included; the view equals a fresh client's`,
    });
  },
  patienceMs,
);

const addressOf = (port: number) => ({ host: '127.0.0.1', port, isPlain: true }) as const;

/** Another device of the reader's member joins a room that it was never in, or leaves one for good. */
async function moveOne(other: Chat, isIn: Set<RoomName>): Promise<void> {
  const next = rooms.find(
    (room) => !isIn.has(room) && other.client.welcome?.rooms.every((note) => note.room !== room),
  );
  if (next !== undefined && isIn.size < 3) {
    await other.client.join(next);
    isIn.add(next);
  } else if (isIn.has('second' as RoomName)) {
    await other.client.part('second' as RoomName);
    isIn.delete('second' as RoomName);
  }
}

async function postSome(author: Chat): Promise<Posted[]> {
  const from = author.posts.length;
  const count = Math.ceil(random() * missedMost);
  for (let n = 0; n < count; n += 1) {
    const room = [...rooms, closed][Math.floor(random() * (rooms.length + 1))] ?? general;
    void author.post(room, textOf('author', from + n, random));
  }
  await author.until(() => author.unanswered === 0);
  return author.posts.slice(from);
}

/** As a live event. */
function eventBytes({ seq = 0, id, room, text }: Posted): number {
  const place = { seq: seq as Seq, member: 1 as MemberId, nick: 'author', at: Date.now() };
  const event = { type: 'message', ...place, room: room as RoomName, id: id as PostId, text } as const;
  return encode({ kind: 'event', event }).length;
}

/** Everything of these rooms, scrolled back to their beginning. */
async function readAll(chat: Chat, of: readonly RoomName[]) {
  await chat.fillGaps();
  for (const room of of) await chat.readBack(room);
  return chat.reading(of);
}

type Change = (served: Served, backup: string) => void;

const dataOf = (served: Served) =>
  ['log.db', 'log.db-wal', 'log.db-shm'].map((name) => join(served.data, name));
const forget: Change = (served) => dataOf(served).forEach((path) => void rmSync(path, { force: true }));
const restore: Change = (served, backup) => {
  forget(served, backup);
  cpSync(backup, served.data, { recursive: true });
};

test.each<[what: string, change: Change]>([
  ['a new log', forget],
  ['an older copy of the same log', restore],
])(
  'on %s nothing stale remains, and what was typed meanwhile is sent',
  async (_, change) => {
    const served = await Served.start({ isPlain: true, args: ['--no-limits'] });
    const backup = mkdtempSync(join(tmpdir(), 'chat-tui-backup-'));
    onTestFinished(() => rmSync(backup, { recursive: true, force: true }));
    const address = () => served.address();
    const reader = await Chat.enter({ nick: 'reader', address }, [general]);
    const author = await Chat.enter({ nick: 'author', address }, [general]);
    const say = async (chat: Chat, count: number) => {
      for (let n = 0; n < count; n += 1) void chat.post(general, textOf(chat.nick, n, random));
      await chat.until(() => chat.unanswered === 0);
    };
    await say(author, 20);
    await served.end('SIGTERM');
    cpSync(served.data, backup, { recursive: true });
    await served.start();
    await say(author, 20);
    await reader.until(() => reader.newest >= author.newest);
    await author.client.close('done');
    await served.end('SIGTERM');
    change(served, backup);
    const typed = reader.post(general, 'typed while the server was away');
    await served.start();
    await typed;
    const later = await Chat.enter({ nick: 'later', address }, [general]);
    await reader.client.join(general);
    await say(later, 5);
    // What the reader shows now is compared; it is waited for by the login, not by what it shows.
    await reader.client.who();
    const fresh = await Chat.enter({ nick: 'fresh', address }, [general]);
    const readings = await Promise.all([reader, fresh].map((chat) => readAll(chat, [general])));
    expect(readings[0]?.seen, "the reader's view against a fresh one").toEqual(readings[1]?.seen);
    expect(readings[0]?.seen.filter(({ text }) => text?.startsWith('typed'))).toHaveLength(1);
    await served.end('SIGTERM');
  },
  patienceMs,
);
