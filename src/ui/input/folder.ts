// Reads a folder for completion, bounded: a folder with a million entries must not hold up the keys.
import { opendir } from 'node:fs/promises';
import { pathOf } from '../commands/path.ts';
import { candidatesMax, type FolderEntry } from './completion.ts';

/** Entries looked at; what comes after them in a larger folder is not offered. */
const entriesMax = 10_000;

/** Entries of `folder` that begin with `start`, folders first, hidden ones only where a dot was typed. */
export async function listFolder(folder: string, start: string): Promise<readonly FolderEntry[]> {
  const found: FolderEntry[] = [];
  let seen = 0;
  for await (const entry of await opendir(folder === '' ? '.' : pathOf(folder))) {
    seen += 1;
    if (seen > entriesMax || found.length >= candidatesMax) break;
    const { name } = entry;
    if (!name.startsWith(start) || (name.startsWith('.') && !start.startsWith('.'))) continue;
    // A name with control characters cannot be typed into the composer, so it is not offered.
    if (/[\x00-\x1f\x7f-\x9f]/.test(name)) continue;
    found.push({ name, isFolder: entry.isDirectory() });
  }
  return found.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name));
}
