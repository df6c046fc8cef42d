// What is published, installed where nothing else is: small, nothing that compiles or downloads, and it runs.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'chat-tui-package-'));
const installed = join(folder, 'node_modules');

const newNode = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: folder };

beforeAll(async () => {
  // The build has run already; packing must not run it again under the feet of the other suites.
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = Object.values(JSON.parse(packed.stdout) as Record<string, { filename: string }>) as [
    { filename: string },
  ];
  await run('npm', ['install', '--offline', '--prefix', folder, join(folder, filename)], {
    cwd: folder,
    env: newNode,
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packages(): { name: string; scripts: Record<string, string> }[] {
  return readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('package.json'))
    .map(
      (path) =>
        JSON.parse(readFileSync(join(installed, path), 'utf8')) as {
          name: string;
          scripts: Record<string, string>;
        },
    );
}

describe('the package in an empty folder', () => {
  test('brings itself alone, and nothing in it compiles or downloads', () => {
    const all = packages();
    expect(all.map(({ name }) => name)).toEqual(['chat-tui']);
    const hooks = all.flatMap(({ scripts }) =>
      ['preinstall', 'install', 'postinstall'].filter((name) => name in (scripts ?? {})),
    );
    expect(hooks).toEqual([]);
    expect(
      readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((path) =>
        /\.node$|binding\.gyp$/.test(path),
      ),
    ).toEqual([]);
  });

  test('takes at most 15 MB on disk', () => {
    const paths = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    const bytes = paths
      .map((path) => statSync(join(installed, path)).size)
      .reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(15_000_000);
  });

  test('carries the licences of what is bundled', () => {
    const text = readFileSync(join(installed, 'chat-tui', 'dist', 'LICENSES.txt'), 'utf8');
    for (const name of ['ink', 'react', 'meow', 'valibot', 'yoga-layout'])
      expect(text).toContain(`\n${name} `.trimStart());
  });

  test('runs with nothing but Node', async () => {
    const bin = join(installed, '.bin', 'chat-tui');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await run(bin, ['--version'], { env: newNode })).stdout.trim()).toBe(version);
    const dir = join(folder, 'home');
    const sent = await run(bin, ['send', 'hello', '--nick', 'ada', '--json', '--dir', dir], { env: newNode });
    expect(JSON.parse(sent.stdout)).toMatchObject({ room: 'general' });
    const { pid } = JSON.parse(readFileSync(join(dir, 'data', 'endpoint.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGTERM');
  });
});
