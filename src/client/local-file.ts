// A file of this machine that is being sent: what may be sent, and whether it is still the same. Upload reads it.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { Sha256 } from '../protocol/packet.ts';
import { safeName } from '../text/safe-name.ts';
import { clientBounds } from './bounds.ts';
import { errorOf, LocalFileError } from './errors.ts';

type Words = readonly [what: string, next: string];

const noFile: Words = ['There is no file', 'Check the path.'];
const noPermission: Words = ['No permission to read', 'Ask its owner, or send a copy that you may read.'];
const words: Readonly<Record<string, Words>> = {
  ENOENT: noFile,
  ENOTDIR: noFile,
  EACCES: noPermission,
  EPERM: noPermission,
  ELOOP: ['Links go round in a circle at', 'Name the file itself.'],
  ENAMETOOLONG: ['The name is too long:', 'Check the path.'],
};

/** What the system said of a path, as a sentence and the next step. */
export function cannotRead(path: string, thrown: unknown): LocalFileError {
  const cause = errorOf(thrown);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const [what, next] = words[code] ?? [];
  const message = what === undefined ? `Cannot read ${path}: ${cause.message}.` : `${what} ${path}. ${next}`;
  return new LocalFileError(message, { cause });
}

export class LocalFile {
  readonly path: string;
  readonly size: number;
  /** As it is told to others. */
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #changedAt: bigint;

  private constructor(path: string, handle: FileHandle, facts: { size: number; changedAt: bigint }) {
    this.path = path;
    this.size = facts.size;
    this.name = nameOf(path);
    this.#handle = handle;
    this.#changedAt = facts.changedAt;
  }

  /** Rejects with `LocalFileError` (no such file, a folder, not readable) or `Refusal` (larger than the server takes). */
  static async open(path: string, bytesMax: number): Promise<LocalFile> {
    const handle = await openRegular(path);
    try {
      const facts = await handle.stat({ bigint: true });
      if (!facts.isFile()) throw notAFile(path);
      const size = Number(facts.size);
      if (size > bytesMax) throw tooLarge(path, size, bytesMax);
      return new LocalFile(path, handle, { size, changedAt: facts.mtimeNs });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The whole file's digest. `moved` hears how far it is. */
  async hash(signal: AbortSignal, moved: (bytes: number) => void): Promise<Sha256> {
    const hash = createHash('sha256');
    for await (const { chunk, next } of this.chunks(0)) {
      signal.throwIfAborted();
      hash.update(chunk);
      moved(next);
    }
    await this.check();
    return hash.digest('hex') as Sha256;
  }

  /**
   * The file from `offset` to its end, each chunk with where the next one begins. A chunk is valid until the next but
   * one is asked for: while it is used, the one behind it is being read into the other buffer.
   */
  async *chunks(offset: number): AsyncGenerator<{ readonly chunk: Buffer; readonly next: number }> {
    const size = Math.min(clientBounds.fileChunkBytes, this.size - offset);
    let [buffer, spare] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
    let ahead = this.#read(buffer, offset);
    try {
      for (let at = offset; at < this.size; ) {
        const chunk = await ahead;
        at += chunk.length;
        if (at < this.size) ahead = this.#read(spare, at);
        // How it went is asked when this chunk is used up; until then nobody waits for it.
        ahead.catch(() => undefined);
        [buffer, spare] = [spare, buffer];
        yield { chunk, next: at };
      }
    } finally {
      // Who stops early does not need what was read ahead, nor why it could not be read.
      await ahead.catch(() => undefined);
    }
  }

  /** As many bytes as fit into `buffer` or are left. A file that became shorter has changed. */
  async #read(buffer: Buffer, at: number): Promise<Buffer> {
    const wanted = Math.min(buffer.length, this.size - at);
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, wanted, at);
      if (bytesRead > 0 || wanted === 0) return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw cannotRead(this.path, error);
    }
    throw changed(this.path);
  }

  /** Rejects when the file is not the one that was opened any more. */
  async check(): Promise<void> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    if (Number(size) !== this.size || mtimeNs !== this.#changedAt) throw changed(this.path);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  try {
    // Looked at first: opening a device or a pipe may do something, or wait for ever.
    if (!(await stat(path)).isFile()) throw notAFile(path);
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw error instanceof LocalFileError ? error : cannotRead(path, error);
  }
}

function nameOf(path: string): string {
  const name = basename(path).toWellFormed();
  return Buffer.byteLength(name) <= limits.fileNameBytes ? name : safeName(name);
}

function notAFile(path: string): LocalFileError {
  return new LocalFileError(`${path} is no file; a folder can be packed first (tar) and sent as one.`);
}

function changed(path: string): LocalFileError {
  return new LocalFileError(`${path} changed while it was read; send it again when nothing writes to it.`);
}

/** The server's bound, so it is the server's refusal, only sooner: before the file is read. */
function tooLarge(path: string, size: number, most: number): Refusal {
  const count = (bytes: number) => bytes.toLocaleString('en');
  return new Refusal(
    'too-large',
    `${path} has ${count(size)} bytes; this server takes files of at most ${count(most)}. Split it, or ask its host to raise --max-upload.`,
  );
}
