// The built program as scripts call it: exit codes, JSON lines, and what is loaded for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/options.ts';
import { programVersion } from '../../src/cli/program.ts';
import { Home, program } from '../helpers/program.ts';

const json = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

/** Runs with a hook that notes every module that is loaded. */
async function loaded(home: Home, args: readonly string[]): Promise<string[]> {
  const list = join(home.dir, 'loaded.txt');
  const hook = join(home.dir, 'hook.mjs');
  writeFileSync(list, '');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({ resolve(name, context, next) {
  const found = next(name, context);
  appendFileSync(${JSON.stringify(list)}, found.url + '\\n');
  return found;
} });`,
  );
  const child = spawn(process.execPath, ['--import', hook, program, ...args, '--dir', home.dir], {
    stdio: 'ignore',
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  return readFileSync(list, 'utf8').trim().split('\n');
}

const marks = { react: 'react.transitional.element', ink: 'ink-root', server: 'halfOpenPerAddress' };
const texts = (urls: readonly string[]) =>
  urls
    .filter((url) => url.startsWith('file:') && url.includes('/dist/'))
    .map((url) => readFileSync(fileURLToPath(url), 'utf8'));

describe('help and version', () => {
  test.each([[['--help']], [['--version']], [['serve', '--help']]])(
    '%j load neither Ink, React, SQLite nor the server',
    async (args) => {
      await using home = new Home();
      const urls = await loaded(home, args);
      expect(urls.filter((url) => /^node:(sqlite|tls|net)$/.test(url))).toEqual([]);
      for (const mark of Object.values(marks)) {
        expect(texts(urls).filter((text) => text.includes(mark))).toEqual([]);
      }
    },
  );

  test('each subcommand is one that the door gives the whole program to', () => {
    const list = /const others = (\[[^\]]*\])/.exec(readFileSync(program, 'utf8'))?.[1] ?? '[]';
    const others = JSON.parse(list.replaceAll("'", '"').replace(/,\s*\]$/, ']')) as string[];
    expect(['chat', ...others].toSorted()).toEqual(Object.keys(commands).toSorted());
  });

  test('the chat on a screen is one file', () => {
    const chat = readFileSync(join(program, '..', '..', 'dist', 'chat.js'), 'utf8');
    expect(chat).not.toMatch(/\b(?:from|import)\s*\(?\s*"\.\//);
  });

  test('a subcommand loads the wire, but neither Ink nor React', async () => {
    await using home = new Home();
    const urls = await loaded(home, ['who', '--json']);
    expect(texts(urls).some((text) => text.includes(marks.server))).toBe(true);
    expect(texts(urls).filter((text) => text.includes(marks.react))).toEqual([]);
  });

  test('say what they are asked', async () => {
    await using home = new Home();
    expect(await home.run(['--version'])).toEqual({ code: 0, stdout: `${programVersion()}\n`, stderr: '' });
    expect((await home.run(['get', '-h'])).stdout).toContain('chat-tui get FILE [-o PATH]');
  });
});

describe('wrong usage', () => {
  test.each([
    ['serv', 'Did you mean chat-tui serve?'],
    ['--nik ada', 'Did you mean --nick?'],
    ['serve --plain-tcp', 'loopback'],
    ['get plan.pdf', 'names no file'],
    ['trust 127.0.0.1', 'FINGERPRINT'],
    ['who -s http://x', 'chat://host'],
    ['send hi', '--nick'],
    ['--plain', '--nick'],
  ])('%j ends with exit 2 and a sentence', async (line, sentence) => {
    await using home = new Home();
    const { code, stdout, stderr } = await home.run(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('scripts', () => {
  test('send, history, put, get and who speak the contract’s JSON', async () => {
    await using home = new Home();
    const path = join(home.dir, 'plan.pdf');
    writeFileSync(path, 'the plan');
    const sent = json((await home.run(['send', '--json', '-n', 'ada', 'hi'])).stdout);
    expect(sent).toEqual([{ seq: expect.any(Number), room: 'general', id: expect.any(String) }]);
    const put = json((await home.run(['put', '--json', path])).stdout);
    const file = { name: 'plan.pdf', size: 8, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(put).toEqual([{ seq: expect.any(Number), ...file }]);
    const lines = json((await home.run(['history', '--json'])).stdout);
    const head = {
      seq: expect.any(Number),
      room: 'general',
      from: 'ada',
      at: expect.stringMatching(/T.*Z$/),
    };
    expect(lines).toMatchObject([
      { ...head, kind: 'message', text: 'hi' },
      { ...head, kind: 'file', ...file },
    ]);
    const seq = String((put[0] as { seq: number }).seq);
    const got = json((await home.run(['get', seq, '--json'])).stdout) as [{ path: string }];
    expect(got).toEqual([{ path: join(home.dir, 'downloads', 'plan.pdf'), size: 8, sha256: file.sha256 }]);
    expect(readFileSync(got[0].path, 'utf8')).toBe('the plan');
    expect((await home.run(['get', seq, '-o', '-'])).stdout).toBe('the plan');
    expect(json((await home.run(['who', '--json', '--all'])).stdout)).toMatchObject([
      { nick: 'ada', state: 'offline' },
    ]);
    expect(json((await home.run(['who', '--json'])).stdout)).toEqual([]);
  });

  test('the same --id is the same message, and other content under it is refused with exit 5', async () => {
    await using home = new Home();
    const id = '01890000-0000-7000-8000-000000000000';
    const send = (text: string) => home.run(['send', '--json', '-n', 'ada', '--id', id, text]);
    const first = await send('once');
    expect(await send('once')).toEqual(first);
    expect((await send('twice')).code).toBe(5);
    expect((await home.run(['send', '-n', 'ada', '--id', id], 'x\n'.repeat(20_000))).code).toBe(2);
  });

  test('a taken nick ends with exit 5, an unknown seq with 1, a missing file with 1, no server with 3', async () => {
    await using home = new Home();
    await using other = new Home();
    const { link } = await home.serve();
    expect((await home.run(['send', '-n', 'ada', 'mine'])).code).toBe(0);
    const taken = await other.run(['send', '-s', link, '-n', 'ada', 'not mine']);
    expect(taken).toMatchObject({ code: 5, stdout: '' });
    expect(taken.stderr).toContain('--nick');
    expect((await home.run(['get', '999'])).code).toBe(1);
    expect((await home.run(['put', '-n', 'ada', '/no/such/file'])).code).toBe(1);
    expect((await home.run(['who', '-s', '127.0.0.1:1'])).code).toBe(3);
    expect((await home.run(['127.0.0.1:1', '-n', 'ada'])).code).toBe(3);
    expect((await other.run([link, '-n', 'ada'])).code).toBe(5);
  });

  test('history pages, and --follow prints what comes until it is interrupted', async () => {
    await using home = new Home();
    await home.serve(['--no-limits']);
    await home.run(
      ['send', '-n', 'ada'],
      Array.from({ length: 5 }, (_, n) => `${n} `.repeat(7_000)).join('\n'),
    );
    const all = json((await home.run(['history', '--json', '--limit', '1000'])).stdout) as { seq: number }[];
    expect(all.length).toBeGreaterThan(4);
    const third = all[2]?.seq ?? 0;
    const after = json((await home.run(['history', '--json', '--after', `${third}`, '--limit', '1'])).stdout);
    expect(after).toEqual(all.slice(3, 4));
    const before = json((await home.run(['history', '--json', '--before', `${third}`])).stdout);
    expect(before).toEqual(all.slice(0, 2));
    const following = home.start(['history', '--json', '--follow', '--limit', '1']);
    const next = lines(following.stdout);
    expect((await next()) as unknown).toEqual(all.at(-1));
    await home.run(['send', '-n', 'bob', 'live']);
    expect(await next()).toMatchObject({ from: 'bob', text: 'live' });
    const gone = once(following, 'exit');
    following.kill('SIGINT');
    expect(await gone).toEqual([130, null]);
  });
});

function lines(stream: AsyncIterable<Buffer | string>): () => Promise<unknown> {
  const parts = (async function* () {
    let held = '';
    for await (const chunk of stream) {
      const whole = (held + String(chunk)).split('\n');
      held = whole.pop() ?? '';
      yield* whole;
    }
  })();
  return async () => JSON.parse(String((await parts.next()).value)) as unknown;
}
