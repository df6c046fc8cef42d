// Blobs as files below a data folder; the same for every store, for a blob store that is not a file system was
// thirty times slower. Made by store/open.ts.
import { type FileHandle, open } from 'node:fs/promises';
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { MemberId, Sha256 } from '../../protocol/packet.ts';
import type { BlobReader, Blobs, BlobWriter, IsNamed } from '../blobs.ts';
import { blobPath, type Folders, foldersBelow, isMissing, makeFolder, sizeOf } from './folders.ts';
import { forgetFile } from './forget.ts';
import { heldBy, keepLonger, unfinishedBytes, usageOf } from './holders.ts';
import { sweepFiles } from './sweep.ts';
import { openUpload } from './upload.ts';

/** Opens the blobs of a data folder, made when it is not there. */
export async function openBlobs(folder: string): Promise<Blobs> {
  const folders = foldersBelow(folder);
  await Promise.all(Object.values(folders).map(makeFolder));
  return new FileBlobs(folders);
}

class FileBlobs implements Blobs {
  readonly #folders: Folders;
  /** Uploads with an open writer, `<member>/<digest>`. */
  readonly #writing = new Map<string, Promise<BlobWriter>>();
  readonly #readers = new Set<FileReader>();
  /** A sweep, or a file that is being forgotten: one at a time, and no upload is opened meanwhile. */
  #sweeping: Promise<void> = Promise.resolve();
  #hasSwept = false;

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  async held(member: MemberId, sha256: Sha256, size: number): Promise<number> {
    const isWhole = await this.#holds(member, sha256, size);
    if (isWhole && (await keepLonger(this.#folders, member, sha256, size))) return size;
    const bytes = await unfinishedBytes(this.#folders, member, sha256);
    return bytes > size ? 0 : bytes;
  }

  async isHeld(member: MemberId, sha256: Sha256): Promise<boolean> {
    return await this.#holds(member, sha256);
  }

  usage(member: MemberId): Promise<number> {
    return usageOf(this.#folders, member);
  }

  async receive(member: MemberId, sha256: Sha256, size: number): Promise<BlobWriter> {
    const name = `${member}/${sha256}`;
    if (this.#writing.has(name)) {
      throw new Refusal('too-many', 'This file is already on its way to the server. Wait for it to arrive.');
    }
    const end = () => this.#writing.delete(name);
    const writer = this.#sweeping.then(() => openUpload(this.#folders, { member, sha256, size }, end));
    this.#writing.set(name, writer);
    return await writer;
  }

  async open(sha256: Sha256): Promise<BlobReader | undefined> {
    try {
      const handle = await open(blobPath(this.#folders, sha256), 'r');
      const { size } = await handle.stat();
      const reader = new FileReader(handle, size, () => this.#readers.delete(reader));
      this.#readers.add(reader);
      return reader;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  forget(member: MemberId, sha256: Sha256): Promise<void> {
    return this.#alone(() => {
      const isArriving = [...this.#writing.keys()].some((name) => name.endsWith(`/${sha256}`));
      return forgetFile(this.#folders, member, sha256, isArriving);
    });
  }

  sweep(now: number, isNamed: IsNamed): Promise<void> {
    const oldest = now - limits.uploadKeptMs;
    return this.#alone(async () => {
      const busy = new Set(this.#writing.keys());
      await sweepFiles(this.#folders, { oldest, busy, isNamed, isFirst: !this.#hasSwept });
      this.#hasSwept = true;
    });
  }

  async close(): Promise<void> {
    await this.#sweeping;
    const writers = await Promise.allSettled(this.#writing.values());
    await Promise.all(writers.map((writer) => writer.status === 'fulfilled' && writer.value.leave()));
    await Promise.all([...this.#readers].map((reader) => reader.close()));
  }

  async #alone(run: () => Promise<void>): Promise<void> {
    const over = this.#sweeping.then(run);
    // Uploads wait for its end, good or bad; how it ended is for the caller alone.
    this.#sweeping = over.then(nothing, nothing);
    await over;
  }

  async #holds(member: MemberId, sha256: Sha256, size?: number): Promise<boolean> {
    const held = await heldBy(this.#folders, member);
    const isMatch = held.some((blob) => blob.sha256 === sha256 && (size ?? blob.size) === blob.size);
    return isMatch && (await sizeOf(blobPath(this.#folders, sha256))) !== undefined;
  }
}

function nothing(): void {}

class FileReader implements BlobReader {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #onClose: () => void;
  #closed: Promise<void> | undefined;

  constructor(handle: FileHandle, size: number, onClose: () => void) {
    this.#handle = handle;
    this.size = size;
    this.#onClose = onClose;
  }

  /** The next chunk is read into the one buffer while that in the other is sent: a reader costs these two. */
  async *chunks(offset: number): AsyncGenerator<Uint8Array> {
    const length = Math.min(limits.transferChunkBytes, Math.max(0, this.size - offset));
    let [buffer, spare] = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)];
    let at = offset;
    let next = this.#read(buffer, at);
    try {
      while (at < this.size) {
        const chunk = await next;
        if (chunk.length === 0) throw new Error(`A blob ended at byte ${at} of ${this.size}.`);
        at += chunk.length;
        next = this.#read(spare, at);
        // How it went is asked when this chunk is sent; until then nobody waits for it.
        next.catch(nothing);
        [buffer, spare] = [spare, buffer];
        yield chunk;
      }
    } finally {
      // Who stopped early has no use for the chunk that was read ahead, nor for why it could not be read.
      await next.catch(nothing);
    }
  }

  async close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    await this.#closed;
    this.#onClose();
  }

  async #read(buffer: Buffer, at: number): Promise<Uint8Array> {
    const length = Math.min(buffer.length, this.size - at);
    if (length <= 0) return buffer.subarray(0, 0);
    const { bytesRead } = await this.#handle.read(buffer, 0, length, at);
    return buffer.subarray(0, bytesRead);
  }
}
