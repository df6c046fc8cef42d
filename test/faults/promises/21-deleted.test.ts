// Promise 21: what is deleted is gone. Words that stand in a message, in what it was before an edit, in an edit, in a
// file, in its name and in a quote are deleted; then they are in no file of the stopped server's data folder, and in
// none that clients keep: the author's, one that was there all along, one that comes back later, and one that missed so
// much that the server leaves a gap. The grep is proven by words of the same kind that were not deleted.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLocalStore } from '../../../src/client/local/open.ts';
import { type DeviceKey, makeDeviceKey } from '../../../src/net/identity.ts';
import { limits } from '../../../src/protocol/limits.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import { type TestClient, testClient } from '../../helpers/chat-client.ts';
import { testFolder } from '../../helpers/test-server.ts';
import { patienceMs } from '../harness/patience.ts';
import { Served } from '../harness/served.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

/** Of each kind. */
const count = sized({ quick: 6, long: 60 });
/** Said around them: blocks of the search are whole, and on the disk, from 8,192 on. */
const others = sized({ quick: 9_000, long: 40_000 });
/** After the deletions, for whoever was away: more than a server sends without a gap. */
const later = limits.resumeEventsPerRoom + 200;
const room = 'general' as RoomName;

const random = randomFrom(seed);
/** One token of a search, and the same bytes wherever it stands. */
const secret = 'qxcanaryqx';
const kept = 'qxkeptqx';
const word = (of: string): string =>
  of + Array.from({ length: 12 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');

const kinds = ['message', 'edited away', 'edit', 'file', 'file name', 'quoted'] as const;
type Kind = (typeof kinds)[number];

class Person {
  readonly #served: Served;
  readonly #device: DeviceKey = makeDeviceKey();
  readonly folder: string;
  readonly #nick: string;
  #now: TestClient | undefined;

  private constructor(served: Served, nick: string, folder: string) {
    this.#served = served;
    this.#nick = nick;
    this.folder = folder;
  }

  static async come(served: Served, nick: string): Promise<Person> {
    const person = new Person(served, nick, await testFolder());
    await person.online();
    await person.client.join(room);
    return person;
  }

  get client(): TestClient['client'] {
    if (this.#now === undefined) throw new Error(`${this.#nick} is not there.`);
    return this.#now.client;
  }

  async online(): Promise<void> {
    const store = openLocalStore({ path: join(this.folder, 'kept', `${this.#nick}.db`) });
    onTestFinished(() => store.close());
    const address = this.#served.address();
    this.#now = testClient({
      resolve: async () => address,
      nick: this.#nick,
      device: this.#device,
      local: store,
    });
    await this.#now.client.ready();
  }

  /** Everything up to what was said with this text is here. */
  async has(text: string): Promise<void> {
    const now = this.#now;
    let looked = 0;
    // Each event is looked at once: there are many.
    await now?.until(() => {
      for (; looked < now.events.length; looked += 1) {
        const event = now.events[looked];
        if (event?.type === 'message' && event.text === text) return true;
      }
      return false;
    });
  }

  async leave(): Promise<void> {
    await this.client.close('done');
    this.#now = undefined;
  }
}

/** By somebody who keeps nothing: an outbox on disk costs an fsync for each. */
async function fill({ client }: TestClient, texts: number): Promise<void> {
  const atOnce = 500;
  for (let said = 0; said < texts; said += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, texts - said) }, (_, n) => `of no matter ${said + n}`);
    await Promise.all(some.map((text) => client.post(room, text)));
  }
}

/** Says something with the word in it and gives the message that is to be deleted. */
async function say(kind: Kind, marked: string, author: Person, other: Person): Promise<Seq> {
  const { client } = author;
  if (kind === 'file' || kind === 'file name') {
    const folder = join(author.folder, 'files');
    mkdirSync(folder, { recursive: true });
    const path = join(
      folder,
      kind === 'file name' ? `${marked}.txt` : `plan-${Math.floor(random() * 1e9)}.txt`,
    );
    writeFileSync(path, kind === 'file' ? `begins ${marked} ends` : `plain ${random()}`);
    const { seq } = await client.upload(room, path);
    return seq;
  }
  const { seq } = await client.post(room, kind === 'edit' ? 'harmless at first' : `it says ${marked} here`);
  if (kind === 'edited away') await client.say(room, { kind: 'edit', target: seq, text: 'harmless now' });
  if (kind === 'edit') await client.say(room, { kind: 'edit', target: seq, text: `now ${marked} is in it` });
  if (kind === 'quoted') {
    await other.client.post(room, 'I see', { reply: seq });
    await other.client.say(room, { kind: 'react', target: seq, emoji: '👍', did: 'added' });
  }
  return seq;
}

