// Where blobs and what belongs to them lie below a data folder, and the few steps on folders that must reach the
// disk. Everything here is ours alone: folders 0700, files 0600. Called by blobs.ts, upload.ts and sweep.ts.
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemberId, Sha256 } from '../../protocol/packet.ts';

export const folderMode = 0o700;
export const fileMode = 0o600;

/** Paths below one data folder. */
export type Folders = {
  /** Whole files, `ab/cdef…`. */
  readonly blobs: string;
  /** What is being uploaded, `<member>/<digest>`. */
  readonly unfinished: string;
  /** Who uploaded what, `<member>/<digest>.<size>`: empty files, so that no table can disagree with the disk. */
  readonly holders: string;
};

export function foldersBelow(folder: string): Folders {
  return {
    blobs: join(folder, 'blobs'),
    unfinished: join(folder, 'unfinished'),
    holders: join(folder, 'holders'),
  };
}

export function blobFolder(folders: Folders, sha256: string): string {
  return join(folders.blobs, sha256.slice(0, 2));
}

export function blobPath(folders: Folders, sha256: string): string {
  return join(blobFolder(folders, sha256), sha256.slice(2));
}

export function unfinishedPath(folders: Folders, member: MemberId, sha256: Sha256): string {
  return join(folders.unfinished, `${member}`, sha256);
}

export function holderFolder(folders: Folders, member: string): string {
  return join(folders.holders, member);
}

export function holderPath(folders: Folders, member: MemberId, sha256: Sha256, size: number): string {
  return join(holderFolder(folders, `${member}`), `${sha256}.${size}`);
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode });
}

/** Makes a rename or a new file in `path` last through a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes of the file at `path`; `undefined` when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Names in the folder; none when there is no folder. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

/** No space, or the quota that the system gave us is used up. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
