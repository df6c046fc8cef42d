// `put` and `get` of the built program over everything that can happen on the way: killed and called again, the server
// killed beneath them, disks that are full, files that are no files.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { Home, program, type Served } from '../helpers/program.ts';
import { type Proxy as Cutter, startProxy } from '../helpers/proxy.ts';

const mebibyte = 1_048_576;
const size = 48 * mebibyte;

function makeFile(path: string, bytes = size): string {
  const content = randomBytes(bytes);
  writeFileSync(path, content);
  return createHash('sha256').update(content).digest('hex');
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A server behind a proxy, and a link through that. */
async function served(home: Home) {
  const server = await home.serve(['--open', '--no-limits']);
  const proxy = await startProxy(server.port);
  return { server, proxy, through: server.link.replace(`:${server.port}/`, `:${proxy.port}/`) };
}

/** The transfer of the next command gets so far, and its further dials get nowhere. */
function stopAfter(proxy: Cutter, bytes: number, direction: 'up' | 'down'): void {
  const none = [2, 3, 4, 5, 6, 7, 8].map((connection) => ({ connection, after: 0, direction }));
  proxy.plan({ connection: 1, after: bytes, direction }, ...none);
}

async function kill(child: Served['child']): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Another server on the same data and port, after the end of the one before. */
async function restart(home: Home, child: Served['child'], port: number): Promise<Served['child']> {
  await kill(child);
  const listen = `127.0.0.1:${port}`;
  const again = home.start(['serve', '--json', '--open', '--no-limits', '--listen', listen]);
  again.stderr?.resume();
  await once(createInterface(again.stdout), 'line');
  return again;
}

async function files(home: Home, link: string): Promise<string[]> {
  const { stdout } = await home.run(['history', '--json', '-s', link]);
  const lines = stdout.split('\n').filter((line) => line.includes('"kind":"file"'));
  return lines.map((line) => (JSON.parse(line) as { sha256: string }).sha256);
}

describe('a file on its way', () => {
  test('up goes on after the sender was killed, where it stopped', async () => {
    await using home = new Home();
    const { server, proxy, through } = await served(home);
    const path = join(home.dir, 'plan.bin');
    const sha256 = makeFile(path);
    stopAfter(proxy, 30 * mebibyte, 'up');
    const first = home.start(['put', path, '-s', through, '--nick', 'ada']);
    await proxy.untilFallen(1);
    await kill(first);
    expect(await files(home, server.link)).toEqual([]);
    // What is left passes; the whole would be cut.
    const again = await startProxy(server.port);
    again.plan({ connection: 1, after: 30 * mebibyte, direction: 'up' });
    const link = server.link.replace(`:${server.port}/`, `:${again.port}/`);
    expect(await home.run(['put', path, '-s', link, '--nick', 'ada'])).toMatchObject({ code: 0 });
    expect(again.fallen()).toBe(0);
    expect(await files(home, server.link)).toEqual([sha256]);
  }, 60_000);

  test('down goes on after the receiver was killed, where it stopped', async () => {
    await using home = new Home();
    const { server, proxy, through } = await served(home);
    const path = join(home.dir, 'plan.bin');
    const sha256 = makeFile(path);
    await home.run(['put', path, '-s', server.link, '--nick', 'ada']);
    const get = (link: string) => ['get', sha256.slice(0, 12), '-s', link, '--nick', 'ada'];
    stopAfter(proxy, 30 * mebibyte, 'down');
    const first = home.start(get(through));
    await proxy.untilFallen(1);
    await kill(first);
    const downloads = join(home.dir, 'downloads');
    expect(readdirSync(downloads)).toEqual(['.chat-tui-part']);
    const again = await startProxy(server.port);
    again.plan({ connection: 1, after: 30 * mebibyte, direction: 'down' });
    const link = server.link.replace(`:${server.port}/`, `:${again.port}/`);
    expect(await home.run(get(link))).toMatchObject({ code: 0 });
    expect(again.fallen()).toBe(0);
    expect(readdirSync(downloads)).toEqual(['plan.bin']);
    expect(digest(join(downloads, 'plan.bin'))).toBe(sha256);
  }, 60_000);

  test('goes on by itself when the server is killed and comes back, up and down', async () => {
    await using home = new Home();
    const { server, proxy, through } = await served(home);
    const path = join(home.dir, 'plan.bin');
    const sha256 = makeFile(path);
    proxy.plan({ connection: 1, after: 20 * mebibyte, direction: 'up' });
    const put = home.run(['put', path, '-s', through, '--nick', 'ada', '--json']);
    await proxy.untilFallen(1);
    const second = await restart(home, server.child, server.port);
    const sent = await put;
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    const { seq } = JSON.parse(sent.stdout) as { seq: number };
    expect(await files(home, server.link)).toEqual([sha256]);
    proxy.plan({ connection: 1, after: 20 * mebibyte, direction: 'down' });
    const copy = join(home.dir, 'copy.bin');
    const get = home.run(['get', String(seq), '-o', copy, '-s', through, '--nick', 'ada']);
    await proxy.untilFallen(2);
    await restart(home, second, server.port);
    expect(await get).toMatchObject({ code: 0 });
    expect(digest(copy)).toBe(sha256);
  }, 90_000);
});

describe('what cannot be sent', () => {
  test('has a sentence and an exit code, the rest goes, and nothing half-done is left', async () => {
    await using home = new Home();
    const { link } = await home.serve(['--open', '--no-limits', '--max-upload', '1MB']);
    const at = (name: string) => join(home.dir, name);
    mkdirSync(at('folder'));
    makeFile(at('large'), 1_000_001);
    makeFile(at('small'), 1_000_000);
    writeFileSync(at('empty'), '');
    const put = (...names: string[]) => home.run(['put', ...names.map(at), '-s', link, '--nick', 'ada']);
    expect(await put('folder')).toMatchObject({ code: 1, stderr: expect.stringContaining('is no file') });
    expect(await put('missing')).toMatchObject({ code: 1, stderr: expect.stringContaining('no file') });
    expect(await put('large')).toMatchObject({ code: 5, stderr: expect.stringContaining('1,000,001 bytes') });
    expect(await files(home, link)).toEqual([]);
    const some = await put('large', 'small', 'missing', 'empty');
    expect(some.code).toBe(5);
    expect(some.stdout).toMatch(/^small \(1\.0 MB\) sent .*\nempty \(0 B\) sent .*\n$/);
    expect(await files(home, link)).toEqual([digest(at('small')), digest(at('empty'))]);
    const got = await home.run(['get', digest(at('empty')).slice(0, 9), '-s', link, '--nick', 'ada']);
    expect(got.code).toBe(0);
    expect(statSync(join(home.dir, 'downloads', 'empty')).size).toBe(0);
  }, 30_000);

  test('changes while it is sent: exit 1, and nothing is posted', async () => {
    await using home = new Home();
    const { server, proxy, through } = await served(home);
    const path = join(home.dir, 'plan.bin');
    makeFile(path);
    stopAfter(proxy, 20 * mebibyte, 'up');
    const put = home.run(['put', path, '-s', through, '--nick', 'ada']);
    await proxy.untilFallen(1);
    appendFileSync(path, 'more');
    expect(await put).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('changed while it was read'),
    });
    expect(await files(home, server.link)).toEqual([]);
  }, 30_000);

  test('does not fit on the disk of the server: exit 5, nothing is posted, and it can be sent when there is room', async () => {
    await using home = new Home();
    const { link } = await home.serve(['--open']);
    const [small, path] = [join(home.dir, 'small.bin'), join(home.dir, 'plan.bin')];
    const [first, sha256] = [makeFile(small, 10), makeFile(path, 3 * mebibyte)];
    const put = (file: string) => home.run(['put', file, '-s', link, '--nick', 'ada']);
    // Behind an upload, which waits for the sweep of the start: to that one the device looks like what is days old.
    expect(await put(small)).toMatchObject({ code: 0 });
    // The first member's upload goes to a device that Linux answers every write to with ENOSPC.
    const unfinished = join(home.dir, 'data', 'unfinished', '1');
    symlinkSync('/dev/full', join(unfinished, sha256));
    const refused = { code: 5, stderr: expect.stringContaining("server's disk is full") };
    expect(await put(path)).toMatchObject(refused);
    expect(await files(home, link)).toEqual([first]);
    expect(readdirSync(unfinished)).toEqual([]);
    expect(await put(path)).toMatchObject({ code: 0 });
    expect(await files(home, link)).toEqual([first, sha256]);
  }, 30_000);
});

