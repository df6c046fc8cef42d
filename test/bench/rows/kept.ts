// How long the client takes to open on what it kept: to the first frame that takes keys, with a local store that is as
// full as it gets, against one with nothing in it.
import { copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openLocalStore } from '../../../src/client/local/open.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { AnyEvent, MemberId, Seq } from '../../../src/protocol/packet.ts';
import { makePostId } from '../../../src/protocol/post-id.ts';
import type { Home } from '../../helpers/program.ts';
import { chatOnScreen, prompt } from '../chat-room.ts';
import { watchCores } from '../cores.ts';
import { median } from '../measure.ts';
import type { Row } from '../table.ts';

const rounds = 9;
const messages = 150_000;
const room = 'general' as RoomName;
const goal = 1.2;

/** In the store's own words; the last message says how many there were. */
function fill(path: string): void {
  const local = openLocalStore({ path });
  const from = (local.cursor?.after ?? 0) + 1;
  const author = { member: 77 as MemberId, nick: 'carla', room };
  const id = makePostId(Date.now(), (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
  const text =
    'as people write, some words more and some less, about a hundred bytes in all, such as these here';
  for (let said = 0; said < messages; said += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, n): AnyEvent => {
      const seq = (from + said + n) as Seq;
      return { type: 'message', seq, at: Date.now(), ...author, id, text: `${text} ${said + n}` };
    });
    local.take({ events, gaps: [], upTo: (from + said + 999) as Seq, from: 'live' });
  }
  const found = local.kept(room)?.events.at(-1);
  local.close();
  if (found?.type !== 'message' || !found.text.endsWith(` ${messages - 1}`))
    throw new Error('nothing was kept');
}

/** Milliseconds until the first frame, and until what was kept is to be seen. */
async function firstFrame(home: Home, last?: string): Promise<number> {
  const from = performance.now();
  await using chat = chatOnScreen(home, 'bob');
  const frame = await chat.sees(prompt);
  if (last === undefined) return frame.at - from;
  return (await chat.sees(last)).at - from;
}

export async function openKept(makeHome: () => Home): Promise<Row> {
  await using home = makeHome();
  await home.serve(['--open', '--no-limits']);
  const chat = home.chat(['--nick', 'bob'], { columns: 120, rows: 40 });
  await chat.shows('Nobody has said anything');
  chat.enter('/quit');
  await chat.exited;
  const folder = join(home.dir, 'data', 'kept');
  const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.db')) ?? '');
  const [empty, full] = [join(home.dir, 'empty.db'), join(home.dir, 'full.db')];
  copyFileSync(path, empty);
  fill(path);
  copyFileSync(path, full);
  const times: Record<'empty' | 'full', number[]> = { empty: [], full: [] };
  const cores = watchCores();
  for (let round = 0; round < rounds; round += 1) {
    for (const [which, from] of [
      ['empty', empty],
      ['full', full],
    ] as const) {
      for (const tail of ['-wal', '-shm']) rmSync(path + tail, { force: true });
      copyFileSync(from, path);
      times[which].push(await firstFrame(home, which === 'full' ? `these here ${messages - 1}` : undefined));
    }
  }
  const ratio = median(times.full) / median(times.empty);
  const MiB = (statSync(full).size / 2 ** 20).toFixed(0);
  return {
    name: `start to the last screen, ${messages.toLocaleString('en')} messages kept (${MiB} MiB)`,
    value: `${median(times.full).toFixed(0)} ms`,
    reference: `to the first frame with nothing kept ${median(times.empty).toFixed(0)} ms`,
    ratio,
    goal: `≤ ${goal}`,
    isMet: ratio <= goal,
    ...cores(),
  };
}
