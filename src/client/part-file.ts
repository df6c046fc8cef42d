// What came so far of a download: a private file beside its target, found again by its digest, and how it gets its
// name at the end. Never over an existing file, never through a link. Download writes it.
import { randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, link, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileNote } from '../protocol/packet.ts';
import { nextName, safeName } from '../text/safe-name.ts';
import { clientBounds } from './bounds.ts';
import { cannotWrite, codeOf } from './cannot-write.ts';
import { errorOf, LocalFileError } from './errors.ts';
import { active, isBusy, isOurs, partFolder, sweepParts } from './part-folder.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;

export class PartFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes that were there already; they are to be hashed before one is believed. */
  readonly found: number;

  private constructor(path: string, handle: FileHandle, found: number) {
    this.path = path;
    this.handle = handle;
    this.found = found;
  }

  /** Below `folder`, on its file system. Goes on with a part that an ended process left. */
  static async open(folder: string, file: FileNote): Promise<PartFile> {
    const parts = await partFolder(folder);
    const path = join(parts, `${file.sha256}-${process.pid}-${randomBytes(8).toString('hex')}.part`);
    active.add(path);
    try {
      const found = await claim(parts, path, file);
      await sweepParts(parts).catch(() => {
        // An old part that cannot be removed is no reason not to fetch a new file.
      });
      if (found !== undefined) return found;
      return new PartFile(path, await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), 0);
    } catch (error) {
      active.delete(path);
      await removeIfEmpty(parts);
      throw cannotWrite(path, error);
    }
  }

  /** What is left by a process that is no more, made ours by its new name. */
  static async claimed(path: string, size: number): Promise<PartFile | undefined> {
    const handle = await open(path, O_RDWR | O_NOFOLLOW).catch(() => undefined);
    if (handle === undefined) {
      // A link or a folder that passes for a part: nothing to go on with.
      await rm(path, { recursive: true });
      return undefined;
    }
    const facts = await handle.stat();
    if (facts.isFile() && facts.nlink === 1 && isOurs(facts.uid)) {
      const found = Math.min(facts.size, size);
      await handle.truncate(found);
      return new PartFile(path, handle, found);
    }
    await handle.close();
    await unlink(path);
    return undefined;
  }

  async write(bytes: Buffer, at: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  /**
   * Whole, under the first free of `names`; resolves with the path. The part is then gone. Not synced, as browsers, curl
   * and rsync do not: what a power cut takes can be fetched again, and a sync makes everybody's posts wait for the disk.
   */
  async settle(names: Iterable<string>): Promise<string> {
    try {
      for (const name of names) {
        if (!(await takeName(this.path, name))) continue;
        await this.discard();
        return name;
      }
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
    throw new LocalFileError(
      'A file of this name exists already; nothing was overwritten. Choose another name.',
    );
  }

  /** Kept on disk, for another time. */
  async leave(): Promise<void> {
    await this.handle.close();
    active.delete(this.path);
  }

  /** Away with it, and with the folder if it was the last. */
  async discard(): Promise<void> {
    await this.leave();
    await unlink(this.path);
    await removeIfEmpty(dirname(this.path));
  }
}

async function removeIfEmpty(parts: string): Promise<void> {
  await rmdir(parts).catch(() => {
    // Not empty: other downloads are in it. Nothing is lost.
  });
}

/** The names to try below `folder`, made here and never by the sender: `plan.pdf`, `plan (1).pdf`, … */
export function* freeNames(folder: string, raw: string): Generator<string, void> {
  const name = safeName(raw);
  yield join(folder, name);
  for (let n = 1; n <= clientBounds.nameTries; n++) yield join(folder, nextName(name, n));
}

async function claim(parts: string, path: string, file: FileNote): Promise<PartFile | undefined> {
  for (const name of await readdir(parts)) {
    if (!name.startsWith(`${file.sha256}-`) || isBusy(join(parts, name), name)) continue;
    const isMine = await rename(join(parts, name), path).then(
      () => true,
      // Another process was quicker: then it is that one's.
      () => false,
    );
    const part = isMine ? await PartFile.claimed(path, file.size) : undefined;
    if (part !== undefined) return part;
  }
  return undefined;
}

/** File systems without hard links (FAT, some network shares) say one of these. */
const linkless: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);

/** False when the name is taken. link() fails on an existing name, a dangling symlink included; rename() would not. */
async function takeName(part: string, name: string): Promise<boolean> {
  const error = await link(part, name).then(() => undefined, errorOf);
  if (error === undefined) return true;
  if (codeOf(error) === 'EEXIST') return false;
  if (!linkless.has(codeOf(error))) throw error;
  return copyTo(part, name);
}

/** The name is made first, exclusively, so that it is ours before a byte is in it; then it is not opened again. */
export async function copyTo(part: string, name: string): Promise<boolean> {
  const handle = await open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch((error: unknown) => {
    if (codeOf(errorOf(error)) !== 'EEXIST') throw error;
  });
  if (handle === undefined) return false;
  try {
    await pipeline(createReadStream(part), handle.createWriteStream({ flush: true }));
    return true;
  } catch (error) {
    await unlink(name);
    throw error;
  }
}
