// Edits, deletions, reactions, replies and topics: who may, what others see, live and later, and what is withheld.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent, MessageEvent, Seq } from '../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { upload } from '../helpers/upload.ts';
import { general, newId, WireClient } from '../helpers/wire-client.ts';

const seq = (event: { readonly seq: Seq }) => event.seq;

async function pastOf(client: WireClient, room = general): Promise<AnyEvent[]> {
  const { events } = await client.askFor('past', { kind: 'history', room, limit: 100 });
  return events;
}

async function messageAt(client: WireClient, place: Seq, room = general): Promise<MessageEvent | undefined> {
  const found = (await pastOf(client, room)).find((event) => event.seq === place);
  return found?.type === 'message' ? found : undefined;
}

async function live(client: WireClient, place: Seq) {
  const packet = await client.match((one) => one.kind === 'event' && one.event.seq === place);
  return packet.kind === 'event' ? packet.event : undefined;
}

async function two(server: TestServer) {
  return { ada: await server.enter('ada'), bob: await server.enter('bob') };
}

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test('an edit is told live and stands in pages, the first words in none', async () => {
    const server = await testServer({ kind });
    const { ada, bob } = await two(server);
    const said = await ada.post('helo');
    const edit = await ada.say({ kind: 'edit', target: said.seq, text: 'hello' });
    expect(await live(bob, edit.seq)).toMatchObject({
      type: 'edit',
      target: said.seq,
      text: 'hello',
      nick: 'ada',
    });
    expect(await messageAt(bob, said.seq)).toMatchObject({ text: 'hello', edited: edit.seq });
    const { events } = await (await server.enter('cleo')).sync();
    expect(JSON.stringify(events)).not.toContain('helo');
    expect(events.some(({ type }) => type === 'edit')).toBe(false);
  });

  test('a deletion takes the text, its edits and reactions, from pages and live', async () => {
    const server = await testServer({ kind });
    const { ada, bob } = await two(server);
    const said = await ada.post('a secret');
    await ada.say({ kind: 'edit', target: said.seq, text: 'another secret' });
    await bob.say({ kind: 'react', target: said.seq, emoji: '🎉', did: 'added' });
    const gone = await ada.say({ kind: 'delete', target: said.seq });
    expect(await live(bob, gone.seq)).toMatchObject({ type: 'deletion', target: said.seq });
    const left = await messageAt(bob, said.seq);
    expect(left).toMatchObject({ deleted: true, text: '', nick: 'ada' });
    expect(left).not.toHaveProperty('reactions');
    expect(left).not.toHaveProperty('edited');
    const again = await bob.sync({ after: 0 as Seq });
    expect(JSON.stringify(again.events)).not.toContain('secret');
  });

  test('reactions are counted by emoji and member, each once', async () => {
    const server = await testServer({ kind });
    const { ada, bob } = await two(server);
    const said = await ada.post('hi');
    const react = (who: WireClient, emoji: string, did: 'added' | 'removed') =>
      who.say({ kind: 'react', target: said.seq, emoji, did });
    await react(ada, '👍', 'added');
    await react(bob, '👍', 'added');
    await react(bob, '👍', 'added');
    await react(bob, '❤️', 'added');
    await react(ada, '👍', 'removed');
    const { reactions } = (await messageAt(ada, said.seq)) ?? {};
    expect(reactions).toEqual([
      { emoji: '👍', by: [bob.member] },
      { emoji: '❤️', by: [bob.member] },
    ]);
  });

  test('a resend of each is answered with its first place, for ever', async () => {
    const server = await testServer({ kind });
    const { ada } = await two(server);
    const said = await ada.post('hi');
    const sayings = [
      { kind: 'react', target: said.seq, emoji: '👍', did: 'added', id: newId() },
      { kind: 'edit', target: said.seq, text: 'ho', id: newId() },
      { kind: 'topic', text: 'about', id: newId() },
      { kind: 'post', text: 'yes', reply: said.seq, id: newId() },
      { kind: 'delete', target: said.seq, id: newId() },
    ] as const;
    const first: Seq[] = [];
    for (const saying of sayings) first.push(seq(await ada.say(saying)));
    for (const [index, saying] of sayings.entries()) {
      expect(seq(await ada.say(saying))).toBe(first[index]);
    }
  });

  test('a reply carries what it answers as that reads now; of a deleted one it carries nothing', async () => {
    const server = await testServer({ kind });
    const { ada, bob } = await two(server);
    const said = await ada.post('what is it?');
    const reply = await bob.post('this', { reply: said.seq });
    const quote = { member: ada.member, nick: 'ada', text: 'what is it?' };
    expect(await live(ada, reply.seq)).toMatchObject({ reply: said.seq, quote });
    await ada.say({ kind: 'edit', target: said.seq, text: 'what is that?' });
    expect(await messageAt(bob, reply.seq)).toMatchObject({ quote: { ...quote, text: 'what is that?' } });
    await ada.say({ kind: 'delete', target: said.seq });
    const left = await messageAt(bob, reply.seq);
    expect(left).toMatchObject({ reply: said.seq, text: 'this' });
    expect(left).not.toHaveProperty('quote');
  });

  test('a quote is cut to one line', async () => {
    const server = await testServer({ kind });
    const { ada } = await two(server);
    const said = await ada.post('x'.repeat(limits.quoteChars + 1));
    const reply = await ada.post('yes', { reply: said.seq });
    expect((await messageAt(ada, reply.seq))?.quote?.text).toHaveLength(limits.quoteChars);
  });

  test('who comes back hears of changes in what it has, also where a gap was left', async () => {
    const server = await testServer({
      kind,
      noLimits: true,
      limits: { resumeEventsPerRoom: 5, freshEventsPerRoom: 2 },
    });
    const { ada, bob } = await two(server);
    const old = await ada.post('old');
    const older = await ada.post('to be deleted');
    const { upTo } = await bob.sync();
    await bob.close();
    const within = await ada.post('within the gap');
    const edit = await ada.say({ kind: 'edit', target: old.seq, text: 'old, but mended' });
    const gone = await ada.say({ kind: 'delete', target: within.seq });
    const gone2 = await ada.say({ kind: 'delete', target: older.seq });
    for (let line = 0; line < 10; line += 1) await ada.post(`line ${line}`);
    const back = await WireClient.login(server, {}, bob.device);
    const { events, gaps } = await back.sync({ after: upTo, logId: server.store.log.logId });
    expect(gaps).toHaveLength(1);
    expect(events.map(({ type }) => type)).toEqual(['edit', 'deletion', 'deletion', 'message', 'message']);
    expect(events.slice(0, 3).map(seq)).toEqual([edit.seq, gone.seq, gone2.seq]);
  });

  test('what is changed while a fresh sync goes from page to page is in one of the next', async () => {
    const server = await testServer({ kind, noLimits: true, limits: { pageEvents: 3 } });
    const { ada, bob } = await two(server);
    const first = await ada.post('first');
    for (let line = 0; line < 4; line += 1) await ada.post(`line ${line}`);
    const page = await bob.askFor('page', { kind: 'sync' });
    expect([page.more, page.events.map(seq).includes(first.seq)]).toEqual([true, true]);
    const edit = await ada.say({ kind: 'edit', target: first.seq, text: 'first, mended' });
    const events: AnyEvent[] = [];
    for (let { upTo, more } = page; more; ) {
      const next = await bob.askFor('page', { kind: 'sync', after: upTo });
      events.push(...next.events);
      ({ upTo, more } = next);
    }
    expect(events.filter(({ type }) => type === 'edit').map(seq)).toEqual([edit.seq]);
  });

  test('a topic stands in the room note and is told', async () => {
    const server = await testServer({ kind });
    const { ada, bob } = await two(server);
    const { seq: place } = await ada.say({ kind: 'topic', text: 'all about ships' });
    expect(await live(bob, place)).toMatchObject({ type: 'topic', text: 'all about ships' });
    const again = await WireClient.login(server, {}, bob.device);
    const welcome = again.came.find((packet) => packet.kind === 'welcome');
    expect(welcome).toMatchObject({ rooms: [{ room: general, topic: 'all about ships', access: 'public' }] });
  });

  test('the message of a file is not edited', async () => {
    const server = await testServer({ kind });
    const { ada } = await two(server);
    const file = await upload(server, ada, Buffer.from('the plan'));
    const { seq: target } = await ada.post('', { file });
    await expect(ada.say({ kind: 'edit', target, text: 'x' })).rejects.toMatchObject({
      code: 'no-such-event',
      message: 'The message of a file is not edited. Delete it, and send it anew.',
    });
    expect(await messageAt(ada, target)).toMatchObject({ text: '', file: { name: file.name } });
  });

  test('a file goes with the last message that names it, and not before', async () => {
    const server = await testServer({ kind });
    const { ada } = await two(server);
    const file = await upload(server, ada, Buffer.from('the plan'));
    const one = await ada.post('', { file });
    const two_ = await ada.post('again', { file });
    const path = join(server.folder, 'blobs', file.sha256.slice(0, 2), file.sha256.slice(2));
    expect(existsSync(path)).toBe(true);
    await ada.say({ kind: 'delete', target: one.seq });
    await ada.settled();
    expect(existsSync(path)).toBe(true);
    await ada.say({ kind: 'delete', target: two_.seq });
    await ada.settled();
    expect(existsSync(path)).toBe(false);
    const fetched = ada.ask({ kind: 'fetch', seq: two_.seq, offset: 0 });
    await expect(fetched).rejects.toMatchObject({ code: 'no-such-file' });
  });
});

