// What nobody will come back for: uploads left alone too long, and what a crash between two steps of `finish` left.
// Called by blobs.ts; no upload is opened while it runs, and those already open are left alone.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, type Folders, namesIn, sizeOf } from './folders.ts';
import { parseHolder } from './holders.ts';

/** Drops unfinished uploads not touched since `oldest` (Unix milliseconds), then blobs and records without the other. */
export async function sweepFiles(folders: Folders, oldest: number, busy: Busy): Promise<void> {
  await sweepUnfinished(folders, oldest, busy);
  const held = await sweepHolders(folders);
  await sweepBlobs(folders, held, busy);
}

/** Uploads that were open when the sweep began, `<member>/<digest>`. */
type Busy = ReadonlySet<string>;

async function sweepUnfinished(folders: Folders, oldest: number, busy: Busy): Promise<void> {
  for (const member of await namesIn(folders.unfinished)) {
    for (const name of await namesIn(join(folders.unfinished, member))) {
      const path = join(folders.unfinished, member, name);
      if (!busy.has(`${member}/${name}`) && (await stat(path)).mtimeMs < oldest) await rm(path);
    }
  }
}

/** Gives the digests that somebody holds. A record without its blob would only count against a quota. */
async function sweepHolders(folders: Folders): Promise<Set<string>> {
  const held = new Set<string>();
  for (const member of await namesIn(folders.holders)) {
    for (const name of await namesIn(join(folders.holders, member))) {
      const blob = parseHolder(name);
      const isThere = blob !== undefined && (await sizeOf(blobPath(folders, blob.sha256))) === blob.size;
      if (isThere) held.add(blob.sha256);
      else await rm(join(folders.holders, member, name));
    }
  }
  return held;
}

/** A blob that nobody holds: the process ended between its rename and its record. */
async function sweepBlobs(folders: Folders, held: ReadonlySet<string>, busy: Busy): Promise<void> {
  const beingStored = new Set([...busy].map((name) => name.slice(name.indexOf('/') + 1)));
  for (const start of await namesIn(folders.blobs)) {
    for (const rest of await namesIn(join(folders.blobs, start))) {
      const sha256 = `${start}${rest}`;
      if (!held.has(sha256) && !beingStored.has(sha256)) await rm(blobPath(folders, sha256));
    }
  }
}
