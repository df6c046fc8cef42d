// Power cuts. A SIGKILL leaves what the kernel holds; a power cut leaves only what was synced, and of the rest any part.
// The real program runs on a layer that records all it does to its disk (test/faults/power), is taken away under clients
// that post and upload, and is started again on what a cut at some place of the record leaves: at its end, where it was
// killed, and at places before, for which those acknowledgements count that were heard before. One record gives many cuts.
import { spawn, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeDeviceKey } from '../../../src/net/identity.ts';
import { enter, general } from '../../helpers/chat-client.ts';
import { endProcess, Home, program } from '../../helpers/program.ts';
import { testFolder } from '../../helpers/test-server.ts';
import { wrongIn } from '../power/check.ts';
import {
  afterCut,
  type Content,
  contentOf,
  type Disk,
  diskOf,
  type Luck,
  writeContent,
} from '../power/disk.ts';
import type { Change } from '../power/journal.ts';
import { onLayer, openLayer, whyNoLayer } from '../power/layer.ts';
import { type Acked, startLoad } from '../power/load.ts';
import { plainArgs, serverOn } from '../power/server-on.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const afterwards = makeDeviceKey();

const size = sized({
  quick: { rounds: 2, lives: 2, cuts: 4, acks: 60, textBytes: 400, starts: 3, counted: 20 },
  long: { rounds: 16, lives: 4, cuts: 15, acks: 3_000, textBytes: 2_000, starts: 100, counted: 500 },
});
const timeout = sized({ quick: 60_000, long: 0 });

type Tally = { cuts: number; acked: number; inFlight: number; during: Map<string, number> };

