// Search and history by place and time, over the wire: what a query means, and what is answered to one that means nothing.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, Seq } from '../../src/protocol/packet.ts';
import { testServer } from '../helpers/test-server.ts';
import { upload } from '../helpers/upload.ts';
import { general, WireClient } from '../helpers/wire-client.ts';

const side = 'side' as RoomName;
const textsOf = (events: readonly AnyEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.text || (event.file?.name ?? '')] : []));

describe('search', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 9, 31) }));
  afterEach(() => void vi.useRealTimers());

  async function scene() {
    const server = await testServer({ noLimits: true });
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    vi.setSystemTime('2026-11-01T10:00:00Z');
    await ada.post('ships in the harbour');
    await bob.post('a shipwreck, "all hands lost"');
    vi.setSystemTime('2026-11-02T10:00:00Z');
    const talk = await ada.direct('bob');
    await bob.post('ship me the plan', { room: talk });
    const file = await upload(server, ada, Buffer.from('x'));
    await ada.post('', { file: { ...file, name: 'harbour.pdf' } });
    await ada.ask({ kind: 'join', room: side });
    const last = await ada.post('hands off the ship', { room: side });
    const find = async (query: string, who = ada, more: { before?: Seq; limit?: number } = {}) => {
      const found = await who.askFor('found', { kind: 'search', query, limit: 10, ...more });
      return textsOf(found.events);
    };
    return { server, ada, bob, find, last };
  }

  const [ships, wreck, me] = ['ships in the harbour', 'a shipwreck, "all hands lost"', 'ship me the plan'];
  const [plan, off] = ['harbour.pdf', 'hands off the ship'];

  test.each([
    ['ship', [ships, wreck, me, off]],
    ['SHIP hands', [wreck, off]],
    ['"hands ship"', [wreck, off]],
    ['from:bob', [wreck, me]],
    ['ship from:@Ada', [ships, off]],
    ['ship in:#general', [ships, wreck]],
    ['in:side in:general hands', [wreck, off]],
    ['in:@bob ship', [me]],
    ['has:file', [plan]],
    ['ship before:2026-11-02', [ships, wreck]],
    ['ship after:2026-11-02', [me, off]],
    ['ship before:2026-11-02T10:00', [ships, wreck]],
    ['ship after:2026-11-01T23:00+09:00 before:2026-11-02', []],
    ['ship before:4', [ships]],
    ['ship after:3 in:general', [wreck]],
    ['nothing like it', []],
  ] as const)('%s', async (query, wanted) => {
    const { find } = await scene();
    expect(await find(query)).toEqual(wanted);
  });

  test('is bounded to foundEvents, and goes on from the oldest that was found', async () => {
    const { server, ada, find } = await scene();
    for (let line = 0; line <= limits.foundEvents; line += 1) await ada.post(`needle ${line}`);
    expect(await find('needle', ada, { limit: 1_000 })).toHaveLength(limits.foundEvents);
    const first = await ada.askFor('found', { kind: 'search', query: 'needle', limit: 2 });
    expect([textsOf(first.events), first.more]).toEqual([['needle 99', 'needle 100'], true]);
    const before = first.events[0]?.seq as Seq;
    expect(await find('needle', ada, { limit: 2, before })).toEqual(['needle 97', 'needle 98']);
    expect(first.upTo).toBe(server.store.log.tail);
  });

  test('finds messages as they read now, deleted ones never', async () => {
    const { ada, find } = await scene();
    const { seq: target } = await ada.post('a walrus');
    await ada.say({ kind: 'edit', target, text: 'a seal' });
    expect([await find('walrus'), await find('seal')]).toEqual([[], ['a seal']]);
    await ada.say({ kind: 'delete', target });
    expect(await find('seal')).toEqual([]);
  });

  test('a room that is made, closed or opened is looked in accordingly, from then on', async () => {
    const { ada, bob, find } = await scene();
    const den = 'den' as RoomName;
    expect(await find('narwhal', bob)).toEqual([]);
    await ada.ask({ kind: 'join', room: den });
    await ada.post('a narwhal', { room: den });
    expect(await find('narwhal', bob)).toEqual(['a narwhal']);
    await ada.ask({ kind: 'configure', room: den, access: 'private' });
    expect([await find('narwhal', bob), await find('narwhal')]).toEqual([[], ['a narwhal']]);
    await ada.ask({ kind: 'configure', room: den, access: 'public' });
    expect(await find('narwhal', bob)).toEqual(['a narwhal']);
  });

  test('a visitor finds what is public', async () => {
    const { server, find } = await scene();
    const visitor = await WireClient.login(server, { role: 'script' });
    expect(await find('ship', visitor)).toEqual([ships, wreck, off]);
    await expect(find('in:@bob ship', visitor)).rejects.toMatchObject({ code: 'no-such-room' });
  });

  test.each([
    ['', 'search-invalid', /Type a word/],
    ['" "', 'search-invalid', /Type a word/],
    ['...', 'search-invalid', /Type a word/],
    ['in:general', 'search-invalid', /Type a word/],
    ['ship from:', 'search-invalid', /from:ada/],
    ['from:ada from:bob', 'search-invalid', /one author/],
    ['from:bobb', 'no-such-member', /Did you mean bob\?/],
    ['ship in:#generl', 'no-such-room', /Did you mean #general\?/],
    ['ship in:', 'search-invalid', /in:#general/],
    ['ship in:@ada', 'no-such-room', /no conversation with ada/],
    ['ship has:link', 'search-invalid', /has:file/],
    ['ship before:yesterday', 'search-invalid', /before:2026-11-01/],
    ['ship after:2026-02-30', 'search-invalid', /after:2026-11-01/],
    ['ship after:2026-11-01T25:00', 'search-invalid', /after:2026-11-01/],
  ] as const)('“%s” is refused with what to type', async (query, code, message) => {
    const { find } = await scene();
    await expect(find(query)).rejects.toMatchObject({ code, message });
  });

  test('whose budget it is runs one at a time', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const script = await WireClient.login(server, { role: 'script' }, ada.device);
    const { find } = server.store.search;
    let [running, most] = [0, 0];
    const gate = Promise.withResolvers<void>();
    server.store.search.find = async (query) => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return find.call(server.store.search, query);
    };
    const both = [ada, script].map((one) => one.ask({ kind: 'search', query: 'x', limit: 1 }));
    await vi.waitFor(() => expect(running).toBe(1));
    const bob = await server.enter('bob');
    const other = bob.ask({ kind: 'search', query: 'x', limit: 1 });
    await vi.waitFor(() => expect(running).toBe(2));
    gate.resolve();
    await Promise.all([...both, other]);
    expect(most).toBe(2);
  });
});

