// One server at a time holds a data folder, and a dead one holds none.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { lockFolder } from '../../src/store/lock.ts';
import { makeDataFolder } from './opened.ts';

/** A process that takes the lock, says what came of it, and stays. */
async function spawnHolder(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const script = fileURLToPath(new URL('./fixtures/hold-lock.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

it('of two in one process one gets the folder, the other nothing, at once', async () => {
  const folder = await makeDataFolder();
  const both = await Promise.all([lockFolder(folder), lockFolder(folder)]);
  const got = both.filter((lock) => lock !== undefined);
  expect(got).toHaveLength(1);
  await got[0]?.release();
});

it('a released folder can be taken again, and releasing twice is harmless', async () => {
  const folder = await makeDataFolder();
  const first = await lockFolder(folder);
  await first?.release();
  await first?.release();
  const second = await lockFolder(folder);
  expect(second).toBeDefined();
  await first?.release();
  expect(await lockFolder(folder)).toBeUndefined();
  await second?.release();
});

it('of four processes that start at once one gets the folder', async () => {
  const folder = await makeDataFolder();
  const holders = await Promise.all([1, 2, 3, 4].map(() => spawnHolder(folder)));
  expect(holders.map(({ said }) => said).sort()).toEqual(['held', 'taken', 'taken', 'taken']);
  expect(await lockFolder(folder)).toBeUndefined();
});

it('SIGKILL frees the folder', async () => {
  const folder = await makeDataFolder();
  const { child, said } = await spawnHolder(folder);
  expect(said).toBe('held');
  expect(await lockFolder(folder)).toBeUndefined();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  const lock = await lockFolder(folder);
  expect(lock).toBeDefined();
  await lock?.release();
});
