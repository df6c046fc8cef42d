// What was said to a server that is away, at a terminal in plain lines, and at the end of a full screen: it waits on disk
// and is sent once and in order. (The full screen killed: offline.test.ts.)
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Home, type Served } from '../helpers/program.ts';

async function killed({ child }: Served): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function textsOf(home: Home, link: string, nick: string): Promise<(string | undefined)[]> {
  const { stdout } = await home.run(['history', '--json', '--limit', '500', '--server', link]);
  const lines = stdout.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as { readonly from: string; readonly text?: string });
  return events.filter(({ from, text }) => from === nick && text !== undefined).map(({ text }) => text);
}

/** What is committed to the guest's outbox. */
function outboxOf({ dir }: Home): string[] {
  const folder = join(dir, 'data', 'kept');
  const name = readdirSync(folder).find((file) => file.endsWith('.db')) ?? '';
  const database = new DatabaseSync(join(folder, name), { readOnly: true });
  try {
    const rows = database.prepare('SELECT saying FROM outbox ORDER BY place').all();
    return rows.map(({ saying }) => (JSON.parse(String(saying)) as { readonly text: string }).text);
  } finally {
    database.close();
  }
}

/** Looks again whenever something is written. */
async function untilKept(home: Home, texts: readonly string[]): Promise<void> {
  const watcher = watch(join(home.dir, 'data', 'kept'));
  try {
    while (!texts.every((text) => outboxOf(home).includes(text))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}

test('in plain lines too, what waits outlives SIGKILL and is sent once and in order', async () => {
  await using host = new Home();
  await using guest = new Home();
  const server = await host.serve();
  const args = ['--nick', 'ada', '--plain', server.link];
  const first = guest.chat(args);
  await first.shows(/1 online|ada joined #general/);
  first.enter('before it went');
  await first.shows('before it went');
  // It is on the server's disk, and was seen here.
  expect((await textsOf(host, server.link, 'ada')).at(-1)).toBe('before it went');
  await killed(server);
  await first.shows(/offline/);
  const typed = Array.from({ length: 5 }, (_, n) => `while it was away ${n}`);
  for (const text of typed) first.enter(text);
  await first.shows('away 4');
  // Enter was taken; the words are on disk before anything else happens to them.
  await untilKept(guest, typed);
  first.kill('SIGKILL');
  await first.exited;

  const second = guest.chat(args);
  await second.shows('before it went');
  await second.shows(/offline/);
  await second.shows('waiting for the server from last time: 5');
  second.enter('and one more');
  await untilKept(guest, ['and one more']);
  second.kill('SIGKILL');
  await second.exited;

  const port = String(server.port);
  const again = await host.serve(['--listen', `127.0.0.1:${port}`]);
  const third = guest.chat(args);
  await third.shows('<ada> and one more');
  const sent = async () =>
    (await textsOf(host, again.link, 'ada')).filter((text) => text !== 'before it went');
  expect(await sent()).toEqual([...typed, 'and one more']);
  third.enter('/quit');
  expect(await third.exited).toBe(0);
}, 90_000);

test('closed without its server it says how many messages wait; the next start shows and sends them', async () => {
  await using host = new Home();
  await using guest = new Home();
  const server = await host.serve();
  const args = ['--nick', 'ada', server.link];
  const first = guest.chat(args);
  await first.shows('1 online');
  await killed(server);
  await first.shows(/offline/);
  first.enter('one');
  first.enter('two');
  await first.shows(/two/);
  first.enter('/quit');
  await first.exited;
  expect(first.text).toContain('2 messages wait for the server and will be sent next time');
  const second = guest.chat(args);
  await second.shows(/│ one *\n.*│ two/);
  await host.serve(['--listen', `127.0.0.1:${server.port}`]);
  await second.shows(/✓│ two/, 40_000);
}, 90_000);
