// The server dies under people who type, scripts run beside an open chat, and an update takes the program away.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftOn } from '../helpers/left-on.ts';
import { endProcess, Home } from '../helpers/program.ts';

const root = join(import.meta.dirname, '..', '..');

type Line = { readonly seq: number; readonly from: string; readonly text?: string };

async function texts(home: Home): Promise<Line[]> {
  const { stdout } = await home.run(['history', '--json', '--limit', '1000']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.text !== undefined);
}

describe('the server is killed under two who type', () => {
  test('nothing acknowledged is lost or doubled, and what was typed meanwhile is sent once and in order', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('1 online');
    const bob = home.chat(['--nick', 'bob']);
    await ada.shows('2 online');
    for (let n = 0; n < 10; n += 1) {
      ada.enter(`ada says ${n}.`);
      bob.enter(`bob says ${n}.`);
    }
    endProcess(home.endpoint.pid);
    for (let n = 10; n < 20; n += 1) {
      ada.enter(`ada says ${n}.`);
      bob.enter(`bob says ${n}.`);
    }
    await Promise.all([ada.shows('bob says 19.', 40_000), bob.shows('ada says 19.', 40_000)]);
    const lines = await texts(home);
    for (const nick of ['ada', 'bob']) {
      const own = lines.filter((line) => line.from === nick).map((line) => line.text);
      expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${nick} says ${n}.`));
    }
  }, 90_000);
});

describe('a script beside an open chat', () => {
  test('speaks as the same member and does not show up in the roster', async () => {
    await using home = new Home();
    const ada = home.chat(['--nick', 'ada']);
    await ada.shows('1 online');
    expect(await home.run(['send', '--nick', 'ada', 'from', 'the', 'script'])).toMatchObject({ code: 0 });
    await ada.shows(/ada✓│ from the script/);
    expect(ada.lines[0]).toContain('1 online');
    const people = (await home.run(['who', '--json'])).stdout.trim().split('\n');
    expect(people.map((line) => (JSON.parse(line) as { nick: string }).nick)).toEqual(['ada']);
  });

  test('a pipe of 3,000 lines arrives whole, in order, without its colours', async () => {
    await using home = new Home();
    await home.serve();
    const lines = Array.from(
      { length: 3_000 },
      (_, n) => `\x1b[32mstep ${n}\x1b[0m of the build, with some words behind it`,
    );
    const { code, stderr } = await home.run(['send', '--nick', 'ci'], `${lines.join('\n')}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const whole = (await texts(home)).map((line) => line.text).join('\n');
    expect(whole.trim()).toBe(lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, '')).join('\n'));
  }, 60_000);
});

describe('the terminal is as before', () => {
  test('also when an update has taken the program away under an error that nothing expected', async () => {
    await using home = new Home();
    const copy = join(home.dir, 'copy');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    const hook = join(home.dir, 'fault.mjs');
    writeFileSync(hook, "process.on('SIGUSR2', () => { throw new Error('a fault from outside'); });");
    const ada = home.chat(['--nick', 'ada'], {
      program: join(copy, 'bin', 'chat-tui.js'),
      env: { NODE_OPTIONS: `--import=${hook}` },
    });
    await ada.shows('1 online');
    rmSync(copy, { recursive: true });
    ada.kill('SIGUSR2');
    expect(await ada.exited).toBe(1);
    expect(leftOn(ada.output)).toEqual([]);
    expect(ada.output).toContain('a fault from outside');
  });
});
