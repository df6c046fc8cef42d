// How a server ends: in order, with everything acknowledged that the log has, and nothing left open.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../src/protocol/errors.ts';
import type { Log } from '../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../../src/store/open.ts';
import { logFileName } from '../../src/store/sqlite/open.ts';
import { frame } from '../helpers/hostile-streams.ts';
import { slowLog } from '../helpers/slow-log.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';
import { general, newId, WireClient } from '../helpers/wire-client.ts';

describe('a server that is stopped', () => {
  test.each(['memory', 'sqlite'] as const)('says bye behind every ack (%s)', async (kind) => {
    const server = await testServer({ kind, noLimits: true });
    const ada = await server.enter('ada');
    const posts = Array.from({ length: 50 }, (_, index) => ada.post(`line ${index}`));
    await posts[0];
    const settled = Promise.allSettled(posts);
    await server.stop('restart');
    await ada.ended;
    await settled;
    const acks = ada.came.filter((packet) => packet.kind === 'ack');
    expect(ada.came.at(-1)).toEqual({ kind: 'bye', reason: 'restart' });
    expect(acks.length).toBeGreaterThan(0);
    await expect(server.ended).resolves.toEqual({ why: 'stopped' });
  });

  test('has every acknowledged message in its log afterwards', async () => {
    const folder = await testFolder();
    const store = await openSqliteStore({ folder });
    const server = await testServer({ store, noLimits: true });
    const ada = await server.enter('ada');
    const posts = Array.from({ length: 200 }, (_, index) => ada.post(`line ${index}`));
    await posts[10];
    const settled = Promise.allSettled(posts);
    await server.stop('restart');
    const acked = (await settled).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const again = await openSqliteStore({ folder });
    const kept = await Promise.all(acked.map(({ seq }) => again.log.at(seq)));
    await again.close();
    expect(acked.length).toBeGreaterThan(10);
    expect(kept.map((event) => event?.id)).toEqual(acked.map(({ id }) => id));
  });

  test('waits for the acks of a session that is ended already', async () => {
    const { store, hold, held, release } = await slowLog();
    const server = await testServer({ store, limits: { malformedMax: 1 } });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    hold('submit');
    const posted = ada.post('under way');
    await held(1);
    ada.connection.send(frame('{"kind":"post"}'));
    await server.lineOf('malformed');
    const stopped = server.stop('restart');
    // All are told in one turn: by now ada's session is ended for the second time.
    await bob.next('bye');
    release();
    await expect(posted).resolves.toMatchObject({ seq: 3 });
    await Promise.all([stopped, ada.ended]);
    expect(ada.came.at(-1)).toMatchObject({ kind: 'bye' });
  });

  test('takes nobody in any more, and stopping twice is stopping once', async () => {
    const server = await testServer();
    const twice = [server.stop('restart'), server.stop('handover')];
    await Promise.all(twice);
    await expect(WireClient.login(server, { nick: 'ada' })).rejects.toThrow();
    await expect(server.ended).resolves.toEqual({ why: 'stopped' });
  });

  test('does not wait for a client that takes nothing', async () => {
    const server = await testServer({ limits: { drainMs: 50 } });
    const ada = await server.enter('ada');
    ada.connection.pause();
    await server.stop('restart');
    expect(server.stats().sessions).toBe(0);
  });
});

describe('a server that is asked to hand over', () => {
  test('answers, tells the others and ends', async () => {
    const server = await testServer({ token: 'link', controlToken: 'own' });
    const ada = await WireClient.login(server, { nick: 'ada', token: 'own' });
    const newer = await WireClient.login(server, { role: 'control', token: 'own' });
    await expect(newer.ask({ kind: 'handover' })).resolves.toMatchObject({ kind: 'done' });
    await expect(ada.next('bye')).resolves.toMatchObject({ reason: 'handover' });
    await expect(server.ended).resolves.toEqual({ why: 'handover' });
  });

  test('by who may not, goes on', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await expect(ada.ask({ kind: 'handover' })).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ada.post('hi')).resolves.toMatchObject({ kind: 'ack' });
  });
});

