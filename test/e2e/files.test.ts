// Files through the built program: whole, also after a cut, and with a clear word where they cannot be.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import { startProxy } from '../helpers/proxy.ts';

const mebibyte = 1_048_576;

function makeFile(path: string, bytes: number): string {
  const content = randomBytes(bytes);
  writeFileSync(path, content);
  return createHash('sha256').update(content).digest('hex');
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a file of 64 MiB', () => {
  test('goes from one terminal to another with the same SHA-256, and not over a file that is there', async () => {
    await using home = new Home();
    const sha256 = makeFile(join(home.dir, 'plan.bin'), 64 * mebibyte);
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('1 online');
    const bob = home.chat(['--nick', 'bob']);
    await bob.shows('2 online');
    ada.enter(`!FILE ${join(home.dir, 'plan.bin')}`);
    await bob.shows(/plan\.bin 67\.1 MB/);
    for (const name of ['plan.bin', 'plan (1).bin']) {
      bob.enter('/get plan.bin');
      const path = join(home.dir, 'downloads', name);
      await bob.shows(() => existsSync(path));
      expect(digest(path)).toBe(sha256);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    expect(
      readdirSync(join(home.dir, 'downloads'))
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['plan (1).bin', 'plan.bin']);
  }, 60_000);

  test('arrives whole when the connection is cut in the middle, up and down', async () => {
    await using home = new Home();
    const sha256 = makeFile(join(home.dir, 'plan.bin'), 64 * mebibyte);
    const { port, link } = await home.serve(['--open']);
    const proxy = await startProxy(port);
    const through = link.replace(`:${port}/`, `:${proxy.port}/`);
    const ada = home.chat([through, '--nick', 'ada']);
    await ada.shows('1 online');
    proxy.plan({ connection: 0, after: 20 * mebibyte, direction: 'up' });
    ada.enter(`/file ${join(home.dir, 'plan.bin')}`);
    await ada.shows(/\/get \d+/, 60_000);
    expect(proxy.fallen()).toBe(1);
    proxy.plan({ connection: 0, after: 30 * mebibyte, direction: 'down' });
    const path = join(home.dir, 'downloads', 'plan.bin');
    ada.enter('/get plan.bin');
    await ada.shows(() => existsSync(path), 60_000);
    expect(proxy.fallen()).toBe(2);
    expect(digest(path)).toBe(sha256);
  }, 120_000);
});

describe('a file that cannot be sent', () => {
  test('is answered with a line that says why and what next', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada'], { columns: 120, rows: 40 });
    await ada.shows('1 online');
    ada.enter('/file /no/such/file');
    await ada.shows('There is no file /no/such/file.');
    ada.type('\x15');
    ada.enter(`/file ${home.dir}`);
    await ada.shows(/folder/i);
    expect((await home.run(['history', '--json'])).stdout).not.toContain('"kind":"file"');
  });
});