function drawLuck(random: () => number): Luck {
  const one = <Value>(...values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  return {
    bytes: one(0, 0.5, 0.9),
    names: one(0, 0.5, 1),
    order: one('of names', 'none'),
    blockBytes: one(512, 4096),
    random,
  };
}

/** What was done last before the cut. */
function placeOf(changes: readonly Change[], cut: number): string {
  return changes.findLast(({ at }) => at <= cut)?.op ?? 'nothing';
}

const lucks = {
  everything: { bytes: 1, names: 1, order: 'none', blockBytes: 4096, random: () => 0 },
  nothing: { bytes: 0, names: 0, order: 'none', blockBytes: 4096, random: () => 0.5 },
  /** What people find as files of no bytes. */
  onlyNames: { bytes: 0, names: 1, order: 'none', blockBytes: 4096, random: () => 0.5 },
} as const satisfies Record<string, Luck>;

function homeFor(): Home {
  const home = new Home();
  onTestFinished(() => home[Symbol.asyncDispose]());
  return home;
}

/** The program starts on what the cut left, takes a post, and all that was acknowledged is there. */
async function survives(
  home: Home,
  disk: Disk,
  cut: { readonly at: number; readonly luck: Luck },
  acked: readonly Acked[],
) {
  const folder = join(await testFolder(), 'data');
  writeContent(afterCut(disk, cut.at, cut.luck), folder);
  const server = await serverOn(home, folder);
  const after = await enter({ port: server.port, nick: 'after', device: afterwards });
  const text = 'after the cut';
  const { seq } = await after.client.post(general, text);
  await server.end('SIGKILL');
  await after.client.close('done');
  const still = acked.filter(({ place }) => place <= cut.at);
  const all = [...still, { place: 0, seq, text }];
  return { folder, acked: all, wrong: wrongIn(folder, all) };
}

const digests = (content: Content) =>
  [...content].map(([path, bytes]) => [path, bytes && hash('sha256', bytes)].join(' ')).sort();

type Before = { readonly folder: string; readonly acked: readonly Acked[] };

/** One server's life under load, and the cuts in it. Gives what the last cut left, for the next one to live on. */
async function round(home: Home, before: Before, random: () => number, tally: Tally): Promise<Before> {
  const { folder } = before;
  const layer = openLayer(folder, await testFolder());
  const content = contentOf(folder);
  const server = await serverOn(home, folder, { env: layer.env });
  const files = await testFolder();
  const load = await startLoad({
    port: server.port,
    folder: files,
    place: layer.length,
    random,
    textBytes: size.textBytes,
  });
  await load.untilAcked(Math.ceil(size.acks * (0.2 + 0.8 * random())));
  await load.untilStored(1);
  tally.inFlight += load.inFlight();
  const isClean = tally.cuts === 0 || random() < 0.3;
  await server.end(isClean ? 'SIGTERM' : 'SIGKILL');
  await load.over();
  const { changes, length } = layer.journal();
  const disk = diskOf(folder, content, changes);
  // Nothing goes past the record: with everything kept it is the folder, byte for byte. (A kill may fall between the
  // last change and its record.)
  if (isClean) expect(digests(afterCut(disk, length, lucks.everything))).toEqual(digests(contentOf(folder)));
  const earlier = before.acked.map((ack) => ({ ...ack, place: 0 }));
  const acked = [...earlier, ...load.acked];
  tally.acked += load.acked.length;
  let last: Before = before;
  for (let n = size.cuts - 1; n >= 0; n -= 1) {
    const cut =
      n === 0
        ? { at: length, luck: lucks.nothing }
        : { at: Math.floor(length * random()), luck: drawLuck(random) };
    const kind = placeOf(changes, cut.at);
    tally.during.set(kind, (tally.during.get(kind) ?? 0) + 1);
    tally.cuts += 1;
    const { wrong, ...left } = await survives(home, disk, cut, acked);
    expect(wrong, wrong.slice(0, 3).join('; ')).toEqual([]);
    if (n > 0) rmSync(left.folder, { recursive: true });
    last = left;
  }
  return last;
}

describe.skipIf(whyNoLayer !== undefined)(onLayer('a power cut'), () => {
  test(
    'takes nothing that was acknowledged, and the server starts on what is left',
    async () => {
      const random = randomFrom(seed);
      const home = homeFor();
      const tally: Tally = { cuts: 0, acked: 0, inFlight: 0, during: new Map() };
      let before: Before = { folder: '', acked: [] };
      for (let n = 0; n < size.rounds; n += 1) {
        // So many lives of one log, then another one from its first start on.
        if (n % size.lives === 0) before = { folder: join(await testFolder(), 'data'), acked: [] };
        before = await round(home, before, random, tally);
      }
      expect(tally.inFlight).toBeGreaterThan(0);
      const fell = [...tally.during].map(([kind, count]) => `${count} behind ${kind}`).join(', ');
      report({
        promise: 22,
        did: `${tally.cuts} power cuts in ${size.rounds} lives of a server under 4 writers and 2 uploaders`,
        saw: `${tally.acked} acknowledged, 0 lost; ${tally.inFlight} posts in flight at the ends; fell ${fell}`,
      });
    },
    timeout,
  );

  test(
    'during the very first start leaves a folder that starts, with the same link if one was shown',
    async () => {
      const random = randomFrom(seed + 1);
      const home = homeFor();
      const root = join(await testFolder(), 'data');
      const layer = openLayer(root, await testFolder());
      const server = await serverOn(home, root, { env: layer.env, args: [] });
      const shown = layer.length();
      await server.end('SIGKILL');
      const { changes, length } = layer.journal();
      const disk = diskOf(root, new Map(), changes);
      const keyOf = (link: string) => link.slice(link.indexOf('#'));
      const steps = changes.filter(({ op }) => op !== 'sync');
      const tables = steps.findIndex((step) => 'path' in step && step.path.endsWith('log.db'));
      const secrets = steps
        .slice(0, tables)
        .filter(({ op }) => op === 'write')
        .map(({ at }) => ({ at, luck: lucks.onlyNames }));
      expect(secrets.length).toBeGreaterThanOrEqual(3);
      const drawn = Array.from({ length: size.starts }, () => {
        const step = steps[Math.floor(steps.length * random())];
        return { at: step?.at ?? 0, luck: drawLuck(random) };
      });
      const cuts = [...secrets, ...drawn, { at: length, luck: lucks.nothing }];
      for (const { at, luck } of cuts) {
        const folder = join(await testFolder(), 'data');
        writeContent(afterCut(disk, at, luck), folder);
        const again = await serverOn(home, folder, { args: [] });
        await again.end('SIGKILL');
        if (at >= shown) expect(keyOf(again.link)).toBe(keyOf(server.link));
      }
      report({
        promise: 22,
        did: `${cuts.length} power cuts in a first start of ${steps.length} steps`,
        saw: 'all started',
      });
    },
    timeout,
  );
});

const hasStrace = spawnSync('strace', ['-V']).error === undefined;

// Needs no compiler. Node tells nobody of its syncs, so without strace there is no honest count, and no test.
describe.skipIf(!hasStrace)('syncs (skipped where there is no strace)', () => {
  test(
    'of the log are at least as many as acknowledgements that each waited for the one before',
    async () => {
      const dir = await testFolder();
      const trace = join(dir, 'trace');
      const traced = ['-f', '-y', '-e', 'trace=fsync,fdatasync', '-o', trace, process.execPath, program];
      const served = ['serve', '--json', '--listen', '127.0.0.1:0', '--dir', dir, ...plainArgs];
      const strace = spawn('strace', [...traced, ...served], { stdio: ['ignore', 'pipe', 'ignore'] });
      const ended = once(strace, 'close');
      const [line] = (await once(createInterface(strace.stdout), 'line')) as [string];
      const { pid } = JSON.parse(readFileSync(join(dir, 'data', 'endpoint.json'), 'utf8')) as { pid: number };
      onTestFinished(() => endProcess(pid));
      const ada = await enter({ port: (JSON.parse(line) as { port: number }).port, nick: 'ada' });
      for (let n = 0; n < size.counted; n += 1) await ada.client.post(general, `post ${n}`);
      endProcess(pid, 'SIGTERM');
      await ended;
      const syncs = readFileSync(trace, 'utf8')
        .split('\n')
        .filter((call) => /f(data)?sync\(\d+<.*log\.db-wal>/.test(call));
      expect(syncs.length).toBeGreaterThanOrEqual(size.counted);
      report({
        promise: 22,
        did: `${size.counted} posts, one behind the other`,
        saw: `${syncs.length} syncs of the log`,
      });
    },
    timeout,
  );
});