describe('a local server', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('leaves ten minutes after its last connection, not before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const idleExitMs = 600_000;
    const server = await testServer({ idleExitMs });
    const ada = await server.enter('ada');
    vi.advanceTimersByTime(2 * idleExitMs);
    await ada.post('still here');
    const gone = server.lineOf('session-ended');
    await ada.close();
    await gone;
    vi.advanceTimersByTime(idleExitMs - 1);
    expect(server.lines.map(({ event }) => event)).not.toContain('ending');
    vi.advanceTimersByTime(1);
    await expect(server.ended).resolves.toEqual({ why: 'idle' });
  });

  test('to which nobody comes leaves as well', async () => {
    const server = await testServer({ idleExitMs: 20 });
    await expect(server.ended).resolves.toEqual({ why: 'idle' });
  });
});

/** A store whose log refuses what comes, as on a full disk. */
function failing(store: Store, error: Error): Store {
  const submit: Log['submit'] = (_event, settled) => {
    if (!(error instanceof Refusal)) throw error;
    queueMicrotask(() => settled(error));
  };
  const log = new Proxy(store.log, {
    get: (target, name) => {
      if (name === 'submit') return submit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...store, log };
}

describe('a log that fails', () => {
  test('on one damaged page says so once, however often it is asked for while posts go on', async () => {
    const folder = await testFolder();
    const before = await openSqliteStore({ folder });
    const posting = await testServer({ store: before });
    const ada = await posting.enter('ada');
    const { seq } = await ada.post('to be damaged');
    await posting.stop('restart');
    const database = new DatabaseSync(join(folder, logFileName));
    database.prepare("UPDATE events SET type = 'nonsense' WHERE seq = ?").run(seq);
    database.close();
    const server = await testServer({ store: await openSqliteStore({ folder }) });
    const again = await WireClient.login(server, {}, ada.device);
    for (let round = 0; round < 3; round += 1) {
      await expect(again.ask({ kind: 'history', room: general, limit: 10 })).rejects.toMatchObject({
        code: 'log-failed',
      });
      await again.post(`round ${round}`);
    }
    const told = server.lines.map(({ event }) => event).filter((event) => event.startsWith('log-'));
    expect(told).toEqual(['log-unreadable']);
  });

  test.each(['disk-full', 'log-failed'] as const)(
    'refuses posts with %s, and reading goes on',
    async (code) => {
      const store = await openMemoryStore({ folder: await testFolder() });
      await store.people.enrol('x'.repeat(43), { nick: 'old', skeleton: 'old', at: 0 });
      const server = await testServer({ store: failing(store, new Refusal(code, 'No.')) });
      const ada = await WireClient.login(server, { nick: 'ada' });
      await expect(ada.post('hi')).rejects.toMatchObject({ code });
      await expect(ada.post('hi again')).rejects.toMatchObject({ code });
      await expect(ada.ask({ kind: 'history', room: general, limit: 10 })).resolves.toMatchObject({
        events: [],
      });
      expect(server.lines.filter(({ level }) => level === 'error')).toMatchObject([{ event: code }]);
    },
  );

  test('in a way nobody thought of ends only the session that met it', async () => {
    const store = await openMemoryStore({ folder: await testFolder() });
    const server = await testServer({ store: failing(store, new TypeError('x is not a function')) });
    const ada = await WireClient.login(server, { nick: 'ada' });
    const bob = await WireClient.login(server, { nick: 'bob' });
    ada.send({ kind: 'post', id: newId(), room: general, text: 'hi' });
    await expect(ada.next('bye')).resolves.toMatchObject({ reason: 'error' });
    await expect(bob.ask({ kind: 'who' })).resolves.toMatchObject({ kind: 'roster' });
    expect(server.lines.find(({ event }) => event === 'handler-failed')).toMatchObject({ level: 'error' });
  });
});
