// The local server and `serve`, as the built program: started, found, shared, taken over, and kept to its key.
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { isAlive } from '../../src/cli/local/endpoint.ts';
import { Home } from '../helpers/program.ts';

const starts = (home: Home): number =>
  readFileSync(join(home.dir, 'state', 'server.log'), 'utf8').split('"event":"listening"').length - 1;

/** A process that has ended keeps its pid until its parent looks, which for a detached one may take seconds. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return isAlive(pid) && !(existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8')));
}

describe('the local server', () => {
  test('is started when there is none, found by the next, and known to this user alone', async () => {
    await using home = new Home();
    expect((await home.run(['who'])).code).toBe(0);
    const { pid } = home.endpoint;
    expect(isAlive(pid)).toBe(true);
    expect(statSync(home.endpointFile).mode & 0o777).toBe(0o600);
    expect((await home.run(['who'])).code).toBe(0);
    expect(home.endpoint.pid).toBe(pid);
  });

  test('four first runs at the same moment end in one server', async () => {
    await using home = new Home();
    const runs = ['ada', 'bob', 'carl', 'dora'].map((nick) => home.run(['send', '-n', nick, `from ${nick}`]));
    for (const { code, stderr } of await Promise.all(runs))
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(starts(home)).toBe(1);
    const { stdout } = await home.run(['history', '--json']);
    expect(stdout.trim().split('\n')).toHaveLength(4);
  });

  test('that does not answer holds up nobody who leaves', async () => {
    await using home = new Home();
    await home.run(['who']);
    process.kill(home.endpoint.pid, 'SIGSTOP');
    const chat = home.chat(['--nick', 'ada']);
    await chat.shows('[#general]');
    chat.enter('/quit');
    expect(await chat.exited).toBe(0);
    process.kill(home.endpoint.pid, 'SIGCONT');
  });

  test('that was killed is started again, though its endpoint file and perhaps its pid are still there', async () => {
    await using home = new Home();
    await home.run(['send', '-n', 'ada', 'before']);
    const stale = readFileSync(home.endpointFile, 'utf8');
    process.kill(home.endpoint.pid, 'SIGKILL');
    expect((await home.run(['send', 'after'])).code).toBe(0);
    process.kill(home.endpoint.pid, 'SIGKILL');
    // The pid went to somebody else (this test), and nothing of ours listens there.
    writeFileSync(
      home.endpointFile,
      JSON.stringify({ ...(JSON.parse(stale) as object), pid: process.pid, port: 1 }),
    );
    const { stdout, code } = await home.run(['history']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ada: before\n.*ada: after\n/);
  });

  test('ends in order on SIGTERM and takes its endpoint file away', async () => {
    await using home = new Home();
    await home.run(['who']);
    const { pid } = home.endpoint;
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => isRunning(pid), { timeout: 10_000, interval: 10 }).toBe(false);
    expect(existsSync(home.endpointFile)).toBe(false);
    expect(readFileSync(join(home.dir, 'state', 'server.log'), 'utf8')).not.toContain('"level":"error"');
  });
});

describe('a program of another version', () => {
  const claim = (home: Home, change: object) => {
    const endpoint = JSON.parse(readFileSync(home.endpointFile, 'utf8')) as object;
    writeFileSync(home.endpointFile, JSON.stringify({ ...endpoint, ...change }));
  };

  test('replaces an older local server, which ends in order, and nothing said is lost', async () => {
    await using home = new Home();
    await home.run(['send', '-n', 'ada', 'to the old one']);
    const { pid } = home.endpoint;
    claim(home, { version: '0.0.1' });
    expect((await home.run(['history'])).stdout).toContain('ada: to the old one');
    expect(home.endpoint.pid).not.toBe(pid);
    await expect.poll(() => isRunning(pid), { timeout: 10_000, interval: 10 }).toBe(false);
    expect(starts(home)).toBe(2);
  });

  test.each([
    ['a newer local server', { version: '999.0.0' }],
    ['a serve that somebody started, however old', { version: '0.0.1', kind: 'serve' }],
  ])('leaves %s alone', async (_name, change) => {
    await using home = new Home();
    await home.run(['who']);
    const { pid } = home.endpoint;
    claim(home, change);
    expect((await home.run(['who'])).code).toBe(0);
    expect(home.endpoint.pid).toBe(pid);
  });
});

describe('serve', () => {
  test('a wrong address is told before the server that runs is asked to end', async () => {
    await using home = new Home();
    await home.serve();
    const { code, stderr } = await home.run(['serve', '--listen', 'no-such-host.invalid']);
    expect(code).toBe(2);
    expect(stderr).toContain('--listen wants an address of this machine');
    expect(stderr).not.toContain('hand over');
    expect((await home.run(['send', '-n', 'ada', 'still here'])).code).toBe(0);
  });

  test('takes over from the local server with everything that was said, and again from another serve', async () => {
    await using home = new Home();
    await home.run(['send', '-n', 'ada', 'said before']);
    const { pid } = home.endpoint;
    const first = await home.serve();
    await expect.poll(() => isRunning(pid), { timeout: 10_000, interval: 10 }).toBe(false);
    expect(home.endpoint.pid).toBe(first.child.pid);
    expect((await home.run(['history'])).stdout).toContain('ada: said before');
    const gone = once(first.child, 'exit');
    const second = await home.serve();
    expect(await gone).toEqual([0, null]);
    expect(second.link.split('#')[1]).toBe(first.link.split('#')[1]);
  });

  test('lets in who has the link, and nobody else', async () => {
    await using home = new Home();
    await using guest = new Home();
    const { link, port, fingerprint } = await home.serve();
    expect(link).toMatch(new RegExp(`^chat://127\\.0\\.0\\.1:${port}/general#${fingerprint}\\.[\\w-]+$`));
    const refused = await guest.run(['send', '-s', link.replace(/\.[\w-]+$/, ''), '-n', 'eve', 'hi']);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('link');
    expect((await guest.run(['send', '-s', link, '-n', 'eve', 'hi'])).code).toBe(0);
    expect((await guest.run(['who', '-s', `127.0.0.1:${port}`, '-n', 'eve'])).code).toBe(0);
  });

  test('a port that is taken ends with exit 1 and what to do', async () => {
    await using home = new Home();
    await using other = new Home();
    const { port } = await home.serve();
    const { code, stderr } = await other.run(['serve', '--listen', `127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('--listen');
    expect(existsSync(other.endpointFile)).toBe(false);
  });

  test('says how much everybody will be able to read, and ends with exit 0 on SIGINT, also where it comes twice', async () => {
    await using home = new Home();
    await home.run(['send', '-n', 'ada', 'one']);
    const child = home.start(['serve', '--listen', '127.0.0.1:0']);
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes('Ctrl-c')) break;
    }
    expect(text).toMatch(/npx chat-tui chat:\/\/127/);
    expect(text).toMatch(/can read #general from its beginning: 1 entr/);
    const gone = once(child, 'exit');
    // The terminal's own and the one that npm forwards.
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await gone).toEqual([0, null]);
    expect(existsSync(home.endpointFile)).toBe(false);
  });
});

async function serveOn(
  home: Home,
  address: string,
): Promise<{ readonly link: string; readonly fingerprint: string }> {
  const child = home.start(['serve', '--json', '--open', '--listen', address]);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return JSON.parse(line) as { link: string; fingerprint: string };
}

describe('the server’s key', () => {
  test('is remembered at the first meeting, stops with exit 4 when it changed, and is accepted by trust', async () => {
    await using home = new Home();
    await using impostor = new Home();
    await using guest = new Home();
    const real = await home.serve(['--open']);
    const address = `127.0.0.1:${real.port}`;
    const met = await guest.run(['who', '-s', address]);
    expect(met).toMatchObject({ code: 0 });
    expect(met.stderr).toContain(real.fingerprint);
    expect((await guest.run(['who', '-s', address])).stderr).toBe('');
    const gone = once(real.child, 'exit');
    real.child.kill('SIGTERM');
    await gone;
    const other = await serveOn(impostor, address);
    const stopped = await guest.run(['who', '-s', address]);
    expect(stopped).toMatchObject({ code: 4, stdout: '' });
    expect(stopped.stderr).toContain(real.fingerprint);
    const command = /chat-tui (trust chat:\S+)/.exec(stopped.stderr)?.[1] ?? '';
    expect(command).toContain(other.fingerprint);
    expect((await guest.run(['who', '-s', other.link])).code).toBe(4);
    expect((await guest.run([...command.split(' '), '--json'])).code).toBe(0);
    expect((await guest.run(['who', '-s', address])).code).toBe(0);
    expect((await guest.run(['who', '-s', other.link])).code).toBe(0);
  });
});
