// Promise 16: not a member, not a byte. While members of a private and of a direct room say, change and delete at random,
// others ask for everything there is to ask for. Every byte that the server sends them is kept, and none of the words
// that were said behind the door is in it. A member who came late has none from before, an ex-member none from behind.
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../../helpers/test-server.ts';
import { upload } from '../../helpers/upload.ts';
import { general, WireClient } from '../../helpers/wire-client.ts';
import { type Tap, tap } from '../harness/tap.ts';
import { patient, randomFrom, report, seed, sized } from '../size.ts';

const steps = sized({ quick: 150, long: 10_000 });
const random = randomFrom(seed);
const pick = <One>(many: readonly One[]): One => {
  const one = many[Math.floor(random() * many.length)];
  if (one === undefined) throw new Error('There is nothing to pick from.');
  return one;
};

let words = 0;
/** Found nowhere else, in no other word, and by a search for its beginning. */
const canary = () => {
  words += 1;
  return `canary${words.toString(36)}q${Math.floor(random() * 1e9).toString(36)}`;
};

type Message = { readonly seq: Seq; readonly by: WireClient; readonly room: RoomName };
type Ear = { readonly client: WireClient; readonly line: Tap };

/** The members' side: what was said, and which words must not reach whom. */
class House {
  readonly secret: string[] = [];
  /** About what was said before the late one was invited. */
  readonly before: string[] = [];
  /** One that no file has, and those of the files. */
  readonly digests = ['abcdef'];
  /** What the note of the room says, which who is invited is told. */
  readonly topics = new Set<string>();
  readonly messages: Message[] = [];
  readonly server: TestServer;
  #floor = 0;

  constructor(server: TestServer) {
    this.server = server;
  }

  /** From here on the late one may read. */
  open(): void {
    this.#floor = this.server.store.log.tail;
  }

  /** One more thing that a member does; refusals are part of it, for messages are deleted under the others' hands. */
  async step(by: WireClient, room: RoomName): Promise<void> {
    const own = this.messages.filter((one) => one.room === room);
    const deed = pick(own.length === 0 ? (['post'] as const) : deeds);
    try {
      await this.#do(deed, by, room, own);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'no-such-event') throw error;
    }
  }

  async #do(deed: (typeof deeds)[number], by: WireClient, room: RoomName, own: readonly Message[]) {
    if (deed === 'post') return this.#keep(await by.post(`word ${this.#word()} @stranger`, { room }), by);
    if (deed === 'topic') return this.#topic(by, room);
    if (deed === 'file') return this.#file(by, room);
    if (deed === 'typing') return by.send({ kind: 'typing', room });
    const one = pick(own);
    const about = one.seq <= this.#floor;
    if (deed === 'reply') {
      return this.#keep(await by.post(`word ${this.#word()}`, { room, reply: one.seq }), by);
    }
    if (deed === 'react') {
      return by.say({ kind: 'react', room, target: one.seq, emoji: pick(['👍', '🎉']), did: 'added' });
    }
    if (deed === 'edit') {
      return one.by.say({ kind: 'edit', room, target: one.seq, text: `word ${this.#word(about)}` });
    }
    return one.by.say({ kind: 'delete', room, target: one.seq });
  }

  async #file(by: WireClient, room: RoomName): Promise<void> {
    const note = await upload(this.server, by, Buffer.from(this.#word()));
    this.#keep(await by.post('', { room, file: { ...note, name: `${this.#word()}.txt` } }), by);
    this.secret.push(note.sha256);
    this.digests.push(note.sha256);
  }

  async #topic(by: WireClient, room: RoomName): Promise<void> {
    const text = this.#word();
    await by.say({ kind: 'topic', room, text });
    this.topics.add(text);
  }

  #keep({ seq, room }: Awaited<ReturnType<WireClient['post']>>, by: WireClient): void {
    this.messages.push({ seq, by, room });
  }

  #word(isBefore = this.#floor === 0): string {
    const word = canary();
    this.secret.push(word);
    if (isBefore) this.before.push(word);
    return word;
  }
}

const deeds = [
  'post',
  'post',
  'reply',
  'reply',
  'edit',
  'delete',
  'react',
  'topic',
  'file',
  'typing',
] as const;

