// The store alone under SIGKILL and eight writers: nothing acknowledged is lost or moved. The whole program under it is
// promise 1, in test/faults/promises.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../../src/store/open.ts';
import { logFileName } from '../../../src/store/sqlite/open.ts';
import { general, postId } from '../events.ts';
import { makeDataFolder, wholeRoom } from '../opened.ts';

type Acked = { readonly n: number; readonly seq: number };

/** Kills the process once `enough` appends are acknowledged, more of them in flight; gives all it acknowledged. */
async function appendUntilKilled(folder: string, from: number, enough: number): Promise<Acked[]> {
  const script = fileURLToPath(new URL('../fixtures/append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, `${from}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = once(child, 'exit');
  const acked: Acked[] = [];
  for await (const line of createInterface(child.stdout)) {
    const [n = Number.NaN, seq = Number.NaN] = line.split(' ').map(Number);
    acked.push({ n, seq });
    if (acked.length === enough) child.kill('SIGKILL');
  }
  await exited;
  return acked;
}

it('five kills under eight writers lose, move and double no acknowledged event', async () => {
  const folder = await makeDataFolder();
  const acked: Acked[] = [];
  for (const [round, enough] of [1, 40, 333, 7, 150].entries()) {
    acked.push(...(await appendUntilKilled(folder, round * 1_000_000, enough)));

    const database = new DatabaseSync(join(folder, logFileName));
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();

    const store = await openSqliteStore({ folder });
    const events = await wholeRoom(store, general);
    await store.close();
    const idAt = new Map(events.map(({ seq, id }) => [Number(seq), id]));
    const lost = acked.filter(({ n, seq }) => idAt.get(seq) !== postId(n));
    expect(lost).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  }
  expect(acked.length).toBeGreaterThanOrEqual(531);
});
