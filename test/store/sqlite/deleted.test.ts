// What is deleted is gone from the data folder: not a byte of it is in any file once the store is closed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EventBody, NewEvent } from '../../../src/store/log.ts';
import { openSqliteStore, type Store } from '../../../src/store/open.ts';
import { asDevice, asMember, asSeq, digestOf, event } from '../events.ts';
import { endOfTurn, makeDataFolder } from '../opened.ts';

const ada = asMember(1);
const canary = (what: string) => `canary-${what}-7f3a9`;
const long = (what: string) => `${canary(what)} ${'words '.repeat(2_000)} ${canary(what)}`;

/** Which of the texts stand in a file of the folder. */
function foundIn(folder: string, texts: readonly string[]): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = files.map((path) => readFileSync(path));
  const paths = files.join('\n');
  return texts.filter((text) => paths.includes(text) || contents.some((bytes) => bytes.includes(text)));
}

async function upload({ blobs }: Store, bytes: Buffer): Promise<void> {
  const writer = await blobs.receive(ada, digestOf(bytes), bytes.length);
  await writer.write(bytes);
  await writer.finish();
}

it.each(['at once', 'after a restart', 'among many others'] as const)(
  'a message, its edits and its file, deleted %s',
  async (when) => {
    const folder = await makeDataFolder();
    const bytes = Buffer.from(`${canary('bytes')} ${'.'.repeat(200_000)}`);
    const file = { name: `${canary('name')}.txt`, size: bytes.length, sha256: digestOf(bytes) };
    const kept = 'a message that stays';
    let store = await openSqliteStore({ folder });
    let n = 0;
    const say = async (body: EventBody, wish: Partial<NewEvent> = {}) => {
      n += 1;
      return (await store.log.append(event(n, { body, ...wish }))).seq;
    };
    const others = async () => {
      if (when !== 'among many others') return;
      for (let round = 0; round < 40; round += 1)
        await Promise.all(
          Array.from({ length: 100 }, () => say({ type: 'message', text: 'noise '.repeat(20) })),
        );
    };

    await upload(store, bytes);
    await say({ type: 'message', text: kept });
    await others();
    const target = await say({ type: 'message', text: canary('text'), file }, { mentions: [asMember(2)] });
    const large = await say({ type: 'message', text: long('large') });
    await others();
    for (const what of ['edit', 'again']) {
      await say({ type: 'edit', target, text: canary(what) });
      await say({ type: 'edit', target: large, text: long(what) });
    }
    await say(
      { type: 'reaction', target, emoji: canary('emoji'), did: 'added' },
      { member: asMember(2), device: asDevice(2) },
    );
    await endOfTurn();
    const canaries = ['bytes', 'name', 'text', 'large', 'edit', 'again', 'emoji'].map(canary);
    if (when === 'after a restart') {
      await store.close();
      expect(foundIn(folder, canaries)).toEqual(canaries);
      store = await openSqliteStore({ folder });
    }
    expect(foundIn(folder, [...canaries, file.sha256.slice(2)])).toEqual([...canaries, file.sha256.slice(2)]);
    await say({ type: 'deletion', target });
    await say({ type: 'deletion', target: large });
    expect(await store.log.carries(ada, file.sha256)).toBe(false);
    await store.blobs.forget(ada, file.sha256);
    await store.close();

    expect(foundIn(folder, [...canaries, file.sha256.slice(2), file.sha256])).toEqual([]);
    expect(foundIn(folder, [kept])).toEqual([kept]);
    const again = await openSqliteStore({ folder });
    expect((await again.log.at(target))?.now).toMatchObject({ isDeleted: true, text: '' });
    expect((await again.log.at(asSeq(1)))?.body).toMatchObject({ text: kept });
    await again.close();
  },
);