describe('what cannot be received', () => {
  test('does not fit on this disk: exit 1, a sentence, and nothing is left', async () => {
    await using home = new Home();
    const { link } = await home.serve(['--open']);
    const path = join(home.dir, 'plan.bin');
    const sha256 = makeFile(path, 3 * mebibyte);
    await home.run(['put', path, '-s', link, '--nick', 'ada']);
    // No file of this process may grow beyond 1 MiB: the system refuses the write as it does on a full disk.
    const args = [program, 'get', sha256.slice(0, 9), '-s', link, '--nick', 'ada', '--dir', home.dir];
    const child = spawn('bash', ['-c', 'ulimit -f 1024; exec "$0" "$@"', process.execPath, ...args]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('The disk is full') });
    expect(readdirSync(join(home.dir, 'downloads'))).toEqual([]);
  }, 30_000);

  test('is damaged on the server: exit 6, and nothing is left', async () => {
    await using home = new Home();
    const { link } = await home.serve(['--open']);
    const path = join(home.dir, 'plan.bin');
    const sha256 = makeFile(path, mebibyte);
    await home.run(['put', path, '-s', link, '--nick', 'ada']);
    const blob = join(home.dir, 'data', 'blobs', sha256.slice(0, 2), sha256.slice(2));
    chmodSync(blob, 0o600);
    writeFileSync(blob, randomBytes(mebibyte));
    const got = await home.run(['get', sha256.slice(0, 9), '-s', link, '--nick', 'ada']);
    expect(got).toMatchObject({ code: 6, stderr: expect.stringContaining('checksum') });
    expect(existsSync(join(home.dir, 'downloads', 'plan.bin'))).toBe(false);
    expect(readdirSync(join(home.dir, 'downloads'))).toEqual([]);
  }, 30_000);
});