/** Asks for one thing or another about rooms that are not the asker's. What is refused is as good as an answer. */
async function pry(ear: WireClient, house: House, rooms: readonly RoomName[]): Promise<void> {
  const room = pick(rooms);
  const { tail } = house.server.store.log;
  const seq = Math.floor(random() * tail) as Seq;
  const target = house.messages.length === 0 ? seq : pick(house.messages).seq;
  const asks: readonly (() => Promise<unknown>)[] = [
    () => ear.sync(),
    () => ear.sync({ after: seq }),
    () => ear.sync({ rooms: [room, general] }).then(() => ear.sync()),
    () => ear.ask({ kind: 'history', room, limit: 100 }),
    () => ear.ask({ kind: 'history', room: general, limit: 100, around: target }),
    () => ear.ask({ kind: 'history', room, limit: 100, at: 0 }),
    () => ear.ask({ kind: 'search', query: 'word', limit: 100 }),
    () => ear.ask({ kind: 'search', query: `canary in:#${room}`, limit: 100 }),
    () => ear.ask({ kind: 'search', query: 'from:ada has:file', limit: 100 }),
    () => ear.ask({ kind: 'mentions', limit: 100 }),
    () => ear.ask({ kind: 'who', all: true }),
    () => ear.ask({ kind: 'who', room }),
    () => ear.ask({ kind: 'whois', nick: 'ada' }),
    () => ear.ask({ kind: 'whois', nick: 'bob' }),
    () => ear.ask({ kind: 'rooms' }),
    () => ear.ask({ kind: 'fetch', seq: target, offset: 0 }),
    () => ear.ask({ kind: 'fetch', sha256: pick(house.digests).slice(0, 6), offset: 0 }),
    () => ear.post('in the open', { reply: target }),
    () => ear.post('through the wall', { room }),
    () => ear.say({ kind: 'edit', room, target, text: 'not mine' }),
    () => ear.say({ kind: 'react', room, target, emoji: '👀', did: 'added' }),
    () => ear.say({ kind: 'react', target, emoji: '👀', did: 'added' }),
    () => ear.ask({ kind: 'invite', room, nick: 'bob' }),
    () => ear.ask({ kind: 'configure', room, access: 'public' }),
  ];
  await pick(asks)().catch((error) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

describe.each(['memory', 'sqlite'] as const)('on the %s store', (kind) => {
  test('nobody hears a word that is not theirs', patient, async () => {
    const server = await testServer({ kind, noLimits: true });
    const house = new House(server);
    const ear = async (hello: Parameters<typeof WireClient.login>[1]): Promise<Ear> => {
      const line = await tap(server.port);
      return { line, client: await WireClient.login(line, hello) };
    };
    const [ada, bob] = [await server.enter('ada'), await server.enter('bob')];
    const [ex, late, guest] = [
      await ear({ nick: 'ex' }),
      await ear({ nick: 'late' }),
      await ear({ nick: 'gwen' }),
    ];
    const [stranger, visitor] = [await ear({ nick: 'stranger' }), await ear({ role: 'script' })];
    const all = [ex, late, guest, stranger, visitor];
    for (const { client } of all.slice(0, 4)) await client.ask({ kind: 'join', room: general });
    for (const { client } of all) await client.sync(client === visitor.client ? { rooms: [general] } : {});

    const den = await ada.privateRoom(`den-${canary()}`, bob, ex.client);
    const direct = await ada.direct('bob');
    const play = async (many: number, others: readonly Ear[]) => {
      for (let step = 0; step < many; step += 1) {
        const room = pick([den, den, direct]);
        await house.step(pick([ada, bob]), room);
        // Who may ask about the room by its name is told that name back, and nothing else.
        await pry(pick(others).client, house, [den, direct]);
      }
    };
    await play(steps / 2, [stranger, visitor, guest, late]);
    await ex.client.ask({ kind: 'part', room: den });
    const behindEx = house.secret.length;
    await ada.ask({ kind: 'invite', room: den, nick: 'gwen' });
    await ada.ask({ kind: 'invite', room: den, nick: 'late' });
    house.open();
    await late.client.ask({ kind: 'join', room: den });
    await play(steps / 2, [stranger, visitor, guest, late, ex]);
    for (const { client } of all) await client.settled();

    const leaks = (words_: readonly string[], { line }: Ear) => {
      const heard = line.heard();
      return words_.filter((word) => heard.includes(word));
    };
    expect(leaks(house.secret, stranger), 'a byte for a stranger').toEqual([]);
    expect(leaks(house.secret, visitor), 'a byte for a visitor').toEqual([]);
    expect(leaks(house.secret.slice(behindEx), ex), 'a byte for an ex-member').toEqual([]);
    const said = (words_: readonly string[]) => words_.filter((word) => !house.topics.has(word));
    expect(leaks(said(house.secret), guest), 'a byte for who is only invited').toEqual([]);
    expect(leaks(said(house.before), late), 'a byte from before the invitation').toEqual([]);
    // What is heard where it may be heard: the ears are not deaf.
    expect(leaks(house.secret, late).length).toBeGreaterThan(5);
    expect(leaks(house.secret.slice(0, behindEx), ex).length).toBeGreaterThan(5);
    report({
      promise: 16,
      did: `${kind}: ${steps} deeds in a private and a direct room, one question of an outsider behind each`,
      saw: `${house.secret.length} words, 0 of them with a stranger, a visitor, an ex-member or from before an invitation`,
    });
  });
});
