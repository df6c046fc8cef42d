// The few steps on files that the command line takes in its own folders: made for this user alone, read where they are
// there, written whole. Called by what keeps keys, tokens, profiles and the endpoint file.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../store/files/folders.ts';

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The text of the file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whole or not at all: a reader never sees half of it, nor does the start after a power cut. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await rename(await writeDraft(dirname(path), text), path);
}

/** As `writeWhole`, and a power cut after it takes it no more. */
export async function writeLasting(path: string, text: string): Promise<void> {
  await writeWhole(path, text);
  await syncNames(dirname(path));
}

/** A file of a name that nobody has, its text on disk, to be given its own one by rename() or link(). */
export async function writeDraft(folder: string, text: string): Promise<string> {
  const path = join(folder, `draft-${randomBytes(6).toString('hex')}`);
  await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true });
  return path;
}

/**
 * Makes `folder` for this user alone, and what is missing above it. By single steps: where a parent is there and
 * takes no folders (/proc), Node's own `recursive` never ends. Each lasts through a power cut before anything is in it:
 * what is synced in a folder is lost with the folder's own name.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makePrivateFolder(parent);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in the same moment.
    if (!(await isFolder(folder))) throw error;
  }
  await syncNames(parent);
}

/** The names in `folder` last. Windows opens no folders, some file systems sync none: it is then up to them. */
async function syncNames(folder: string): Promise<void> {
  await syncFolder(folder).catch((error: unknown) => {
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP')) throw error;
  });
}
