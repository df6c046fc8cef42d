// Promise 15: a full disk refuses instead of lying. The real program runs on a layer (test/faults/power) that leaves its
// files so many bytes more and then answers ENOSPC, wherever that falls: in the log's WAL, in an upload, in a new name.
// Then on one whose syncs fail, and, where the machine lets us mount one, on a file system that is really too small.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Home } from '../../helpers/program.ts';
import { testFolder } from '../../helpers/test-server.ts';
import { general, WireClient } from '../../helpers/wire-client.ts';
import { wrongIn } from '../power/check.ts';
import { afterCut, contentOf, diskOf, writeContent } from '../power/disk.ts';
import { type Layer, onLayer, openLayer, whyNoLayer } from '../power/layer.ts';
import { type Load, startLoad } from '../power/load.ts';
import { type ServerOn, serverOn } from '../power/server-on.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const size = sized({
  quick: { rounds: 4, syncRounds: 8, refused: 10 },
  long: { rounds: 30, syncRounds: 40, refused: 20 },
});
const timeout = sized({ quick: 60_000, long: 0 });

type Place = {
  readonly folder: string;
  readonly server: ServerOn;
  readonly load: Load;
  readonly random: () => number;
};

function homeFor(): Home {
  const home = new Home();
  onTestFinished(() => home[Symbol.asyncDispose]());
  return home;
}

async function underLoad(folder: string, random: () => number, layer?: Layer): Promise<Place> {
  const server = await serverOn(homeFor(), folder, layer === undefined ? {} : { env: layer.env });
  const place = layer?.length ?? (() => 0);
  const files = await testFolder();
  const load = await startLoad({ port: server.port, folder: files, place, random, textBytes: 2_000 });
  return { folder, server, load, random };
}

async function ended({ server, load }: Place): Promise<void> {
  await server.end('SIGKILL');
  await load.over();
}

const count = ({ refused }: Load, what: 'post' | 'upload') =>
  refused.filter((one) => one.what === what).length;
const stored = ({ acked }: Load) => acked.filter(({ sha256 }) => sha256 !== undefined).length;

/**
 * Posts are refused as `disk-full`. `log-failed` may be among them: where the index of the WAL cannot grow, a commit is
 * on disk already when SQLite gives it up (SQLITE_IOERR_SHMSIZE), so that nobody may say that nothing was stored.
 */
function expectDiskFull({ refused }: Load): void {
  const codes = new Set(refused.filter(({ what }) => what === 'post').map(({ code }) => code));
  codes.delete('log-failed');
  expect([...codes], 'codes of refused posts').toEqual(['disk-full']);
}

/** What the log holds although its author was told that nothing was stored. */
function storedAllTheSame(folder: string, { refused }: Load): string[] {
  const database = new DatabaseSync(join(folder, 'log.db'), { readOnly: true });
  const texts = new Set(
    database
      .prepare('SELECT text FROM events')
      .all()
      .map(({ text }) => text),
  );
  database.close();
  return refused
    .filter(({ what, code, text }) => what === 'post' && code === 'disk-full' && texts.has(text))
    .map(({ text }) => `a post was refused and is in the log: ${text.slice(0, 12)}`);
}

function expectNothing(wrong: readonly string[]): void {
  expect(wrong, wrong.slice(0, 3).join('; ')).toEqual([]);
}

/** The disk refuses for a while, is read all the same, and takes posts and files when there is space again. */
async function fillOnce({ load, server }: Place, layer: Layer, freeBytes: number): Promise<void> {
  const before = layer.refused();
  layer.leave(freeBytes);
  await load.until(() => layer.refused().writes >= before.writes + size.refused);
  const reader = await WireClient.login(server, { role: 'script' });
  const past = await reader.askFor('past', { kind: 'history', room: general, limit: 10 });
  expect(past.events.length).toBeGreaterThan(0);
  await reader.close();
  layer.makeSpace();
  const [acks, files] = [load.acked.length, stored(load)];
  await load.until(() => load.acked.length >= acks + size.refused && stored(load) > files);
}