describe('refused', () => {
  const nothing = 999 as Seq;

  test.each([
    ['an edit of nothing', { kind: 'edit', target: nothing, text: 'x' }, 'no-such-event'],
    ['an edit that says nothing', { kind: 'edit', target: 1, text: ' \n' }, 'text-empty'],
    [
      'an edit that says too much',
      { kind: 'edit', target: 1, text: 'x'.repeat(limits.textBytes + 1) },
      'text-too-large',
    ],
    ['a deletion of nothing', { kind: 'delete', target: nothing }, 'no-such-event'],
    ['a reaction to nothing', { kind: 'react', target: nothing, emoji: '👍', did: 'added' }, 'no-such-event'],
    ['a reaction that is a word', { kind: 'react', target: 1, emoji: 'yes', did: 'added' }, 'emoji-invalid'],
    ['a reaction of two', { kind: 'react', target: 1, emoji: '👍👍', did: 'added' }, 'emoji-invalid'],
    ['a reply to nothing', { kind: 'post', text: 'x', reply: nothing }, 'no-such-event'],
    [
      'a topic that is too long',
      { kind: 'topic', text: 'x'.repeat(limits.topicChars + 1) },
      'text-too-large',
    ],
  ] as const)('%s', async (_fact, said, code) => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await expect(ada.say(said as Parameters<WireClient['say']>[0])).rejects.toMatchObject({ code });
    expect(server.store.log.tail).toBe(1);
  });

  test("another's message is neither edited nor deleted", async () => {
    const server = await testServer();
    const { ada, bob } = await two(server);
    const { seq: target } = await ada.post('mine');
    await expect(bob.say({ kind: 'edit', target, text: 'his' })).rejects.toMatchObject({
      code: 'no-such-event',
    });
    await expect(bob.say({ kind: 'delete', target })).rejects.toMatchObject({ code: 'no-such-event' });
    expect(await messageAt(ada, target)).toMatchObject({ text: 'mine' });
  });

  test('a message of another room is no target here', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const side = 'side' as RoomName;
    await ada.ask({ kind: 'join', room: side });
    const { seq: target } = await ada.post('aside', { room: side });
    await expect(ada.say({ kind: 'edit', target, text: 'x' })).rejects.toMatchObject({
      code: 'no-such-event',
    });
    await expect(ada.post('x', { reply: target })).rejects.toMatchObject({ code: 'no-such-event' });
  });

  test('a reaction over reactionsPerMessage', async () => {
    const server = await testServer({ noLimits: true });
    const ada = await server.enter('ada');
    const { seq: target } = await ada.post('so good');
    const emoji = Array.from(
      { length: limits.reactionsPerMessage + 1 },
      (_, n) =>
        // Flags of all countries from AC on: there are more of them than fit.
        flags[n] ?? '',
    );
    const react = (one: string) => ada.say({ kind: 'react', target, emoji: one, did: 'added' });
    await Promise.all(emoji.slice(0, -1).map(react));
    await expect(react(emoji.at(-1) ?? '')).rejects.toMatchObject({ code: 'too-many' });
  });
});

const letters = Array.from({ length: 26 }, (_, n) => n);
const flags = letters
  .flatMap((a) => letters.map((b) => String.fromCodePoint(0x1f1e6 + a, 0x1f1e6 + b)))
  .filter((flag) => /^\p{RGI_Emoji_Flag_Sequence}$/v.test(flag));
