// The few steps on files that the command line takes in its own folders: made for this user alone, read where they are
// there, written whole. Called by what keeps keys, tokens, profiles and the endpoint file.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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

/** Whole or not at all: a reader never sees half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await rename(await writeDraft(dirname(path), text), path);
}

/** A file of a name that nobody has, to be given its own one by rename() or link(). */
export async function writeDraft(folder: string, text: string): Promise<string> {
  const path = join(folder, `draft-${randomBytes(6).toString('hex')}`);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

/**
 * Makes `folder` for this user alone, and what is missing above it. By single steps: where a parent is there and
 * takes no folders (/proc), Node's own `recursive` never ends.
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
}