describe.skipIf(whyNoLayer !== undefined)(onLayer('a disk'), () => {
  test(
    'that is full refuses what it does not store, is read, and serves again when there is space',
    async () => {
      const random = randomFrom(seed);
      const folder = join(await testFolder(), 'data');
      const layer = openLayer(folder, await testFolder());
      const place = await underLoad(folder, random, layer);
      const { load, server } = place;
      await load.untilStored(1);
      for (let n = 0; n < size.rounds; n += 1) {
        await fillOnce(place, layer, Math.floor(random() * 300_000));
      }
      await ended(place);
      expectNothing([...wrongIn(folder, load.acked), ...storedAllTheSame(folder, load)]);
      expectDiskFull(load);
      expect(count(load, 'upload')).toBeGreaterThan(0);
      for (const event of ['disk-full', 'log-works-again'])
        expect(server.log()).toContain(`"event":"${event}"`);
      const { writes, names } = layer.refused();
      report({
        promise: 15,
        did: `a disk full ${size.rounds} times: ${writes} writes and ${names} names refused by it`,
        saw: `${load.acked.length} acknowledged, all in the log; ${count(load, 'post')} posts and ${count(load, 'upload')} uploads refused, none of those posts in the log`,
      });
    },
    timeout,
  );

  test(
    'whose syncs fail gets no acknowledgement for what it may have lost, and a power cut shows it',
    async () => {
      const random = randomFrom(seed + 1);
      const folder = join(await testFolder(), 'data');
      const layer = openLayer(folder, await testFolder());
      const before = contentOf(folder);
      const place = await underLoad(folder, random, layer);
      const { load, server } = place;
      // Mostly it is the log's turn; a few rounds more if it never was.
      const isDone = (n: number) =>
        n >= size.syncRounds && load.refused.some(({ code }) => code === 'log-failed');
      for (let n = 0; n < 2 * size.syncRounds && !isDone(n); n += 1) {
        const failed = layer.refused().syncs;
        layer.failSyncs(Math.floor(random() * 20), 1 + Math.floor(random() * 3));
        const sent = load.acked.length;
        await load.until(() => layer.refused().syncs > failed || load.acked.length > sent + 400);
        const acks = load.acked.length;
        await load.until(() => load.acked.length >= acks + size.refused);
      }
      const files = stored(load);
      await load.until(() => stored(load) > files);
      await ended(place);
      expectNothing(wrongIn(folder, load.acked));
      const { changes, length } = layer.journal();
      const after = join(await testFolder(), 'data');
      const luck = { bytes: 0, names: 0, order: 'none', blockBytes: 4096, random } as const;
      writeContent(afterCut(diskOf(folder, before, changes), length, luck), after);
      expectNothing(wrongIn(after, load.acked));
      expect(load.refused.map(({ code }) => code)).toContain('log-failed');
      expect(server.log()).toContain('"event":"log-failed"');
      report({
        promise: 15,
        did: `${layer.refused().syncs} syncs failed, then the power was cut`,
        saw: `${load.acked.length} acknowledged, 0 lost; ${count(load, 'post')} posts and ${count(load, 'upload')} uploads refused`,
      });
    },
    timeout,
  );
});

const MiB = 1_048_576;
const canMount = probed();

/** A file system of 6 MiB in memory, at an empty folder. */
function mount(at: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', at]).status === 0;
}

function unmount(at: string): void {
  spawnSync('umount', ['-l', at]);
  rmdirSync(at);
}

function probed(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'chat-tui-small-disk-'));
  const isMounted = mount(at);
  unmount(at);
  return isMounted;
}

describe.skipIf(!canMount)('a file system of 6 MiB (skipped where none may be mounted)', () => {
  test(
    'refuses when it is full, and takes posts and files when there is space',
    async () => {
      const at = mkdtempSync(join(tmpdir(), 'chat-tui-small-disk-'));
      onTestFinished(() => unmount(at));
      expect(mount(at)).toBe(true);
      const folder = join(at, 'data');
      const filler = join(at, 'filler');
      writeFileSync(filler, Buffer.alloc(3 * MiB));
      const place = await underLoad(folder, randomFrom(seed + 2));
      const { load } = place;
      await load.until(() => count(load, 'post') >= size.refused);
      const acks = load.acked.length;
      rmSync(filler);
      await load.until(() => load.acked.length >= acks + size.refused);
      await ended(place);
      expectNothing([...wrongIn(folder, load.acked), ...storedAllTheSame(folder, load)]);
      expectDiskFull(load);
      report({
        promise: 15,
        did: 'a file system of 6 MiB filled to its end, and given 3 MiB',
        saw: `${load.acked.length} acknowledged, all in the log; ${load.refused.length} refused`,
      });
    },
    timeout,
  );
});
