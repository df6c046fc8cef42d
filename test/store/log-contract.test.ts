// What every log must do, run on each store.
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/store/log.ts';
import { asDevice, asMember, asRoom, asSeq, event, fileNote, general } from './events.ts';
import { listen, opened, roomy, stores, wholeRoom } from './opened.ts';

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

describe.each(stores)('the %s log', (_name, open) => {
  describe('appending', () => {
    it('an empty log has tail 0 and an id', async () => {
      const { log } = await opened(open);
      expect(log.tail).toBe(0);
      expect(log.logId).toMatch(/^[\w-]{16,64}$/);
      expect(log.waiting).toBe(0);
    });

    it('two logs have different ids', async () => {
      const [one, other] = [await opened(open), await opened(open)];
      expect(one.log.logId).not.toBe(other.log.logId);
    });

    it('gives rising seqs in the order of the calls, whatever is in flight', async () => {
      const { log } = await opened(open);
      const resolved: number[] = [];
      const seqs = await Promise.all(
        Array.from({ length: 2_500 }, async (_, n) => {
          const { seq } = await log.append(event(n));
          resolved.push(seq);
          return seq;
        }),
      );
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(new Set(seqs).size).toBe(2_500);
      expect(resolved).toEqual(seqs);
    });

    it('announces no more than a MiB of text in one turn', async () => {
      const { log } = await opened(open);
      const told: number[][] = [];
      log.subscribe((events) => told.push(events.map(({ body }) => (body as { text: string }).text.length)));
      const texts = Array.from({ length: 200 }, () => 'x'.repeat(16_384));
      await Promise.all(texts.map((text, n) => log.append(event(n, { text }))));
      await endOfTurn();
      const sizes = told.map((lengths) => lengths.reduce((sum, length) => sum + length, 0));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200 * 16_384);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
      expect(told.length).toBeLessThan(8);
    });

    it('counts what is not on disk yet as waiting', async () => {
      const { log } = await opened(open);
      const all = [log.append(event(1)), log.append(event(2))];
      expect(log.waiting).toBe(2);
      await Promise.all(all);
      expect(log.waiting).toBe(0);
    });

    it('keeps every kind of event as it was given', async () => {
      const { log } = await opened(open);
      const bodies = [
        { type: 'join' },
        { type: 'message', text: 'naïve \u0000 \u2028 日本語 👩‍👩‍👧' },
        { type: 'message', text: 'waves', style: 'action' },
        { type: 'message', text: '', file: fileNote('x', 'ファイル.txt') },
        { type: 'message', text: 'to that', style: 'action', reply: asSeq(2), file: fileNote('y') },
        { type: 'topic', text: 'naïve \u0000 日本語' },
        { type: 'topic', text: '' },
        { type: 'room', access: 'private', past: 'whole' },
        { type: 'invite', guest: asMember(9_007_199_254_740_991) },
        { type: 'part' },
      ] as const;
      for (const [n, body] of bodies.entries()) await log.append(event(n, { body }));
      await endOfTurn();
      const { events } = await log.page({ rooms: [general], take: 'oldest', ...roomy });
      expect(events.map(({ body }) => body)).toEqual(bodies);
      const { seq: _seq, at: _at, ...first } = events[0] ?? {};
      expect(first).toEqual(event(0, { body: bodies[0] }));
    });

    it('refuses after close', async () => {
      const { log } = await opened(open);
      await log.close();
      await expect(log.append(event(1))).rejects.toMatchObject({ code: 'closing' });
    });

    it('after close nothing can be read, and closing again is harmless', async () => {
      const { log } = await opened(open);
      await log.append(event(1));
      await log.close();
      const readings = [
        log.page({ rooms: [general], take: 'newest', ...roomy }),
        log.at(asSeq(1)),
        log.count(general, asSeq(0), 1),
        log.file('abcdef', 'all'),
      ];
      for (const reading of readings) await expect(reading).rejects.toMatchObject({ code: 'log-failed' });
      await log.close();
    });

    it('stores and announces what was appended before close', async () => {
      const store = await opened(open);
      const told = listen(store);
      const appended = [store.log.append(event(1)), store.log.append(event(2))];
      await store.log.close();
      await Promise.all(appended);
      expect(told).toHaveLength(2);
    });
  });

  describe('time', () => {
    it('is the clock that was given', async () => {
      const { log } = await opened(open, { now: () => 1_234 });
      expect((await log.append(event(1))).at).toBe(1_234);
    });

    it('never falls when the clock jumps back', async () => {
      const times = [5_000, 3_000, 4_000, 6_000];
      const { log } = await opened(open, { now: () => times.shift() ?? 0 });
      const ats = [];
      for (const n of [1, 2, 3, 4]) ats.push((await log.append(event(n))).at);
      expect(ats).toEqual([5_000, 5_000, 5_000, 6_000]);
    });
  });

  describe('resends', () => {
    it('the same id with the same content answers the first place and tells nobody', async () => {
      let clock = 100;
      const store = await opened(open, { now: () => clock });
      const told = listen(store);
      const first = await store.log.append(event(1));
      clock = 200;
      const again = await store.log.append(event(1));
      expect(first).toEqual({ seq: first.seq, at: 100, isFirst: true });
      expect(again).toEqual({ seq: first.seq, at: 100, isFirst: false });
      await store.log.append(event(2));
      await endOfTurn();
      expect(told).toHaveLength(2);
    });

    it('two equal ids in one batch are one event', async () => {
      const { log } = await opened(open);
      const [first, again] = await Promise.all([log.append(event(1)), log.append(event(1))]);
      expect(first.isFirst).toBe(true);
      expect(again).toEqual({ ...first, isFirst: false });
    });

    it.each([
      ['text', { text: 'other' }],
      ['room', { room: asRoom('other') }],
      ['style', { body: { type: 'message', text: 'text 1', style: 'action' } }],
      ['file', { body: { type: 'message', text: 'text 1', file: fileNote('a') } }],
      ['type', { body: { type: 'join' } }],
    ] as const)('the same id with another %s is refused, also in one batch', async (_what, wish) => {
      const { log } = await opened(open);
      const batch = await Promise.allSettled([log.append(event(1)), log.append(event(1, wish))]);
      expect(batch[0]?.status).toBe('fulfilled');
      expect(batch[1]).toMatchObject({ status: 'rejected', reason: { code: 'id-reused' } });
      await expect(log.append(event(1, wish))).rejects.toMatchObject({ code: 'id-reused' });
      expect(await log.append(event(1))).toMatchObject({ isFirst: false });
    });

    it('the same id for a move that is quiet and one that is told is refused', async () => {
      const { log } = await opened(open);
      const quiet = event(1, { body: { type: 'join', isQuiet: true } });
      await log.append(quiet);
      await expect(log.append(event(1, { body: { type: 'join' } }))).rejects.toMatchObject({
        code: 'id-reused',
      });
      expect(await log.append(quiet)).toMatchObject({ isFirst: false });
    });

    it('the same id with another file name is refused', async () => {
      const { log } = await opened(open);
      const body = (name: string) => ({ type: 'message', text: '', file: fileNote('a', name) }) as const;
      await log.append(event(1, { body: body('a.txt') }));
      await expect(log.append(event(1, { body: body('b.txt') }))).rejects.toMatchObject({
        code: 'id-reused',
      });
    });

    it('the same id from another device is another event', async () => {
      const { log } = await opened(open);
      const first = await log.append(event(1));
      const other = await log.append(event(1, { device: asDevice(2) }));
      expect(other.isFirst).toBe(true);
      expect(other.seq).toBeGreaterThan(first.seq);
    });
  });

  describe('announcing', () => {
    it('tells every event once, in order, and the tail follows', async () => {
      const store = await opened(open);
      const told = listen(store);
      const appended = await Promise.all(Array.from({ length: 1_500 }, (_, n) => store.log.append(event(n))));
      await endOfTurn();
      expect(told.map(({ seq }) => seq)).toEqual(appended.map(({ seq }) => seq));
      expect(store.log.tail).toBe(appended.at(-1)?.seq);
    });

    it('tells after the append has resolved, however deep it is awaited, and in the same turn', async () => {
      const { log } = await opened(open);
      const seen: string[] = [];
      const toldOnce = new Promise<void>((resolve) => {
        log.subscribe(() => {
          seen.push('told');
          resolve();
        });
      });
      const deep = async (levels: number): Promise<void> => {
        if (levels > 0) return await deep(levels - 1);
        await log.append(event(1));
        setImmediate(() => seen.push('next turn'));
      };
      await deep(20);
      seen.push('acknowledged');
      await toldOnce;
      await endOfTurn();
      expect(seen).toEqual(['acknowledged', 'told', 'next turn']);
    });

    it('at the time of the telling the tail and the pages include what is told', async () => {
      const { log } = await opened(open);
      const page = new Promise<readonly StoredEvent[]>((resolve, reject) => {
        log.subscribe((events) => {
          expect(log.tail).toBe(events.at(-1)?.seq);
          log
            .page({ rooms: [general], take: 'newest', ...roomy })
            .then(({ events }) => resolve(events), reject);
        });
      });
      await log.append(event(1));
      expect(await page).toHaveLength(1);
    });

    it('quiet moves are told of and change the rooms, and stand in no page and no count', async () => {
      const store = await opened(open);
      const told = listen(store);
      await store.log.append(event(1));
      const quiet = { type: 'join', isQuiet: true } as const;
      const { seq } = await store.log.append(event(2, { body: quiet }));
      await store.log.append(event(3));
      await endOfTurn();
      expect(told.map(({ body }) => body)).toContainEqual(quiet);
      expect(store.people.room(general)?.members).toBe(1);
      expect((await store.log.at(seq))?.body).toEqual(quiet);
      expect((await wholeRoom(store, general)).map(({ id }) => id)).toEqual([event(1).id, event(3).id]);
      expect(await store.log.count(general, asSeq(0), 10)).toBe(2);
    });

    it('who stopped is told no more', async () => {
      const store = await opened(open);
      const told: StoredEvent[] = [];
      const stop = store.log.subscribe((events) => told.push(...events));
      await store.log.append(event(1));
      await endOfTurn();
      stop();
      await store.log.append(event(2));
      await endOfTurn();
      expect(told).toHaveLength(1);
    });
  });

  describe('pages', () => {
    const rooms = ['a', 'b', 'c'].map(asRoom);

    /** 60 events, by turns in three rooms: seqs 1 to 60. */
    const filled = async () => {
      const store = await opened(open);
      const wishes = Array.from({ length: 60 }, (_, n) => event(n, { room: rooms[n % 3] ?? general }));
      const appended = await Promise.all(wishes.map((wish) => store.log.append(wish)));
      await endOfTurn();
      return { log: store.log, seqs: appended.map(({ seq }) => seq) };
    };
    const seqsOf = (page: { events: readonly StoredEvent[] }) => page.events.map(({ seq }) => seq);

    it('give several rooms merged in rising order, from either end', async () => {
      const { log, seqs } = await filled();
      const oldest = await log.page({ rooms, take: 'oldest', limit: 10, bytesMax: 1e6 });
      const newest = await log.page({ rooms, take: 'newest', limit: 10, bytesMax: 1e6 });
      expect(seqsOf(oldest)).toEqual(seqs.slice(0, 10));
      expect(seqsOf(newest)).toEqual(seqs.slice(-10));
      expect([oldest.more, newest.more]).toEqual([true, true]);
    });

    it('name no more when everything fits exactly', async () => {
      const { log, seqs } = await filled();
      const page = await log.page({ rooms, take: 'newest', limit: 60, bytesMax: 1e6 });
      expect(seqsOf(page)).toEqual(seqs);
      expect(page.more).toBe(false);
    });

    it('bounds are exclusive', async () => {
      const { log, seqs } = await filled();
      const [after = asSeq(0), before = asSeq(0)] = [seqs[9], seqs[20]];
      const page = await log.page({ rooms, after, before, take: 'oldest', ...roomy });
      expect(seqsOf(page)).toEqual(seqs.slice(10, 20));
    });

    it('a floor holds for its room alone', async () => {
      const { log, seqs } = await filled();
      const floors = new Map([[asRoom('a'), seqs[29] ?? asSeq(0)]]);
      const page = await log.page({ rooms, floors, take: 'oldest', ...roomy });
      const expected = seqs.filter((_, n) => n % 3 !== 0 || n > 29);
      expect(seqsOf(page)).toEqual(expected);
    });

    it('of other rooms nothing is given', async () => {
      const { log } = await filled();
      const page = await log.page({ rooms: [asRoom('b')], take: 'newest', ...roomy });
      expect(page.events).toHaveLength(20);
      expect(new Set(page.events.map(({ room }) => room))).toEqual(new Set(['b']));
    });

    it('no room, an unknown room and crossed bounds give an empty page', async () => {
      const { log } = await filled();
      const empty = { events: [], more: false };
      expect(await log.page({ rooms: [], take: 'newest', ...roomy })).toEqual(empty);
      expect(await log.page({ rooms: [asRoom('zz')], take: 'oldest', ...roomy })).toEqual(empty);
      const crossed = { after: asSeq(20), before: asSeq(20) };
      expect(await log.page({ rooms, ...crossed, take: 'oldest', ...roomy })).toEqual(empty);
    });

    it('a bound past the tail is the tail', async () => {
      const { log, seqs } = await filled();
      const page = await log.page({ rooms, before: asSeq(1e9), take: 'newest', limit: 1, bytesMax: 1e6 });
      expect(seqsOf(page)).toEqual(seqs.slice(-1));
    });

    it('a room named twice is one room', async () => {
      const { log } = await filled();
      const twice = [asRoom('a'), asRoom('a')];
      expect((await log.page({ rooms: twice, take: 'oldest', ...roomy })).events).toHaveLength(20);
    });

    it.each(['oldest', 'newest'] as const)(
      'are bounded by bytes, %s first, and give at least one',
      async (take) => {
        const { log } = await opened(open);
        for (const n of [1, 2, 3]) await log.append(event(n, { text: 'é'.repeat(500) }));
        await endOfTurn();
        const sizes = [];
        for (const bytesMax of [1, 2_599, 2_600, 3_900]) {
          const page = await log.page({ rooms: [general], take, limit: 10, bytesMax });
          sizes.push([page.events.length, page.more]);
        }
        expect(sizes).toEqual([
          [1, true],
          [1, true],
          [2, true],
          [3, false],
        ]);
      },
    );

    it.each(['oldest', 'newest'] as const)(
      '10,000 events are paged whole, %s first, above their floors',
      async (take) => {
        const { log } = await opened(open);
        const appended = await Promise.all(
          Array.from({ length: 10_000 }, (_, n) =>
            log.append(event(n, { room: rooms[(n * n) % 3] ?? general })),
          ),
        );
        await endOfTurn();
        const floors = new Map([[asRoom('b'), appended[5_000]?.seq ?? asSeq(0)]]);
        const paged: StoredEvent[] = [];
        let bounds = {};
        let more = true;
        while (more) {
          const page = await log.page({ rooms, floors, take, limit: 333, bytesMax: 64_000, ...bounds });
          if (take === 'oldest') paged.push(...page.events);
          else paged.unshift(...page.events);
          bounds = take === 'oldest' ? { after: paged.at(-1)?.seq } : { before: paged[0]?.seq };
          more = page.more;
        }
        const expected = appended.filter((_, n) => (n * n) % 3 === 0 || n > 5_000).map(({ seq }) => seq);
        expect(paged.map(({ seq }) => seq)).toEqual(expected);
      },
    );
  });

  describe('single questions', () => {
    it('count goes up to its bound', async () => {
      const { log } = await opened(open);
      const seqs = [];
      for (const n of [1, 2, 3, 4]) seqs.push((await log.append(event(n))).seq);
      await log.append(event(5, { room: asRoom('other') }));
      await endOfTurn();
      expect(await log.count(general, asSeq(0), 100)).toBe(4);
      expect(await log.count(general, seqs[1] ?? asSeq(0), 100)).toBe(2);
      expect(await log.count(general, asSeq(0), 3)).toBe(3);
      expect(await log.count(asRoom('none'), asSeq(0), 3)).toBe(0);
    });

    it('at gives the event or nothing', async () => {
      const { log } = await opened(open);
      const { seq, at } = await log.append(event(1));
      await endOfTurn();
      expect(await log.at(seq)).toEqual({ ...event(1), seq, at });
      expect(await log.at(asSeq(0))).toBeUndefined();
      expect(await log.at(asSeq(seq + 1))).toBeUndefined();
    });

    it('file finds the newest message by the start of its digest, in the rooms asked for', async () => {
      const { log } = await opened(open);
      const file = fileNote('content');
      const prefix = file.sha256.slice(0, 6);
      const body = { type: 'message', text: '', file } as const;
      await log.append(event(1, { body }));
      const second = await log.append(event(2, { body }));
      const elsewhere = await log.append(event(3, { body, room: asRoom('secret') }));
      await log.append(event(4, { body: { type: 'message', text: '', file: fileNote('other') } }));
      await endOfTurn();
      expect((await log.file(prefix, [general]))?.seq).toBe(second.seq);
      expect((await log.file(file.sha256, 'all'))?.seq).toBe(elsewhere.seq);
      expect(await log.file(prefix, [])).toBeUndefined();
      expect(await log.file(prefix, [asRoom('none')])).toBeUndefined();
      expect(await log.file('000000', 'all')).toBeUndefined();
    });
  });

  describe('rooms, a projection', () => {
    const join = (n: number, member: number, room: string) =>
      event(n, {
        member: asMember(member),
        device: asDevice(member),
        room: asRoom(room),
        body: { type: 'join' },
      });

    it('the first join makes the room, in the same transaction', async () => {
      const { log, people } = await opened(open);
      expect(people.room(general)).toBeUndefined();
      await log.append(join(1, 1, 'general'));
      expect(people.room(general)).toMatchObject({ room: 'general', topic: '', members: 1 });
      expect(people.roomsOf(asMember(1))).toEqual(['general']);
      expect(people.roomCount()).toBe(1);
    });

    it('a message makes no room', async () => {
      const { log, people } = await opened(open);
      await log.append(event(1));
      expect(people.room(general)).toBeUndefined();
    });

    it('rooms stand in the order of joining, and a part removes one', async () => {
      const { log, people } = await opened(open);
      for (const [n, room] of ['zebra', 'ant', 'mole'].entries()) await log.append(join(n, 1, room));
      expect(people.roomsOf(asMember(1))).toEqual(['zebra', 'ant', 'mole']);
      const ant = asRoom('ant');
      await log.append(event(9, { room: ant, body: { type: 'part' } }));
      expect(people.roomsOf(asMember(1))).toEqual(['zebra', 'mole']);
      expect(people.room(ant)).toMatchObject({ room: 'ant', topic: '', members: 0 });
    });

    it('joining twice or parting from nowhere changes no count', async () => {
      const { log, people } = await opened(open);
      await log.append(join(1, 1, 'general'));
      await log.append(join(2, 1, 'general'));
      await log.append(event(3, { member: asMember(2), device: asDevice(2), body: { type: 'part' } }));
      expect(people.room(general)?.members).toBe(1);
    });
  });

  it('a whole room comes back as it was appended', async () => {
    const store = await opened(open);
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => store.log.append(event(n))));
    await endOfTurn();
    expect((await wholeRoom(store, general)).map(({ id }) => id)).toEqual(
      Array.from({ length: 3_000 }, (_, n) => event(n).id),
    );
  });
});
