// Resume and history: pages that lose nothing, pass what may not be read, and meet the live tail without a seam.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, LogId, Seq, ServerPacket } from '../../src/protocol/packet.ts';
import { slowLog } from '../helpers/slow-log.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const side = 'side' as RoomName;
const textsOf = (events: readonly AnyEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

async function say(client: WireClient, texts: readonly string[], room = general): Promise<void> {
  await Promise.all(texts.map((text) => client.post(text, { room })));
}

describe('sync', () => {
  test('from a cursor brings exactly what was missed, in pages', async () => {
    const server = await testServer({ noLimits: true, limits: { pageEvents: 7 } });
    const ada = await server.enter('ada');
    await say(ada, lines(0, 20));
    const { upTo } = await ada.sync();
    await say(ada, lines(20, 60));
    const back = await WireClient.login(server, {}, ada.device);
    const { events, gaps, pages } = await back.sync({ after: upTo, logId: server.store.log.logId });
    expect(textsOf(events)).toEqual(lines(20, 60));
    expect({ gaps, pages }).toEqual({ gaps: [], pages: 6 });
  });

  test('after a long absence brings the newest page and names the gap, which history fills', async () => {
    const limits = { resumeEventsPerRoom: 20, freshEventsPerRoom: 5 };
    const server = await testServer({ noLimits: true, limits });
    const ada = await server.enter('ada');
    const { upTo } = await ada.sync();
    await say(ada, lines(0, 50));
    const back = await WireClient.login(server, {}, ada.device);
    const { events, gaps } = await back.sync({ after: upTo });
    expect(textsOf(events)).toEqual(lines(45, 50));
    expect(gaps).toEqual([{ room: general, after: upTo, before: events[0]?.seq }]);
    const bounds = { after: upTo, before: events[0]?.seq as Seq };
    const past = await back.askFor('past', { kind: 'history', room: general, limit: 100, ...bounds });
    expect(textsOf(past.events)).toEqual(lines(0, 45));
  });

  test('without a cursor brings the newest of each room and a gap before them', async () => {
    const server = await testServer({ noLimits: true, limits: { freshEventsPerRoom: 3 } });
    const ada = await server.enter('ada');
    await ada.ask({ kind: 'join', room: side });
    await say(ada, lines(0, 10));
    await say(ada, ['aside'], side);
    const { events, gaps } = await ada.sync();
    expect(textsOf(events)).toEqual([...lines(7, 10), 'aside']);
    expect(gaps.map(({ room }) => room)).toEqual([general]);
  });

  test("a cursor of another log is void, and so is one of a future that wasn't", async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await say(ada, ['one', 'two']);
    const other = await ada.sync({ after: 2 as Seq, logId: 'AAAAAAAAAAAAAAAAAAAAAA' as LogId });
    const future = await ada.sync({ after: 999 as Seq, logId: server.store.log.logId });
    expect(textsOf(other.events)).toEqual(['one', 'two']);
    expect(textsOf(future.events)).toEqual(['one', 'two']);
  });

  test('passes over rooms that the reader is not in', async () => {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    await ada.ask({ kind: 'join', room: side });
    const { upTo } = await bob.sync();
    await say(ada, ['secret'], side);
    await say(ada, ['open']);
    await say(ada, ['secret 2'], side);
    const missed = await bob.sync({ after: upTo });
    expect(textsOf(missed.events)).toEqual(['open']);
    expect(missed.upTo).toBe(server.store.log.tail);
  });

  test('rooms that are asked for are followed without joining them', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const script = await WireClient.login(server, { role: 'script' });
    await script.sync({ rooms: [general] });
    await ada.post('hi');
    await expect(script.message('hi')).resolves.toMatchObject({ nick: 'ada' });
    const nowhere = script.sync({ rooms: ['nowhere' as RoomName] });
    await expect(nowhere).rejects.toMatchObject({ code: 'no-such-room' });
  });

  test('a room that was joined elsewhere while a page was read is followed too', async () => {
    const { store, hold, held, release } = await slowLog();
    const server = await testServer({ store, noLimits: true });
    const ada = await server.enter('ada');
    const phone = await WireClient.login(server, {}, ada.device);
    hold('page');
    const syncing = phone.sync();
    await held(1);
    await ada.ask({ kind: 'join', room: side });
    release();
    await syncing;
    await ada.post('for both', { room: side });
    await ada.post('end');
    await phone.message('end');
    expect(textsOf(phone.events)).toEqual(['for both', 'end']);
  });

  test('a page never grows over the frame, whatever its texts become in JSON', async () => {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    // One byte in the store's count, six on the wire.
    const text = '\u0001'.repeat(2_700);
    for (let round = 0; round < 6; round += 1) await say(ada, Array<string>(15).fill(text));
    const { events, pages } = await ada.sync({ after: 0 as Seq });
    expect(textsOf(events)).toHaveLength(90);
    expect(pages).toBeGreaterThan(6);
  });
});

