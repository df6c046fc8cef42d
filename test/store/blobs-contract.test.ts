// What every store's blobs must do, run on each store; all of them are files, so their folders are looked at too.
import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { MemberId, Sha256 } from '../../src/protocol/packet.ts';
import type { Store } from '../../src/store/open.ts';
import { asMember, digestOf } from './events.ts';
import { makeDataFolder, opened, stores } from './opened.ts';

const ada = asMember(1);
const bob = asMember(2);

function someBytes(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) & 0xff));
}

async function upload({ blobs }: Store, member: MemberId, bytes: Uint8Array): Promise<Sha256> {
  const sha256 = digestOf(bytes);
  const writer = await blobs.receive(member, sha256, bytes.length);
  await writer.write(bytes.subarray(writer.offset));
  await writer.finish();
  return sha256;
}

async function download({ blobs }: Store, sha256: Sha256, offset = 0): Promise<Buffer | undefined> {
  const reader = await blobs.open(sha256);
  if (!reader) return undefined;
  const chunks = [];
  for await (const chunk of reader.chunks(offset)) chunks.push(Buffer.from(chunk));
  await reader.close();
  return Buffer.concat(chunks);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.each(stores)('the blobs of the %s store', (_name, open) => {
  const openedIn = async () => {
    const folder = await makeDataFolder();
    return { folder, store: await opened(open, { folder }) };
  };

  it('an upload comes back byte for byte, from any offset', async () => {
    const store = await opened(open);
    const bytes = someBytes(2_500_000);
    const sha256 = await upload(store, ada, bytes);
    expect((await download(store, sha256))?.equals(bytes)).toBe(true);
    expect((await download(store, sha256, 1_234_567))?.equals(bytes.subarray(1_234_567))).toBe(true);
    expect(await download(store, sha256, bytes.length)).toHaveLength(0);
  });

  it('an empty file is a file', async () => {
    const store = await opened(open);
    const sha256 = await upload(store, ada, new Uint8Array(0));
    expect(await download(store, sha256)).toHaveLength(0);
    expect(await store.blobs.isHeld(ada, sha256)).toBe(true);
  });

  it('chunks have at most 1 MiB, and lie in the same two buffers however many there are', async () => {
    const store = await opened(open);
    const reader = await store.blobs.open(await upload(store, ada, someBytes(4_500_000)));
    const lengths = [];
    const memory = new Set<ArrayBufferLike>();
    for await (const chunk of reader?.chunks(0) ?? []) {
      lengths.push(chunk.length);
      memory.add(chunk.buffer);
    }
    expect(lengths).toEqual([1_048_576, 1_048_576, 1_048_576, 1_048_576, 305_696]);
    expect(memory.size).toBe(2);
    await reader?.close();
  });

  it('who stops reading early can close, and read again', async () => {
    const store = await opened(open);
    const bytes = someBytes(2_500_000);
    const reader = await store.blobs.open(await upload(store, ada, bytes));
    for await (const _chunk of reader?.chunks(0) ?? []) break;
    let left = 0;
    for await (const chunk of reader?.chunks(2_000_000) ?? []) left += chunk.length;
    expect(left).toBe(500_000);
    await reader?.close();
    await reader?.close();
  });

  it('a digest that nobody uploaded is nothing', async () => {
    const { blobs } = await opened(open);
    const sha256 = digestOf(someBytes(10));
    expect(await blobs.open(sha256)).toBeUndefined();
    expect(await blobs.isHeld(ada, sha256)).toBe(false);
    expect(await blobs.held(ada, sha256, 10)).toBe(0);
    expect(await blobs.usage(ada)).toBe(0);
  });

  it('a broken upload goes on where it stopped, also in another run of the store', async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(700_000);
    const sha256 = digestOf(bytes);
    const first = await store.blobs.receive(ada, sha256, bytes.length);
    await first.write(bytes.subarray(0, 300_000));
    await first.leave();
    expect(await store.blobs.held(ada, sha256, bytes.length)).toBe(300_000);
    await store.close();
    const again = await opened(open, { folder });
    const second = await again.blobs.receive(ada, sha256, bytes.length);
    expect(second.offset).toBe(300_000);
    await second.write(bytes.subarray(300_000));
    await second.finish();
    expect((await download(again, sha256))?.equals(bytes)).toBe(true);
  });

  it('closing the store keeps what an open writer has', async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(1_000);
    const writer = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
    await writer.write(bytes.subarray(0, 400));
    await store.close();
    const again = await opened(open, { folder });
    expect(await again.blobs.held(ada, digestOf(bytes), bytes.length)).toBe(400);
  });

  it('wrong bytes are refused as checksum and dropped', async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(1_000);
    const writer = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
    await writer.write(Buffer.alloc(1_000));
    await expect(writer.finish()).rejects.toMatchObject({ code: 'checksum' });
    expect(await store.blobs.held(ada, digestOf(bytes), bytes.length)).toBe(0);
    expect(filesBelow(join(folder, 'unfinished'))).toEqual([]);
    expect(await store.blobs.open(digestOf(bytes))).toBeUndefined();
  });

  it('bytes damaged on the disk between two dials are refused as checksum', async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(1_000);
    const first = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
    await first.write(bytes.subarray(0, 500));
    await first.leave();
    await writeFile(filesBelow(join(folder, 'unfinished'))[0] ?? '', Buffer.alloc(500));
    const second = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
    await second.write(bytes.subarray(500));
    await expect(second.finish()).rejects.toMatchObject({ code: 'checksum' });
  });

  it('too few bytes at the end are refused as checksum', async () => {
    const { blobs } = await opened(open);
    const bytes = someBytes(1_000);
    const writer = await blobs.receive(ada, digestOf(bytes), bytes.length);
    await writer.write(bytes.subarray(0, 999));
    await expect(writer.finish()).rejects.toMatchObject({ code: 'checksum' });
  });

  it('one byte past the size is refused as too-large and all is dropped', async () => {
    const { blobs } = await opened(open);
    const bytes = someBytes(1_000);
    const writer = await blobs.receive(ada, digestOf(bytes), 999);
    await expect(writer.write(bytes)).rejects.toMatchObject({ code: 'too-large' });
    expect(await blobs.usage(ada)).toBe(0);
  });

  it('more on the disk than the size cannot be its beginning: the upload starts anew', async () => {
    const { blobs } = await opened(open);
    const bytes = someBytes(1_000);
    const sha256 = digestOf(bytes);
    const first = await blobs.receive(ada, sha256, 1_000);
    await first.write(bytes);
    await first.leave();
    expect(await blobs.held(ada, sha256, 500)).toBe(0);
    const second = await blobs.receive(ada, sha256, 500);
    expect(second.offset).toBe(0);
    await second.leave();
  });

  it('a second writer of the same upload is refused until the first has left', async () => {
    const { blobs } = await opened(open);
    const sha256 = digestOf(someBytes(10));
    const [first, second] = await Promise.allSettled([
      blobs.receive(ada, sha256, 10),
      blobs.receive(ada, sha256, 10),
    ]);
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'too-many' } });
    const other = await blobs.receive(bob, sha256, 10);
    if (first.status === 'fulfilled') await first.value.leave();
    const third = await blobs.receive(ada, sha256, 10);
    await Promise.all([other.leave(), third.leave()]);
  });

  it("somebody else's upload shortens nothing, and then is one file on the disk", async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(1_000);
    const sha256 = await upload(store, ada, bytes);
    expect(await store.blobs.held(bob, sha256, bytes.length)).toBe(0);
    expect(await store.blobs.isHeld(bob, sha256)).toBe(false);
    const writer = await store.blobs.receive(bob, sha256, bytes.length);
    expect(writer.offset).toBe(0);
    await writer.write(bytes);
    await writer.finish();
    expect(await store.blobs.isHeld(bob, sha256)).toBe(true);
    expect(filesBelow(join(folder, 'blobs'))).toHaveLength(1);
    expect(filesBelow(join(folder, 'unfinished'))).toEqual([]);
  });

  it('usage counts whole and unfinished ones of the member alone, also after a restart', async () => {
    const { folder, store } = await openedIn();
    await upload(store, ada, someBytes(1_000));
    await upload(store, bob, someBytes(77));
    const writer = await store.blobs.receive(ada, digestOf(someBytes(500)), 500);
    await writer.write(someBytes(200));
    await writer.leave();
    expect(await store.blobs.usage(ada)).toBe(1_200);
    await store.close();
    const again = await opened(open, { folder });
    expect(await again.blobs.usage(ada)).toBe(1_200);
    expect(await again.blobs.isHeld(bob, digestOf(someBytes(77)))).toBe(true);
    expect(await again.blobs.held(bob, digestOf(someBytes(77)), 77)).toBe(77);
  });

  it('nobody but its owner may read the data folder', async () => {
    const { folder, store } = await openedIn();
    await upload(store, ada, someBytes(1_000));
    const writer = await store.blobs.receive(ada, digestOf(someBytes(5)), 5);
    const modes = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      return [entry.isFile() ? 'file' : 'folder', mode.toString(8)].join(' ');
    });
    expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
    await writer.leave();
  });

  it.each([
    ['finish', 1_000],
    ['leave', 5 * 1024 * 1024],
  ] as const)('a sync that failed before %s leaves nothing to go on with', async (step, size) => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(size);
    // Linux takes every write to this device and syncs none.
    await mkdir(join(folder, 'unfinished', '1'), { recursive: true });
    await symlink('/dev/null', join(folder, 'unfinished', '1', digestOf(bytes)));
    const writer = await store.blobs.receive(ada, digestOf(bytes), size);
    await writer.write(bytes);
    if (step === 'finish') await expect(writer.finish()).rejects.toThrow('EINVAL');
    else await writer.leave();
    expect(await readdir(join(folder, 'unfinished', '1'))).toEqual([]);
    await upload(store, ada, bytes);
    expect(await store.blobs.isHeld(ada, digestOf(bytes))).toBe(true);
  });

  it('a full disk refuses, and the unfinished bytes make room', async () => {
    const { folder, store } = await openedIn();
    const bytes = someBytes(1_000);
    // Linux answers every write to this device with ENOSPC.
    await mkdir(join(folder, 'unfinished', '1'), { recursive: true });
    await symlink('/dev/full', join(folder, 'unfinished', '1', digestOf(bytes)));
    const writer = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
    await expect(writer.write(bytes)).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(join(folder, 'unfinished', '1'))).toEqual([]);
    await upload(store, ada, bytes);
    expect(await store.blobs.isHeld(ada, digestOf(bytes))).toBe(true);
  });

  describe('forgetting', () => {
    it('a file goes with the last hold on it', async () => {
      const { folder, store } = await openedIn();
      const bytes = someBytes(1_000);
      const sha256 = await upload(store, ada, bytes);
      await upload(store, bob, bytes);
      const other = await upload(store, ada, someBytes(500));
      await store.blobs.forget(ada, sha256);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(false);
      expect(await store.blobs.held(ada, sha256, 1_000)).toBe(0);
      expect(await store.blobs.usage(ada)).toBe(500);
      expect(await store.blobs.isHeld(bob, sha256)).toBe(true);
      expect(await download(store, sha256)).toHaveLength(1_000);
      await store.blobs.forget(bob, sha256);
      expect(await store.blobs.open(sha256)).toBeUndefined();
      expect(filesBelow(folder).filter((path) => path.includes(sha256.slice(2)))).toEqual([]);
      expect(await download(store, other)).toHaveLength(500);
    });

    it('one that nobody uploaded, or twice, is nothing', async () => {
      const store = await opened(open);
      const sha256 = await upload(store, ada, someBytes(10));
      await store.blobs.forget(bob, sha256);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(true);
      await Promise.all([store.blobs.forget(ada, sha256), store.blobs.forget(ada, sha256)]);
      await store.blobs.forget(ada, digestOf(someBytes(11)));
      expect(await store.blobs.open(sha256)).toBeUndefined();
    });

    it('who reads it reads on to its end', async () => {
      const store = await opened(open);
      const bytes = someBytes(2_500_000);
      const sha256 = await upload(store, ada, bytes);
      const reader = await store.blobs.open(sha256);
      const chunks = [];
      for await (const chunk of reader?.chunks(0) ?? []) {
        if (chunks.length === 0) await store.blobs.forget(ada, sha256);
        chunks.push(Buffer.from(chunk));
      }
      await reader?.close();
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      expect(await store.blobs.open(sha256)).toBeUndefined();
    });

    it('an upload of the same bytes that is under way is not lost, whenever it ends', async () => {
      const store = await opened(open);
      const bytes = someBytes(1_000);
      const sha256 = await upload(store, ada, bytes);
      const writer = await store.blobs.receive(bob, sha256, bytes.length);
      await writer.write(bytes);
      await Promise.all([store.blobs.forget(ada, sha256), writer.finish()]);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(false);
      expect(await store.blobs.isHeld(bob, sha256)).toBe(true);
      expect((await download(store, sha256))?.equals(bytes)).toBe(true);
    });

    it('an upload that begins meanwhile is whole when it ends', async () => {
      const store = await opened(open);
      const bytes = someBytes(1_000);
      const sha256 = await upload(store, ada, bytes);
      const forgetting = store.blobs.forget(ada, sha256);
      await upload(store, bob, bytes);
      await forgetting;
      expect((await download(store, sha256))?.equals(bytes)).toBe(true);
    });

    it('what a crash left of it, the first sweep of the next run finds, however old its record', async () => {
      const { folder, store } = await openedIn();
      const sha256 = await upload(store, ada, someBytes(100));
      const kept = await upload(store, ada, someBytes(200));
      const later = Date.now() + limits.uploadKeptMs + 60_000;
      await store.blobs.sweep(later, async () => true);
      await store.blobs.sweep(later, async () => false);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(true);
      await store.close();
      const again = await opened(open, { folder });
      await again.blobs.sweep(Date.now(), async (one, member) => one === kept && member === ada);
      expect(await again.blobs.isHeld(ada, sha256)).toBe(false);
      expect(await again.blobs.open(sha256)).toBeUndefined();
      expect(await download(again, kept)).toHaveLength(200);
    });
  });

  describe('the sweep', () => {
    const now = 1_800_000_000_000;
    const none = async () => false;
    const unfinished = async (store: Store, folder: string, touchedAt: number) => {
      const writer = await store.blobs.receive(ada, digestOf(someBytes(500)), 500);
      await writer.write(someBytes(200));
      const path = filesBelow(join(folder, 'unfinished'))[0] ?? '';
      await utimes(path, touchedAt / 1_000, touchedAt / 1_000);
      return writer;
    };

    it('drops what nobody touched for 24 hours, and nothing younger', async () => {
      const { folder, store } = await openedIn();
      await (await unfinished(store, folder, now)).leave();
      await store.blobs.sweep(now + limits.uploadKeptMs, none);
      expect(await store.blobs.usage(ada)).toBe(200);
      await store.blobs.sweep(now + limits.uploadKeptMs + 1, none);
      expect(await store.blobs.usage(ada)).toBe(0);
    });

    it('leaves an upload alone that is being written', async () => {
      const { folder, store } = await openedIn();
      const writer = await unfinished(store, folder, now - 10 * limits.uploadKeptMs);
      await store.blobs.sweep(now, none);
      await writer.write(someBytes(500).subarray(200));
      await writer.finish();
      expect(await store.blobs.isHeld(ada, digestOf(someBytes(500)))).toBe(true);
    });

    it('drops a blob that nobody holds, a record without its blob, and keeps the rest', async () => {
      const { folder, store } = await openedIn();
      const kept = await upload(store, ada, someBytes(100));
      const orphan = await upload(store, bob, someBytes(200));
      await rm(join(folder, 'holders', '2', `${orphan}.200`));
      const lost = await upload(store, bob, someBytes(300));
      await rm(join(folder, 'blobs', lost.slice(0, 2), lost.slice(2)));
      const short = await upload(store, bob, someBytes(400));
      await truncate(join(folder, 'blobs', short.slice(0, 2), short.slice(2)), 399);
      await store.blobs.sweep(Date.now(), none);
      expect(await download(store, kept)).toHaveLength(100);
      expect(filesBelow(join(folder, 'blobs'))).toHaveLength(1);
      expect(await store.blobs.usage(bob)).toBe(0);
    });

    it('drops a whole file that no message named for 24 hours, and asks once about one that is named', async () => {
      const { folder, store } = await openedIn();
      const named = await upload(store, ada, someBytes(100));
      const unnamed = await upload(store, ada, someBytes(200));
      const later = Date.now() + limits.uploadKeptMs + 60_000;
      const asked: string[] = [];
      const isNamed = async (sha256: Sha256) => {
        asked.push(sha256);
        return sha256 === named;
      };
      await store.blobs.sweep(Date.now(), isNamed);
      expect(asked).toEqual([]);
      await store.blobs.sweep(later, isNamed);
      await store.blobs.sweep(later, isNamed);
      expect(asked.sort()).toEqual([named, unnamed].sort());
      expect(await store.blobs.usage(ada)).toBe(100);
      expect(filesBelow(join(folder, 'blobs'))).toHaveLength(1);
      expect(await store.blobs.isHeld(ada, named)).toBe(true);
      expect(await store.blobs.held(ada, unnamed, 200)).toBe(0);
    });

    it('keeps an unnamed file that was offered again since', async () => {
      const { folder, store } = await openedIn();
      const sha256 = await upload(store, ada, someBytes(100));
      const [record = ''] = filesBelow(join(folder, 'holders'));
      await utimes(record, 1, 1);
      expect(await store.blobs.held(ada, sha256, 100)).toBe(100);
      await store.blobs.sweep(Date.now(), none);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(true);
      await utimes(record, 1, 1);
      await store.blobs.sweep(Date.now(), none);
      expect(await store.blobs.isHeld(ada, sha256)).toBe(false);
    });

    it('an upload that is finished while it runs stays', async () => {
      const { store } = await openedIn();
      const bytes = someBytes(1_000);
      const writer = await store.blobs.receive(ada, digestOf(bytes), bytes.length);
      await writer.write(bytes);
      await Promise.all([
        store.blobs.sweep(Date.now(), none),
        writer.finish(),
        store.blobs.sweep(Date.now(), none),
      ]);
      expect(await download(store, digestOf(bytes))).toHaveLength(1_000);
    });

    it('an upload that begins while it runs is not lost', async () => {
      const { store } = await openedIn();
      const bytes = someBytes(1_000);
      const sweep = store.blobs.sweep(Date.now(), none);
      await upload(store, ada, bytes);
      await sweep;
      expect(await store.blobs.isHeld(ada, digestOf(bytes))).toBe(true);
    });
  });
});
