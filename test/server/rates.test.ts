// Over a rate nothing is refused and nothing is lost: the socket is not read until there is budget again.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { Bucket, Rates } from '../../src/server/rates.ts';
import type { Log } from '../../src/store/log.ts';
import { openMemoryStore, type Store } from '../../src/store/open.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

describe('a bucket', () => {
  test('gives its burst at once and then its rate', () => {
    const bucket = new Bucket(20, 5, 0);
    for (let i = 0; i < 20; i += 1) {
      expect(bucket.waitMs(1, 0)).toBe(0);
      bucket.take(1, 0);
    }
    expect(bucket.waitMs(1, 0)).toBe(200);
    expect(bucket.waitMs(1, 199)).toBeGreaterThan(0);
    expect(bucket.waitMs(1, 200)).toBe(0);
  });

  test('never holds more than its burst, and a clock set back takes nothing away', () => {
    const bucket = new Bucket(20, 5, 1_000);
    bucket.take(20, 1_000_000);
    expect(bucket.waitMs(1, 500_000)).toBe(200);
    expect(bucket.waitMs(20, 504_000)).toBe(0);
    expect(bucket.waitMs(21, 9_000_000)).toBeGreaterThan(0);
  });

  test('budgets that are full again are forgotten, others kept', () => {
    let now = 0;
    const rates = new Rates(limits, () => now);
    const spent = rates.of('spent');
    for (let i = 0; i < 999; i += 1) rates.of(`m${i}`);
    spent.posts.take(1_000, now);
    now = 1;
    rates.of('one more');
    expect(rates.of('spent')).toBe(spent);
    expect(rates.of('m5').posts.waitMs(limits.postsBurst, now)).toBe(0);
  });
});

describe('a member over the rate', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('has every post taken, in order, only later; over all its sessions; others are not held up', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const phone = await WireClient.login(server, {}, ada.device);
    const bob = await server.enter('bob');
    const texts = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const posted = texts.map((text) => ada.post(text));
    await posted[limits.postsBurst - 1];
    const fromPhone = phone.post('from the phone');
    await bob.post('quick');
    const seenSoFar = bob.events.filter((event) => event.type === 'message');
    expect(seenSoFar.length).toBeLessThanOrEqual(limits.postsBurst + 1);

    const all = Promise.all([...posted, fromPhone]);
    const before = Date.now();
    await untilDone(all);
    const perPost = 1_000 / limits.postsPerSecond;
    expect(Date.now() - before).toBeGreaterThanOrEqual((101 - limits.postsBurst) * perPost - perPost);
    const seqs = (await Promise.all(posted)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });

  test('waits likewise to join, to part and to change its nick, as each leaves something behind', async () => {
    const server = await testServer();
    const ada = await WireClient.login(server, { nick: 'ada' });
    const before = Date.now();
    const asked = Array.from({ length: limits.postsBurst }, (_, n) => [
      ada.ask({ kind: 'join', room: general }),
      ada.ask({ kind: 'nick', nick: `ada${n}x` }),
      ada.ask({ kind: 'part', room: general }),
    ]).flat();
    await untilDone(Promise.all(asked));
    const perPost = 1_000 / limits.postsPerSecond;
    expect(Date.now() - before).toBeGreaterThanOrEqual((asked.length - limits.postsBurst - 1) * perPost);
  });

  test('over marksBurst waits for an answer, and what has none is dropped', async () => {
    const server = await testServer();
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const lines = Array.from({ length: 2 * limits.marksBurst }, (_, n) => bob.post(`line ${n}`));
    await untilDone(Promise.all(lines));
    // One clock tick after another has filled her bucket meanwhile; now it stands.
    const seqs = (await Promise.all(lines)).map(({ seq }) => seq);
    for (const seq of seqs) ada.send({ kind: 'read', room: general, seq });
    await ada.settled();
    const { read } = server.store.people.place(ada.member, general);
    expect(read).toBe(seqs[limits.marksBurst - 1]);
    const before = Date.now();
    await untilDone(ada.ask({ kind: 'away', is: true }));
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_000 / limits.marksPerSecond - 1);
  });

  test('of edits, reactions and topics is over it as of posts', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const { seq: target } = await ada.post('hi');
    const before = Date.now();
    const said = Array.from({ length: limits.postsBurst }, (_, n) => [
      ada.say({ kind: 'edit', target, text: `hi ${n}` }),
      ada.say({ kind: 'react', target, emoji: '👍', did: n % 2 === 0 ? 'added' : 'removed' }),
      ada.say({ kind: 'topic', text: `topic ${n}` }),
    ]).flat();
    await untilDone(Promise.all(said));
    const perPost = 1_000 / limits.postsPerSecond;
    expect(Date.now() - before).toBeGreaterThanOrEqual((said.length - limits.postsBurst) * perPost);
  });

  test('waits for the bytes of what it reads as well', async () => {
    const server = await testServer({ limits: { readBytesBurst: 1_000, readBytesPerSecond: 1_000 } });
    const ada = await WireClient.login(server, { nick: 'ada' });
    const before = Date.now();
    const asked = Array.from({ length: 30 }, () => ada.askFor('roster', { kind: 'who' }));
    await untilDone(Promise.all(asked));
    expect(Date.now() - before).toBeGreaterThan(1_000);
  });
});

describe('a log that is behind', () => {
  test('is given no more than may wait: the socket is read when there is room again', async () => {
    const appendsWaiting = 3;
    const store = await openMemoryStore({ folder: await testFolder() });
    const { slow, release } = held(store);
    const server = await testServer({ store: slow, limits: { appendsWaiting } });
    const ada = await WireClient.login(server, { nick: 'ada' });
    const bob = await WireClient.login(server, { nick: 'bob' });
    const posts = Array.from({ length: 10 }, (_, index) => ada.post(`line ${index}`));
    // Behind her posts, so answered when they were read.
    const answered = ada.askFor('roster', { kind: 'who' });
    await bob.askFor('roster', { kind: 'who' });
    await vi.waitFor(() => expect(slow.log.waiting).toBe(appendsWaiting));
    await bob.askFor('roster', { kind: 'who' });
    expect(slow.log.waiting).toBe(appendsWaiting);
    expect(ada.came.map(({ kind }) => kind)).not.toContain('roster');
    release();
    const seqs = (await Promise.all(posts)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    await answered;
  });
});

/** A store whose log appends nothing until it is released. */
function held(store: Store): { readonly slow: Store; readonly release: () => void } {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const submit: Log['submit'] = (event, settled) => {
    waiting += 1;
    gate.promise.then(() => {
      waiting -= 1;
      store.log.submit(event, settled);
    });
  };
  const log = new Proxy(store.log, {
    get: (target, name) => {
      if (name === 'submit') return submit;
      if (name === 'waiting') return waiting;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { slow: { ...store, log }, release: gate.resolve };
}

/** Moves the clock by small steps, with a turn of the event loop for the sockets after each. */
async function untilDone(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await vi.advanceTimersByTimeAsync(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
}
