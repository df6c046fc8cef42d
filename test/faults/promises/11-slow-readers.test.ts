// Promise 11: a slow reader costs bounded memory, and the others nothing. Readers stop reading, by SIGSTOP to their
// process or by not reading their socket; they are cut as slow, and have everything when they are back.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { quantile, residentMiB } from '../../bench/measure.ts';
import { Home } from '../../helpers/program.ts';
import { testServer } from '../../helpers/test-server.ts';
import { general, newId, WireClient } from '../../helpers/wire-client.ts';
import { isLong, patient, report, sized } from '../size.ts';
import { comeBack, enterReader, type Had, type Reader, type StalledPlan } from '../stalled.ts';

const readers = sized({ quick: 50, long: 200 });
/** Of each sort; what one has missed is several megabytes to read. */
const returning = sized({ quick: 4, long: 100 });
const MiB = 1024 * 1024;
const never = 3_600_000;
/** As large as a text may be, so that few of them fill what the kernel holds for a connection. */
const text = 'x'.repeat(16_000);

type Stopped = { readonly child: ChildProcess; readonly had: () => Promise<readonly Had[]> };

/** A process of readers, stopped. */
async function stopped(plan: StalledPlan): Promise<Stopped> {
  const child = fork(join(import.meta.dirname, '..', 'stalled.ts'), [JSON.stringify(plan)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  child.kill('SIGSTOP');
  const had = async () => {
    child.kill('SIGCONT');
    const [message] = (await once(child, 'message')) as [{ had: readonly Had[] }];
    return message.had;
  };
  return { child, had };
}

/** Half of them of each sort. */
async function stall(port: number): Promise<{ readonly back: () => Promise<readonly Had[]> }> {
  const half = readers / 2;
  const others = await stopped({ port, readers: half, returning, nick: 'stopped' });
  const unread: Reader[] = [];
  for (let n = 0; n < half; n += 1) {
    const reader = await enterReader({ port }, `unread${n}`);
    reader.client.connection.pause();
    unread.push(reader);
  }
  const back = async () => {
    const had: Had[] = [];
    for (const reader of unread.slice(0, returning)) had.push(await comeBack(reader, { port }));
    return [...had, ...(await others.had())];
  };
  return { back };
}

/** Posts so many, 20 under way, and gives their seqs; `each` is called behind every ack. */
async function post(
  writer: WireClient,
  count: number,
  each: () => void = () => undefined,
): Promise<number[]> {
  const seqs: number[] = [];
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      seqs.push((await writer.post(text)).seq);
      each();
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return seqs.sort((a, b) => a - b);
}

const seqsOf = (client: WireClient) =>
  client.events.filter(({ type }) => type === 'message').map(({ seq }) => seq as number);

/** Until the last of them is there; what a writer posts comes to it as acks. */
async function hasAll(client: WireClient, seqs: readonly number[]): Promise<void> {
  const last = seqs.at(-1);
  await client.match((packet) => packet.kind === 'event' && packet.event.seq === last);
  expect(seqsOf(client)).toEqual(seqs);
}

describe('readers that stop reading', () => {
  const sendQueueBurstBytes = MiB;
  // More than the kernel holds for a connection (4 MiB for us, what it began with for a peer that reads nothing) and
  // the bound of its queue.
  const posts = 400;

  test('never have more than the bound of a queue each waiting, and are cut as slow', patient, async () => {
    const server = await testServer({
      noLimits: true,
      limits: { sendQueueBurstBytes, sendQueueFullMs: never, sendQueueStallMs: never },
    });
    const witness = await server.enter('witness');
    const writer = await server.enter('writer');
    const { back } = await stall(server.port);
    let most = 0;
    const seqs = await post(writer, posts, () => {
      most = Math.max(most, server.stats().queuedBytes);
    });
    await hasAll(witness, seqs);
    const slow = () => server.lines.filter(({ fields }) => fields.why === 'slow').length;
    expect(`${slow()} of ${readers} cut`).toBe(`${readers} of ${readers} cut`);
    expect(most).toBeLessThanOrEqual(readers * sendQueueBurstBytes);
    for (const had of await back()) expect(had).toEqual({ bye: 'slow', seqs });
    report({
      promise: 11,
      did: `${readers} stalled readers under ${posts} texts of 16 kB`,
      saw: `all cut as slow, at most ${(most / MiB).toFixed(1)} MiB queued, all ${posts} resumed by each of ${2 * returning}, witness missed 0`,
    });
  });

  test('and take nothing for so long are cut as well', patient, async () => {
    const server = await testServer({
      noLimits: true,
      limits: { sendQueueBurstBytes: never * MiB, sendQueueFullMs: never, sendQueueStallMs: 3_000 },
    });
    const witness = await server.enter('witness');
    const writer = await server.enter('writer');
    await stall(server.port);
    const seqs = await post(writer, posts);
    await hasAll(witness, seqs);
    const slow = () => server.lines.filter(({ fields }) => fields.why === 'slow').length;
    // A round a second looks at every connection; a piece of 256 KiB has four times the three seconds.
    await vi.waitFor(
      () => expect(`${slow()} of ${readers} cut`).toBe(`${readers} of ${readers} cut`),
      30_000,
    );
    expect(server.stats().queuedBytes).toBe(0);
  });
});

type Latency = { readonly p99: number; readonly resident: number };

/** 500 messages a second of 1 kB, each timed from its post to a witness. */
async function talk(writer: WireClient, witness: WireClient, pid: number, seconds: number): Promise<Latency> {
  const times: number[] = [];
  let resident = 0;
  const waits: Promise<void>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < 500 * seconds; sent += 5) {
    const due = begun + sent * 2;
    await delay(Math.max(0, due - performance.now()));
    for (let n = 0; n < 5; n += 1) {
      const words = `${sent + n} of ${begun} ${'x'.repeat(1_000)}`;
      const at = performance.now();
      waits.push(witness.message(words).then(() => void times.push(performance.now() - at)));
      writer.send({ kind: 'post', id: newId(), room: general, text: words });
    }
    if (sent % 250 === 0) resident = Math.max(resident, residentMiB(pid));
  }
  await Promise.all(waits);
  return { p99: quantile(times, 0.99), resident };
}

async function measured(): Promise<void> {
  await using home = new Home();
  const served = await home.serve(['--open', '--no-limits', '--plain-tcp']);
  const pid = served.child.pid ?? 0;
  const [witness, writer] = [
    await WireClient.enter(served, 'witness'),
    await WireClient.enter(served, 'writer'),
  ];
  const seconds = 30;
  await talk(writer, witness, pid, 5);
  const before = await talk(writer, witness, pid, seconds);
  await stall(served.port);
  const during = await talk(writer, witness, pid, seconds);
  const growth = during.resident - before.resident;
  report({
    promise: 11,
    did: `${readers} stalled readers at the built server, ${seconds} s of 500 msg/s`,
    saw: `memory +${growth.toFixed(0)} MiB; p99 ${before.p99.toFixed(1)} ms before, ${during.p99.toFixed(1)} ms during`,
  });
  expect(growth).toBeLessThanOrEqual(readers + 32);
  expect(during.p99).toBeLessThanOrEqual(1.2 * before.p99);
}

if (isLong) test('memory and the others, measured', measured);
