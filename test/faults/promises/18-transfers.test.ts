// Promise 18: transfers survive cuts and are whole. Files go up and down through a proxy that cuts at random offsets, in
// handshakes too, while the server is killed and stopped and started again beneath them. At the end the bytes are the
// file's, hardly one went twice, and nothing is left on either side that nobody needs.
//
// Quick: 16 MiB; the promise's 64 MiB are the long size. Plain TCP, so that the bytes on the wire are those of the file.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeDeviceKey } from '../../../src/net/identity.ts';
import { limits } from '../../../src/protocol/limits.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { enter, general } from '../../helpers/chat-client.ts';
import { Home } from '../../helpers/program.ts';
import { type Proxy as Cutter, startProxy } from '../../helpers/proxy.ts';
import { testFolder } from '../../helpers/test-server.ts';
import { type ServerOn, serverOn } from '../power/server-on.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const MiB = 1024 * 1024;
const size = sized({
  quick: { cuts: 50, restarts: 4, bytes: 16 * MiB },
  long: { cuts: 500, restarts: 40, bytes: 64 * MiB },
});
/** Of each pause between tries a tenth. */
const tenth = () => 0.1;
const timeout = sized({ quick: 60_000, long: 0 });
/** The piece that the server writes at once: what was received of it is written when the line breaks. */
const bufferBytes = 256 * 1024;
/** What a connection costs beside the file's bytes: hello, ticket, go. */
const greetingBytes = 4 * 1024;
/** What the system holds of a connection whose server is killed: sent, and never read. */
const systemBytes = 6 * MiB;

type Local = { readonly path: string; readonly sha256: string };

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function newFile(bytes: number): Promise<Local> {
  const path = join(await testFolder(), 'plan.bin');
  const content = randomBytes(bytes);
  writeFileSync(path, content);
  return { path, sha256: digest(content) };
}

/** A server that is started again and again, and the proxies before it. */
class Place {
  readonly home = new Home();
  readonly data = join(this.home.dir, 'data');
  readonly #proxies: Cutter[] = [];
  #server: ServerOn | undefined;

  async start(): Promise<number> {
    this.#server = await serverOn(this.home, this.data);
    for (const proxy of this.#proxies) proxy.aimAt(this.#server.port);
    return this.#server.port;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await this.#server?.end(signal);
  }

  async proxy(): Promise<Cutter> {
    const proxy = await startProxy(this.#server?.port ?? 0);
    this.#proxies.push(proxy);
    return proxy;
  }
}

async function started(): Promise<Place> {
  const place = new Place();
  onTestFinished(() => place.home[Symbol.asyncDispose]());
  await place.start();
  return place;
}

/** All that follow are cut, one in ten within its first words. */
function planCuts(proxy: Cutter, direction: 'up' | 'down', random: () => number): void {
  const mean = (size.bytes / (size.cuts / 2)) * 2;
  const cuts = Array.from({ length: 4 * size.cuts }, (_, connection) => {
    const most = random() < 0.1 ? 600 : mean;
    return { connection, after: Math.floor(random() * most), direction };
  });
  proxy.plan(...cuts);
}

type Moved = {
  readonly files: number;
  readonly cuts: number;
  readonly twiceBytes: number;
  readonly dials: number;
};

const movedBy = (proxy: Cutter, direction: 'up' | 'down', files: number): Moved => {
  const twiceBytes = proxy.passed(direction) - files * size.bytes;
  return { files, cuts: proxy.fallen(), twiceBytes, dials: proxy.count() };
};

/** Files up until so many cuts fell. */
async function upLane(place: Place, proxy: Cutter, random: () => number) {
  const ada = await enter({ port: proxy.port, nick: 'ada', random: tenth });
  planCuts(proxy, 'up', random);
  const stored: string[] = [];
  while (proxy.fallen() < size.cuts / 2) {
    const local = await newFile(size.bytes);
    const { file } = await ada.client.upload(general, local.path);
    expect(file.sha256).toBe(local.sha256);
    expect(digest(readFileSync(blobOf(place, local.sha256)))).toBe(local.sha256);
    stored.push(local.sha256);
  }
  return { stored, ...movedBy(proxy, 'up', stored.length) };
}

/** One file down, again and again, until so many cuts fell; half-way each time by another client. */
async function downLane(
  proxy: Cutter,
  what: { readonly seq: Seq; readonly sha256: string },
  random: () => number,
) {
  const device = makeDeviceKey();
  const folder = await testFolder();
  let bob = await enter({ port: proxy.port, nick: 'bob', device, random: tenth });
  planCuts(proxy, 'down', random);
  let files = 0;
  while (proxy.fallen() < size.cuts / 2) {
    const want = { seq: what.seq, room: general, to: { folder } };
    const first = bob.client.download(want).catch(() => undefined);
    await bob.until(() =>
      bob.client.transfers.some(({ step, bytes }) => step === 'moving' && bytes > size.bytes / 2),
    );
    await bob.client.close('done');
    await first;
    bob = await enterPast(proxy.port, device);
    const { path } = await bob.client.download(want);
    expect(digest(readFileSync(path))).toBe(what.sha256);
    files += 1;
  }
  expect(readdirSync(folder)).toHaveLength(files);
  return movedBy(proxy, 'down', files);
}

/** A first dial that is cut ends a chat, so it is tried as people would. */
async function enterPast(port: number, device: ReturnType<typeof makeDeviceKey>) {
  for (;;) {
    const client = await enter({ port, nick: 'bob', device, random: tenth, patienceMs: 60_000 }).catch(
      () => undefined,
    );
    if (client !== undefined) return client;
  }
}

const blobOf = ({ data }: Place, sha256: string) => join(data, 'blobs', sha256.slice(0, 2), sha256.slice(2));
const below = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));