type Look = { readonly files: number; readonly bytes: number; readonly found: readonly string[] };

/** In which files a word stands, or in whose names. */
function grep(folder: string, what: string): Look {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  let bytes = 0;
  const found = paths.filter((path) => {
    const content = readFileSync(path);
    bytes += content.length;
    return content.includes(what) || path.includes(what);
  });
  return { files: paths.length, bytes, found };
}

test(
  'deleted words are in no file of the stopped server, and in none that clients keep after their next sync',
  async () => {
    const served = await Served.start({ args: ['--no-limits'] });
    const [ada, bob, carl, dora] = (await Promise.all(
      ['ada', 'bob', 'carl', 'dora'].map((nick) => Person.come(served, nick)),
    )) as [Person, Person, Person, Person];
    const eve = testClient({ resolve: async () => served.address(), nick: 'eve' });
    await eve.client.ready();
    await eve.client.join(room);
    await fill(eve, others / 2);
    const targets: Seq[] = [];
    for (let n = 0; n < count; n += 1) {
      for (const kind of kinds) {
        targets.push(await say(kind, word(secret), ada, bob));
        await say(kind, word(kept), ada, bob);
      }
    }
    await fill(eve, others / 2);
    await ada.client.post(room, 'everybody has it');
    for (const one of [bob, carl, dora]) await one.has('everybody has it');
    // What is to be deleted can be found: its words are in the search's file, in the log's, and where clients keep them.
    const { events } = await ada.client.search(secret, { limit: 100 });
    expect(events.length).toBeGreaterThan(0);
    await Promise.all([bob, carl].map((one) => one.leave()));
    for (const { folder } of [bob, carl]) expect(grep(join(folder, 'kept'), secret).found).not.toEqual([]);
    await served.end('SIGKILL');
    const before = grep(served.data, secret).found.map((path) => path.slice(served.data.length + 1));
    expect(before.some((path) => path.startsWith('log.db'))).toBe(true);
    expect(before.some((path) => path.startsWith('search.db'))).toBe(true);
    expect(before.some((path) => path.startsWith('blobs'))).toBe(true);
    await served.start();

    await Promise.all([ada, dora].map(({ client }) => client.ready()));
    for (const target of targets) await ada.client.say(room, { kind: 'delete', target });
    await ada.client.post(room, 'all is deleted');
    await bob.online();
    for (const one of [bob, dora]) await one.has('all is deleted');
    await fill(eve, later);
    await ada.client.post(room, 'the end');
    await carl.online();
    for (const one of [bob, carl, dora]) await one.has('the end');
    const { events: hits } = await bob.client.search(secret, { limit: 10 });
    expect(hits, 'what was deleted is still found').toEqual([]);
    for (const one of [ada, bob, carl, dora]) await one.leave();
    expect(await served.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const looks = [served.data, ...[ada, bob, carl, dora].map(({ folder }) => join(folder, 'kept'))].map(
      (folder) => ({
        gone: grep(folder, secret),
        there: grep(folder, kept),
      }),
    );
    for (const { gone, there } of looks) {
      expect(there.found, 'a grep that finds nothing at all proves nothing').not.toEqual([]);
      expect(gone.found, 'what was deleted is still there').toEqual([]);
    }
    expect(grep(served.data, kept).found.some((path) => path.includes('blobs'))).toBe(true);
    const [server, ...clients] = looks.map(({ gone }) => gone);
    report({
      promise: 21,
      did: `${targets.length} messages with a word in ${kinds.join(', ')}, among ${others + later} others, deleted`,
      saw: `nothing of them in ${server?.files} files (${server?.bytes} bytes) of the server and ${clients.reduce((sum, { bytes }) => sum + bytes, 0)} bytes of four clients, one of which came back over a gap`,
    });
  },
  patienceMs,
);