describe('history', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 9, 31) }));
  afterEach(() => void vi.useRealTimers());

  async function tenLines() {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    const seqs: Seq[] = [];
    for (let line = 0; line < 10; line += 1) {
      vi.setSystemTime(new Date(Date.UTC(2026, 10, 1 + line)));
      seqs.push((await ada.post(`line ${line}`)).seq);
    }
    const page = (more: { around?: Seq; at?: number; limit: number }) =>
      ada.askFor('past', { kind: 'history', room: general, ...more });
    return { ada, seqs, page };
  }

  test('around a message has half of the page before it, and says what is beyond either end', async () => {
    const { seqs, page } = await tenLines();
    const middle = await page({ around: seqs[5] as Seq, limit: 4 });
    expect(textsOf(middle.events)).toEqual(['line 3', 'line 4', 'line 5', 'line 6']);
    expect([middle.more, middle.newer]).toEqual([true, true]);
    const end = await page({ around: seqs[9] as Seq, limit: 100 });
    expect([end.events.length, end.more, end.newer]).toEqual([11, false, false]);
    const one = await page({ around: seqs[5] as Seq, limit: 1 });
    expect([textsOf(one.events), one.more, one.newer]).toEqual([['line 5'], true, true]);
  });

  test('at a time begins with the first event from then on', async () => {
    const { page } = await tenLines();
    const day = (date: number) => Date.UTC(2026, 10, date);
    const found = await page({ at: day(4), limit: 2 });
    expect([textsOf(found.events), found.more, found.newer]).toEqual([['line 3', 'line 4'], true, true]);
    const start = await page({ at: 0, limit: 100 });
    expect([start.events.length, start.more, start.newer]).toEqual([11, false, false]);
    const future = await page({ at: day(30), limit: 5 });
    expect([future.events, future.more, future.newer]).toEqual([[], true, false]);
  });
});
