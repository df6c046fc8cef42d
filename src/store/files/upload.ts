// One upload on its way to the disk: written and hashed as it comes, whole only after digest, fsync and rename.
// Made by blobs.ts, driven by the server's transfer.
//
// Hashing stays on the event loop: SHA-256 takes 0.15 ms for what is hashed at a stretch, less than a page of history.
// What a worker would gain: docs/decisions/0005.
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Refusal } from '../../protocol/errors.ts';
import type { MemberId, Sha256 } from '../../protocol/packet.ts';
import type { BlobWriter } from '../blobs.ts';
import {
  blobFolder,
  blobPath,
  type Folders,
  fileMode,
  isDiskFull,
  isMissing,
  makeFolder,
  syncFolder,
  unfinishedPath,
} from './folders.ts';
import { recordHolder } from './holders.ts';

/** Hashed without a pause, so that a large piece holds nobody up. */
const hashedAtOnceBytes = 256 * 1024;

/**
 * Synced beside the writing whenever this much is new. Each commit of the log waits behind what is being synced: with
 * 512 MiB at the end posts waited up to 200 ms, and steps of 4 MiB had half the p99 of steps of 16 MiB.
 */
const syncEveryBytes = 4 * 1024 * 1024;

export type Upload = { readonly member: MemberId; readonly sha256: Sha256; readonly size: number };

/** Opens the upload where an earlier one stopped; what is there is hashed again. `onEnd` is called once. */
export async function openUpload(folders: Folders, upload: Upload, onEnd: () => void): Promise<BlobWriter> {
  const path = unfinishedPath(folders, upload.member, upload.sha256);
  try {
    await makeFolder(dirname(path));
    const handle = await openToGoOn(path);
    const hash = createHash('sha256');
    const offset = await goOn(handle, upload.size, hash);
    return new FileUpload({ folders, upload, path, handle, hash, offset, onEnd });
  } catch (error) {
    onEnd();
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

/** Without `O_APPEND`: on a file opened for appending Linux ignores the position of a write. */
async function openToGoOn(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (isMissing(error)) return await open(path, 'wx+', fileMode);
    throw error;
  }
}

/** Hashes what is there and gives its length. More than `size` cannot be the beginning of it, and is dropped. */
async function goOn(handle: FileHandle, size: number, hash: Hash): Promise<number> {
  const there = (await handle.stat()).size;
  if (there > size) {
    await handle.truncate(0);
    return 0;
  }
  const buffer = Buffer.allocUnsafe(hashedAtOnceBytes);
  let offset = 0;
  while (offset < there) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return offset;
}

type Parts = {
  readonly folders: Folders;
  readonly upload: Upload;
  readonly path: string;
  readonly handle: FileHandle;
  readonly hash: Hash;
  readonly offset: number;
  readonly onEnd: () => void;
};

class FileUpload implements BlobWriter {
  readonly #parts: Parts;
  #offset: number;
  #unsyncedBytes = 0;
  #syncing = Promise.resolve();
  #isOpen = true;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#offset = parts.offset;
  }

  get offset(): number {
    return this.#offset;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    if (this.#offset + chunk.length > this.#parts.upload.size) {
      await this.#drop();
      throw new Refusal('too-large', 'The file has more bytes than its offer said. Send it again.');
    }
    const at = this.#offset;
    this.#offset += chunk.length;
    // Both are begun, then both awaited: the hash is made while a thread of the pool writes.
    const [written] = await Promise.allSettled([this.#writeAll(chunk, at), this.#hashAll(chunk)]);
    if (written.status === 'rejected') await this.#failed(written.reason);
  }

  async finish(): Promise<void> {
    this.#assertOpen();
    const { folders, handle, hash, path, upload } = this.#parts;
    if (this.#offset !== upload.size || hash.digest('hex') !== upload.sha256) {
      await this.#drop();
      throw new Refusal('checksum', 'The bytes that arrived are not those of the file. Send it again.');
    }
    try {
      await this.#syncing;
      await handle.sync();
      await moveIntoPlace(folders, path, upload.sha256);
      await recordHolder(folders, upload.member, upload.sha256, upload.size);
    } catch (error) {
      await this.#failed(error);
    }
    await this.#end();
  }

  async leave(): Promise<void> {
    if (!this.#isOpen) return;
    const isSound = await this.#syncing.then(
      () => true,
      () => false,
    );
    await (isSound ? this.#end() : this.#drop());
  }

  async #writeAll(chunk: Uint8Array, at: number): Promise<void> {
    let done = 0;
    while (done < chunk.length) {
      const { bytesWritten } = await this.#parts.handle.write(chunk, done, chunk.length - done, at + done);
      done += bytesWritten;
    }
    this.#unsyncedBytes += chunk.length;
    if (this.#unsyncedBytes < syncEveryBytes) return;
    this.#unsyncedBytes = 0;
    await this.#syncing;
    this.#syncing = this.#parts.handle.datasync();
    // How it went is asked before the next one, in `finish` and in `leave`.
    this.#syncing.catch(() => {});
  }

  async #hashAll(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; from += hashedAtOnceBytes) {
      if (from > 0) await nextTurn();
      this.#parts.hash.update(chunk.subarray(from, from + hashedAtOnceBytes));
    }
  }

  /**
   * The unfinished bytes go. On a full disk the log needs the space more than this upload does; and after a sync that
   * failed they may read well from memory and not be on the disk, and no later sync would tell.
   */
  async #failed(error: unknown): Promise<never> {
    await this.#drop();
    throw isDiskFull(error) ? diskFull(error) : error;
  }

  async #drop(): Promise<void> {
    await this.#end();
    await unlink(this.#parts.path).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async #end(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#parts.handle.close();
    } finally {
      this.#parts.onEnd();
    }
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new Error('The upload is over, nothing more can be written to it.');
  }
}

/**
 * Over somebody else's copy of the same bytes, if there is one: whoever reads it has it open, and whether its name is
 * on disk yet only its own upload knows.
 */
async function moveIntoPlace(folders: Folders, path: string, sha256: Sha256): Promise<void> {
  await makeFolder(blobFolder(folders, sha256));
  await rename(path, blobPath(folders, sha256));
  await syncFolder(blobFolder(folders, sha256));
  await syncFolder(folders.blobs);
}

function diskFull(cause: unknown): Refusal {
  const sentence =
    "The server's disk is full, the file was not stored. Try again when its operator has made space.";
  return new Refusal('disk-full', sentence, { cause });
}
