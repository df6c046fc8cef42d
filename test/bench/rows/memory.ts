// Resident memory of the server with 100 members, and of a client that scrolled through 100,000 messages.
import { join } from 'node:path';
import { makePostId } from '../../../src/protocol/post-id.ts';
import { openSqliteStore } from '../../../src/store/open.ts';
import type { Home } from '../../helpers/program.ts';
import type { LoadPlan } from '../load.ts';
import { forkBench, residentMiB, told } from '../measure.ts';
import type { Row } from '../table.ts';

const goalMiB = 90;
const seconds = 10;

/**
 * The goal is for people who talk: 100 messages a second by 100 members over TLS is a busy server. What it keeps
 * resident after the most it can take stands beside it without a goal, for that is what V8 and the allocator do not
 * give back.
 */
export async function serverMemory(makeHome: () => Home): Promise<Row[]> {
  const postsPerSecond = 100;
  const talking = await residentUnder(makeHome, { postsPerSecond });
  const full = await residentUnder(makeHome, {});
  return [
    {
      name: `server memory, 100 members over TLS, ${seconds} s of ${postsPerSecond} posts/s`,
      value: `${talking.toFixed(0)} MiB`,
      reference: '',
      goal: `≤ ${goalMiB} MiB`,
      isMet: talking <= goalMiB,
    },
    {
      name: `server memory, 100 members over TLS, ${seconds} s of all it can take`,
      value: `${full.toFixed(0)} MiB`,
      reference: '',
      goal: '',
    },
  ];
}

async function residentUnder(makeHome: () => Home, pace: Pick<LoadPlan, 'postsPerSecond'>): Promise<number> {
  await using home = makeHome();
  const { child, port } = await home.serve(['--open', '--no-limits']);
  const shape = { members: 100, writers: 10, window: 64, textBytes: 100, seconds, wire: 'tls' as const };
  const plan: LoadPlan = { ...shape, port, ...pace };
  const load = forkBench('load.ts', plan);
  await told(load, 'result');
  const resident = residentMiB(child.pid ?? 0);
  load.kill('SIGKILL');
  return resident;
}

const messages = 100_000;

export async function clientMemory(makeHome: () => Home): Promise<Row> {
  await using home = makeHome();
  await fill(join(home.dir, 'data'));
  const reader = home.chat(['--nick', 'ada'], { columns: 120, rows: 40 });
  await reader.shows(`message ${messages - 1} `);
  const pageUp = '\x1b[5~';
  while (!reader.text.includes('message 0 ')) {
    const top = reader.lines[1];
    reader.type(pageUp.repeat(4));
    await reader.shows((terminal) => terminal.lines[1] !== top || terminal.text.includes('message 0 '));
  }
  const resident = residentMiB(reader.pid);
  return {
    name: `client memory after scrolling through ${messages.toLocaleString('en')} messages`,
    value: `${resident.toFixed(0)} MiB`,
    reference: '',
    goal: '≤ 130 MiB',
    isMet: resident <= 130,
  };
}

/** A log of 100,000 messages by one member, written by the store itself. */
async function fill(folder: string): Promise<void> {
  const store = await openSqliteStore({ folder });
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const claim = { nick: 'carl', skeleton: 'carl', at: Date.now() };
  const enrolled = await store.people.enrol('A'.repeat(43), claim);
  if (enrolled === 'taken') throw new Error('the bench found its nick taken');
  const room = 'general' as never;
  const { member, device } = enrolled;
  const entry = (text: string) => ({
    room,
    member,
    device,
    id: makePostId(Date.now(), random),
    body: { type: 'message', text } as const,
  });
  for (let n = 0; n < messages; n += 1_000) {
    const batch = Array.from({ length: 1_000 }, (_, i) =>
      store.log.append(entry(`message ${n + i} of many`)),
    );
    await Promise.all(batch);
  }
  await store.close();
}
