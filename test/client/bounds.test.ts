// The client's own bounds, each met and gone one over.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tryAgain } from '../../src/client/again.ts';
import { clientBounds } from '../../src/client/bounds.ts';
import type { OutboxEntry, Status, Transfer } from '../../src/client/client.ts';
import { keepConnected, pauseMs } from '../../src/client/dial-loop.ts';
import { ConnectionLost, TransferError } from '../../src/client/errors.ts';
import { Job } from '../../src/client/job.ts';
import { LocalFile } from '../../src/client/local-file.ts';
import { Outbox } from '../../src/client/outbox.ts';
import { freeNames } from '../../src/client/part-file.ts';
import { Pinging } from '../../src/client/pinging.ts';
import { Requests } from '../../src/client/requests.ts';
import { wholeRoster } from '../../src/client/roster.ts';
import type { TransferPort } from '../../src/client/transfer-port.ts';
import { Transfers } from '../../src/client/transfers.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { Seq, ServerPackets } from '../../src/protocol/packet.ts';
import { general } from '../helpers/chat-client.ts';
import { postId } from '../helpers/events.ts';
import { testFolder } from '../helpers/test-server.ts';

afterEach(() => {
  vi.useRealTimers();
});

const entry = (n: number): OutboxEntry => ({
  id: postId(n),
  room: general,
  saying: { kind: 'post', text: `m${n}` },
  typedAt: 0,
  state: 'queued',
});

describe('the outbox', () => {
  const filled = (count: number) => {
    const outbox = new Outbox(() => undefined);
    for (let n = 0; n < count; n += 1) void outbox.add(entry(n));
    return outbox;
  };

  test('takes no more than its bound', async () => {
    const outbox = filled(limits.outboxEntries);
    await expect(outbox.add(entry(limits.outboxEntries))).rejects.toThrow('2,000 messages wait');
    expect(outbox.entries).toHaveLength(limits.outboxEntries);
  });

  test('has no more on their way than its window, and one more for each that is settled', () => {
    const outbox = filled(clientBounds.postsInFlight + 2);
    const sent: OutboxEntry[] = [];
    for (let next = outbox.next(); next !== undefined; next = outbox.next()) sent.push(next);
    expect(sent).toHaveLength(clientBounds.postsInFlight);
    const [first] = sent;
    if (first !== undefined) outbox.settle(first, 1 as Seq, 0);
    expect(outbox.next()?.id).toBe(postId(clientBounds.postsInFlight));
    expect(outbox.next()).toBeUndefined();
  });
});

test('questions over the bound are refused, and those that wait go on', async () => {
  const requests = new Requests();
  const ask = () => requests.ask((req) => ({ kind: 'join', req, room: general }), 'joined', 'ask-again');
  const waiting = Array.from({ length: clientBounds.requestsWaiting }, ask);
  await expect(ask()).rejects.toThrow('Too many questions');
  requests.end(new ConnectionLost('over'));
  const ends = await Promise.allSettled(waiting);
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
});

test('a roster is asked for until there are enough people, and cut there', async () => {
  const requests = new Requests();
  const person = { member: 1, nick: 'n', state: 'online', since: 0, rooms: [] };
  const people = Array.from({ length: 400 }, () => person) as unknown as ServerPackets['roster']['people'];
  let asked = 0;
  requests.connected((packet) => {
    if (packet.kind !== 'who') return;
    asked += 1;
    const roster = { kind: 'roster' as const, re: packet.req, online: 1, people, next: asked };
    queueMicrotask(() => requests.answer(packet.req, roster));
  });
  expect((await wholeRoster(requests, {})).people).toHaveLength(clientBounds.whoMost);
  expect(asked).toBe(Math.ceil(clientBounds.whoMost / 400));
});

describe('the dial loop', () => {
  test('pauses from its first bound to its longest, drawn from all of it', () => {
    const most = Array.from({ length: 40 }, (_, failures) => pauseMs(failures, 1));
    expect(most.slice(0, 2)).toEqual([clientBounds.backOffMs, 2 * clientBounds.backOffMs]);
    expect(Math.max(...most)).toBe(clientBounds.backOffMostMs);
    expect(most.at(-1)).toBe(clientBounds.backOffMostMs);
    expect(pauseMs(20, 0)).toBe(0);
  });

  /** Connections that live for so long by a clock that only they move, and what the loop makes of their ends. */
  async function run(lives: readonly number[], afterMs: number) {
    // So small a part of each pause that none is waited for, and it can still be read from what is told.
    const part = 1e-9;
    const pauses: number[] = [];
    const stop = new AbortController();
    let [now, n] = [0, 0];
    const serve = async () => {
      now += lives[n] ?? 0;
      n += 1;
      if (n === lives.length) stop.abort();
      return new ConnectionLost('cut');
    };
    const tell = (status: Status) => {
      if (status.is === 'waiting') pauses.push(Math.round((status.until - now) / part));
    };
    const patience = { beforeMs: 0, afterMs };
    const connect = async () => 'line';
    const loop = { connect, serve, tell, patience, now: () => now, random: () => part };
    return { pauses, error: await keepConnected(loop, stop.signal) };
  }

  test('begins with its first pause again after a connection that lived', async () => {
    const first = clientBounds.backOffMs;
    const { pauses } = await run([1, 1, clientBounds.stableMs - 1, clientBounds.stableMs, 1], 1e9);
    expect(pauses).toEqual([first, 2 * first, 4 * first, first]);
  });

  test('gives up when its patience is over and not before', async () => {
    let now = 0;
    const dials: number[] = [];
    const connect = async () => {
      dials.push(now);
      now += clientBounds.scriptOutageMs / 4;
      throw new ConnectionLost('no way');
    };
    const never = async () => new ConnectionLost('never served');
    const patience = { beforeMs: clientBounds.scriptOutageMs, afterMs: 0 };
    const loop = { connect, serve: never, tell: () => undefined, patience, now: () => now, random: () => 0 };
    expect(await keepConnected(loop, new AbortController().signal)).toMatchObject({ message: 'no way' });
    expect(dials).toHaveLength(4);
  });
});