describe('history', () => {
  afterEach(() => void vi.useRealTimers());

  test('comes behind the live events that it holds, also where those are held back in a large room', async () => {
    const { store, hold, held, release } = await slowLog();
    const server = await testServer({ store, noLimits: true, limits: { movesToldMembers: 1_000 } });
    const ada = await server.enter('ada');
    await Promise.all(lines(0, 120).map((_, n) => server.enter(`member${n}`)));
    const late = await WireClient.login(server, { nick: 'late' });
    // From here on nothing that is held back goes by itself, and a post that waits makes the log a busy one.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    hold('submit');
    const posted = ada.post('waits for the log');
    await held(1);
    await late.ask({ kind: 'join', room: general });
    ada.send({ kind: 'ping', n: 1 });
    await ada.next('pong');
    const isJoin = (packet: ServerPacket) => packet.kind === 'event' && packet.event.nick === 'late';
    expect(ada.came.findIndex(isJoin)).toBe(-1);
    const past = await ada.askFor('past', { kind: 'history', room: general, limit: 1 });
    expect(past.events).toMatchObject([{ type: 'join', nick: 'late' }]);
    expect(ada.came.slice(-2)).toMatchObject([{ kind: 'event', event: { nick: 'late' } }, { kind: 'past' }]);
    vi.useRealTimers();
    release();
    await posted;
  });

  test('pages back to the first event and forward to the last', async () => {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    await say(ada, lines(0, 25));
    const back: AnyEvent[] = [];
    for (let more = true, before: Seq | undefined; more; before = back[0]?.seq) {
      const bounds = before === undefined ? {} : { before };
      const past = await ada.askFor('past', { kind: 'history', room: general, limit: 10, ...bounds });
      back.unshift(...past.events);
      more = past.more;
    }
    const first = { kind: 'history', room: general, limit: 10, after: 0 as Seq } as const;
    const forward = await ada.askFor('past', first);
    expect(textsOf(back)).toEqual(lines(0, 25));
    expect(forward.events).toEqual(back.slice(0, 10));
    expect(forward.more).toBe(true);
  });

  test('of #general is empty on a new server, of a room that is not there refused', async () => {
    const server = await testServer();
    const ada = await WireClient.login(server, { nick: 'ada' });
    const past = await ada.askFor('past', { kind: 'history', room: general, limit: 10 });
    expect(past).toMatchObject({ events: [], more: false });
    const nowhere = ada.ask({ kind: 'history', room: 'nowhere' as RoomName, limit: 1 });
    await expect(nowhere).rejects.toMatchObject({ code: 'no-such-room' });
  });
});