/** A day and an hour ago. */
const longAgo = new Date(Date.now() - limits.uploadKeptMs - 3_600_000);
const age = (path: string) => utimesSync(path, longAgo, longAgo);

describe('a transfer', () => {
  test(
    'survives cuts and restarts, is whole, and hardly a byte goes twice',
    async () => {
      const place = await started();
      const [up, down] = [await place.proxy(), await place.proxy()];
      const direct = await place.proxy();
      const eve = await enter({ port: direct.port, nick: 'eve', random: tenth });
      const local = await newFile(size.bytes);
      const { seq } = await eve.client.upload(general, local.path);
      const lanes = [
        upLane(place, up, randomFrom(seed)),
        downLane(down, { seq, sha256: local.sha256 }, randomFrom(seed + 1)),
      ] as const;
      const restarts = (async () => {
        for (let n = 1; n <= size.restarts; n += 1) {
          const at = Math.floor((n * size.cuts) / 2 / (size.restarts + 1));
          await (n % 2 === 0 ? down : up).untilFallen(at);
          await place.end(n % 4 < 2 ? 'SIGKILL' : 'SIGTERM');
          await place.start();
        }
      })();
      const [[upward, downward]] = await Promise.all([Promise.all(lanes), restarts]);
      for (const { cuts, dials, twiceBytes } of [upward, downward]) {
        const most = cuts * bufferBytes + dials * greetingBytes + size.restarts * systemBytes;
        expect(twiceBytes, 'bytes that went twice').toBeLessThanOrEqual(most);
      }
      await sweepLeaves(place, direct, [local.sha256, ...upward.stored]);
      const cuts = upward.cuts + downward.cuts;
      const each = (bytes: number, count: number) => `${Math.round(bytes / 1024 / count)} KiB a cut`;
      report({
        promise: 18,
        did: `${cuts} cuts and ${size.restarts} restarts under ${upward.files} files up and ${downward.files} down, ${size.bytes / MiB} MiB each`,
        saw: `all whole; went twice: ${each(upward.twiceBytes, upward.cuts)} up, ${each(downward.twiceBytes, downward.cuts)} down; nothing left over`,
      });
    },
    timeout,
  );

  test(
    'that a crash damaged on the server is sent anew, and is whole',
    async () => {
      const place = await started();
      const proxy = await place.proxy();
      const ada = await enter({ port: proxy.port, nick: 'ada', random: tenth });
      const local = await newFile(4 * MiB);
      proxy.plan({ connection: 0, after: 2 * MiB, direction: 'up' });
      const upload = ada.client.upload(general, local.path);
      await proxy.untilFallen(1);
      await place.end('SIGKILL');
      const [unfinished = ''] = below(join(place.data, 'unfinished'));
      const part = await open(join(place.data, 'unfinished', unfinished), 'r+');
      await part.write(randomBytes(512), 0, 512, 0);
      await part.close();
      await place.start();
      const { file } = await upload;
      expect(file.sha256).toBe(local.sha256);
      expect(digest(readFileSync(blobOf(place, local.sha256))), 'the digest of what is stored').toBe(
        local.sha256,
      );
    },
    timeout,
  );
});

/** What nobody comes back for is swept at the next start; what a message names stays. */
async function sweepLeaves(place: Place, proxy: Cutter, named: readonly string[]): Promise<void> {
  const carl = await enter({ port: proxy.port, nick: 'carl', random: tenth });
  const given = await newFile(2 * MiB);
  proxy.plan({ connection: 0, after: MiB, direction: 'up' });
  const upload = carl.client.upload(general, given.path).catch(() => undefined);
  await proxy.untilFallen(1);
  await carl.client.close('quit');
  await upload;
  await place.end('SIGTERM');
  const left = below(join(place.data, 'unfinished'));
  expect(left).toHaveLength(1);
  for (const name of left) age(join(place.data, 'unfinished', name));
  for (const name of below(join(place.data, 'holders'))) age(join(place.data, 'holders', name));
  // As a crash leaves it between the rename and the record of who holds it.
  writeFileSync(
    blobOf(place, named[0] ?? '').replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    'an orphan',
  );
  await place.start();
  const dora = await enter({ port: proxy.port, nick: 'dora', random: tenth });
  // An upload waits for the sweep.
  const last = await newFile(1_000);
  await dora.client.upload(general, last.path);
  const all = [...named, last.sha256].sort();
  expect(below(join(place.data, 'unfinished')), 'orphans').toEqual([]);
  expect(
    below(join(place.data, 'blobs'))
      .map((name) => name.replace('/', ''))
      .sort(),
    'orphans',
  ).toEqual(all);
  const held = below(join(place.data, 'holders')).map((name) => name.replace(/^\d+\/|\.\d+$/g, ''));
  expect(held.sort(), 'orphans').toEqual(all);
}