const begun: Transfer = {
  id: 1,
  direction: 'down',
  room: general,
  name: 'x',
  size: 1_000,
  step: 'moving',
  bytes: 0,
  speed: 0,
};

describe('a transfer', () => {
  const signal = new AbortController().signal;

  async function triesOf(gained: () => number): Promise<{ tries: number; error: unknown }> {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw new ConnectionLost('cut');
    };
    const none = async () => undefined;
    const attempts = { signal, attempt, online: none, gained, waiting: () => undefined, random: () => 0 };
    const error = await tryAgain(attempts).catch((thrown: unknown) => thrown);
    return { tries, error };
  }

  test('that gains nothing is given up at its bound', async () => {
    const { tries, error } = await triesOf(() => 0);
    expect(tries).toBe(clientBounds.transferTries);
    expect(error).toBeInstanceOf(TransferError);
  });

  test('that gains a byte begins to count anew', async () => {
    let asked = 0;
    // Asked before and behind each try: the third brings one byte.
    const gained = () => {
      asked += 1;
      return asked >= 6 ? 1 : 0;
    };
    expect((await triesOf(gained)).tries).toBe(3 + clientBounds.transferTries);
  });

  test('is told of at most ten times a second while bytes move, and always of a step', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const told: Transfer[] = [];
    const job = new Job(begun, signal, (transfer) => told.push(transfer));
    job.turn('moving');
    const before = told.length;
    for (let bytes = 1; bytes <= 1_000; bytes += 1) {
      job.moved(bytes);
      vi.advanceTimersByTime(1);
    }
    expect(told.length - before).toBeLessThanOrEqual(1_000 / clientBounds.progressEveryMs + 1);
    expect(told.length - before).toBeGreaterThan(5);
    job.turn('done');
    expect(told.at(-1)?.step).toBe('done');
  });

  test('has the speed of its last seconds', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const told: Transfer[] = [];
    const job = new Job(begun, signal, (transfer) => told.push(transfer));
    let bytes = 0;
    const move = (perStep: number) => {
      for (let ms = 0; ms <= 2 * clientBounds.speedWindowMs; ms += clientBounds.progressEveryMs) {
        bytes += perStep;
        job.moved(bytes);
        vi.advanceTimersByTime(clientBounds.progressEveryMs);
      }
      return told.at(-1)?.speed;
    };
    expect(move(1_000)).toBe((1_000 * 1_000) / clientBounds.progressEveryMs);
    expect(move(10)).toBe((10 * 1_000) / clientBounds.progressEveryMs);
  });

  test('reads its file in pieces of the bound, and the rest', async () => {
    const path = join(await testFolder(), 'x.bin');
    writeFileSync(path, Buffer.alloc(2 * clientBounds.fileChunkBytes + 1));
    const local = await LocalFile.open(path, 1e9);
    const sizes: number[] = [];
    for await (const { chunk } of local.chunks(0)) sizes.push(chunk.length);
    await local.close();
    expect(sizes).toEqual([clientBounds.fileChunkBytes, clientBounds.fileChunkBytes, 1]);
  });

  test('that ended is listed until a hundred others have', async () => {
    const port: TransferPort = {
      ask: () => Promise.reject(new TransferError('no')),
      dial: () => Promise.reject(new TransferError('no')),
      online: async () => undefined,
      uploadBytes: () => 1,
      post: () => Promise.reject(new TransferError('no')),
      tell: () => undefined,
      random: () => 0,
    };
    const transfers = new Transfers(port);
    for (let n = 0; n <= clientBounds.transfersListed; n += 1) {
      await transfers.download({ room: general, seq: n as Seq, to: { folder: '/x' } }).catch(() => undefined);
    }
    expect(transfers.list).toHaveLength(clientBounds.transfersListed);
    expect(transfers.list[0]?.id).toBe(2);
  });

  test('tries so many names beside a taken one, and no more', () => {
    const names = [...freeNames('/x', 'plan.pdf')];
    expect(names).toHaveLength(1 + clientBounds.nameTries);
    expect(names.at(-1)).toBe(`/x/plan (${clientBounds.nameTries}).pdf`);
  });
});

test('a ping goes out at once and then at its interval, until it is stopped; old answers say nothing', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const sent: number[] = [];
  const told: number[] = [];
  const pinging = new Pinging({ send: (n) => sent.push(n), tell: (ms) => told.push(ms) });
  pinging.start();
  vi.advanceTimersByTime(limits.pingEveryMs - 1);
  expect(sent).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([1, 2]);
  vi.advanceTimersByTime(7);
  for (const n of [1, 2, 2, 3]) pinging.answered(n);
  expect(told).toEqual([7]);
  pinging.stop();
  vi.advanceTimersByTime(10 * limits.pingEveryMs);
  expect(sent).toEqual([1, 2]);
});