describe('rooms', () => {
  test('joining and leaving move all sessions of the member at that place in the log', async () => {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const phone = await WireClient.login(server, {}, bob.device);
    await phone.sync();
    await ada.ask({ kind: 'join', room: side });
    await ada.post('before', { room: side });
    await bob.ask({ kind: 'join', room: side });
    await ada.post('during', { room: side });
    await bob.ask({ kind: 'part', room: side });
    await ada.post('behind', { room: side });
    await ada.post('end');
    for (const one of [bob, phone]) {
      await one.message('end');
      const seen = one.events.filter(({ room }) => room === side);
      expect(seen.map((event) => (event.type === 'message' ? event.text : event.type))).toEqual([
        'join',
        'during',
        'part',
      ]);
    }
  });

  test('joining twice is joining once', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const again = await ada.askFor('joined', { kind: 'join', room: general });
    expect(again.room.members).toBe(1);
    const { events } = await ada.sync();
    expect(events).toHaveLength(1);
  });

  test.each(['join', 'part'] as const)('two %ss of one member at once are one', async (kind) => {
    const { store, hold, held, release } = await slowLog();
    const server = await testServer({ store, noLimits: true });
    const ada = await server.enter('ada');
    const phone = await WireClient.login(server, {}, ada.device);
    if (kind === 'part') await ada.ask({ kind: 'join', room: side });
    await ada.post('so that it is there', { room: general });
    const bob = await server.enter('bob');
    if (kind === 'join') await bob.ask({ kind: 'join', room: side });
    hold('append');
    const first = ada.ask({ kind, room: side });
    await held(1);
    // The pong says that what came with the ping was read.
    phone.send({ kind: 'ping', n: 1 });
    const second = phone.ask({ kind, room: side });
    await phone.next('pong');
    release();
    await Promise.all([first, second]);
    const past = await ada.askFor('past', { kind: 'history', room: side, limit: 10 });
    const own = past.events.filter(({ type, nick }) => type === kind && nick === 'ada');
    expect(own).toHaveLength(1);
  });

  test('in a room of many joins and parts are told to nobody, live or later, and all else is', async () => {
    const server = await testServer({ noLimits: true, limits: { movesToldMembers: 2 } });
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const cleo = await server.enter('cleo');
    await bob.ask({ kind: 'part', room: general });
    const joined = await bob.askFor('joined', { kind: 'join', room: general });
    expect(joined.room.members).toBe(3);
    await cleo.post('hi');
    // Cleo's own sessions follow the room all the same.
    for (const client of [ada, bob, cleo]) {
      const packet = await client.match(
        (packet) => packet.kind === 'event' && packet.event.type === 'message',
      );
      expect(packet).toMatchObject({ event: { text: 'hi' } });
    }
    const seen = (events: readonly AnyEvent[]) => events.map(({ type, nick }) => `${type} ${nick}`);
    const fresh = await server.enter('dora');
    const whole = seen((await fresh.sync()).events);
    expect(whole).toEqual(['join ada', 'join bob', 'message cleo']);
    expect(seen((await ada.sync({ after: 0 as Seq })).events)).toEqual(whole);
    const past = await ada.askFor('past', { kind: 'history', room: general, limit: 10 });
    expect(seen(past.events)).toEqual(whole);
  });

  test('of many who join at the same moment no more are told than of those who come one by one', async () => {
    const server = await testServer({ kind: 'sqlite', noLimits: true, limits: { movesToldMembers: 5 } });
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, n) => WireClient.login(server, { nick: `m${n}` })),
    );
    await Promise.all(people.map((one) => one.ask({ kind: 'join', room: general })));
    const { events } = await (await server.enter('late')).sync();
    // Between a commit and its answer a join may be counted twice: then fewer are told, never more.
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThanOrEqual(5);
  });

  test('two who part at the same moment from a room that is not yet of many are both told of', async () => {
    const { store, hold, held, release } = await slowLog();
    const server = await testServer({ store, noLimits: true, limits: { movesToldMembers: 4 } });
    const [ada, bob, cleo] = [
      await server.enter('ada'),
      await server.enter('bob'),
      await server.enter('cleo'),
    ];
    hold('append');
    const parted = [bob, cleo].map((one) => one.ask({ kind: 'part', room: general }));
    await held(2);
    release();
    await Promise.all(parted);
    const past = await ada.askFor('past', { kind: 'history', room: general, limit: 10 });
    const parts = past.events.filter(({ type }) => type === 'part');
    expect(parts.map(({ nick }) => nick)).toEqual(['bob', 'cleo']);
  });

  test('a post into a room that nobody made is refused, into #general never', async () => {
    const server = await testServer();
    const script = await WireClient.login(server, { role: 'script', nick: 'robin' });
    await expect(script.post('hi', { room: side })).rejects.toMatchObject({ code: 'no-such-room' });
    await expect(script.post('hi')).resolves.toMatchObject({ seq: 1 });
  });

  test.each([{ roomsPerMember: 1 }, { rooms: 1 }])('are bounded: %o', async (limits) => {
    const server = await testServer({ limits });
    const ada = await server.enter('ada');
    await expect(ada.ask({ kind: 'join', room: side })).rejects.toMatchObject({ code: 'too-many' });
  });
});

/** Follows the log over connections that it cuts again and again, as a client would: by its cursor. */
async function reader(server: TestServer, nick: string, cuts: () => number): Promise<string[]> {
  const first = await server.enter(nick);
  const { device } = first;
  let cursor = 0 as Seq;
  const seen: string[] = [];
  const take = (event: AnyEvent) => {
    if (event.seq <= cursor) throw new Error(`Seq ${event.seq} came after ${cursor}.`);
    cursor = event.seq;
    if (event.type === 'message') seen.push(`${event.seq} ${event.nick} ${event.text}`);
  };
  await first.close();
  while (!seen.at(-1)?.endsWith(' end')) {
    const client = await WireClient.login(server, {}, device);
    const { events, upTo } = await client.sync({ after: cursor });
    events.forEach(take);
    cursor = upTo;
    for (let left = cuts(); left > 0 && !seen.at(-1)?.endsWith(' end'); left -= 1) {
      const packet = await client.next('event');
      take(packet.event);
    }
    await client.close();
  }
  return seen;
}

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test('readers that are cut again and again see what all see: one order, no gap', async () => {
    const server = await testServer({ kind, noLimits: true, limits: { pageEvents: 20 } });
    const writers = await Promise.all(lines(0, 10).map((_, index) => server.enter(`writer${index}x`)));
    let seed = 7;
    const cuts = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return 1 + (seed % 60);
    };
    const readers = lines(0, 4).map((_, index) => reader(server, `reader${index}x`, cuts));
    await Promise.all(writers.map((writer) => say(writer, lines(0, 60))));
    await writers[0]?.post('end');
    const [one = [], ...others] = await Promise.all(readers);
    expect(one.filter((line) => !line.endsWith(' end'))).toHaveLength(600);
    for (const other of others) expect(other).toEqual(one);
    for (const [index] of writers.entries()) {
      const own = one
        .filter((line) => line.includes(` writer${index}x line`))
        .map((line) => line.split(' ')[3]);
      expect(own).toEqual(own.toSorted((a, b) => Number(a) - Number(b)));
    }
  });
});
