// Who uploaded which blob: one empty file each, named by digest and size, so that usage is a listing and a crash
// leaves nothing half-written. Called by blobs.ts, upload.ts and sweep.ts.
import { open, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MemberId, Sha256 } from '../../protocol/packet.ts';
import {
  type Folders,
  fileMode,
  holderPath,
  isMissing,
  makeFolder,
  namesIn,
  sizeOf,
  syncFolder,
  unfinishedPath,
} from './folders.ts';

const holderName = /^([0-9a-f]{64})\.(\d+)$/;

export type Held = { readonly sha256: string; readonly size: number };

/** The digest and size that a holder file's name says; `undefined` for a stranger among them. */
export function parseHolder(name: string): Held | undefined {
  const [, sha256, size] = holderName.exec(name) ?? [];
  return sha256 && size ? { sha256, size: Number(size) } : undefined;
}

export async function heldBy(folders: Folders, member: MemberId): Promise<Held[]> {
  const names = await namesIn(join(folders.holders, `${member}`));
  return names.flatMap((name) => parseHolder(name) ?? []);
}

/** On disk when it resolves. The same record twice is one. */
export async function recordHolder(
  folders: Folders,
  member: MemberId,
  sha256: Sha256,
  size: number,
): Promise<void> {
  const path = holderPath(folders, member, sha256, size);
  await makeFolder(dirname(path));
  const handle = await open(path, 'a', fileMode);
  await handle.close();
  await syncFolder(dirname(path));
  await syncFolder(folders.holders);
}

/** The record's time is when its file was last offered; the sweep counts from it. False: it has just been swept. */
export async function keepLonger(
  folders: Folders,
  member: MemberId,
  sha256: Sha256,
  size: number,
): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(holderPath(folders, member, sha256, size), now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A record of this time belongs to a file that a message names: the sweep need not ask again. */
export const namedAt = new Date(0);

/** Bytes of all that the member holds, unfinished ones among them. */
export async function usageOf(folders: Folders, member: MemberId): Promise<number> {
  const held = await heldBy(folders, member);
  const names = await namesIn(join(folders.unfinished, `${member}`));
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folders.unfinished, `${member}`, name))));
  const unfinished = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return held.reduce((sum, { size }) => sum + size, unfinished);
}

/** Bytes of the unfinished upload; 0 when there is none. */
export async function unfinishedBytes(folders: Folders, member: MemberId, sha256: Sha256): Promise<number> {
  return (await sizeOf(unfinishedPath(folders, member, sha256))) ?? 0;
}
