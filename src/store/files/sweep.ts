// What nobody will come back for: uploads left alone too long, and what a crash between two steps of `finish` left.
// Called by blobs.ts; no upload is opened while it runs, and those already open are left alone.
import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { Sha256 } from '../../protocol/packet.ts';
import type { IsNamed } from '../blobs.ts';
import { toMemberId } from '../ids.ts';
import { blobPath, type Folders, namesIn, sizeOf } from './folders.ts';
import { namedAt, parseHolder } from './holders.ts';

export type Sweep = {
  /** What was not touched since then may go; Unix milliseconds. */
  readonly oldest: number;
  /** Uploads that were open when the sweep began, `<member>/<digest>`. */
  readonly busy: ReadonlySet<string>;
  readonly isNamed: IsNamed;
  /** Of this run of the store: a message may have been deleted in the last one, and its file not. */
  readonly isFirst: boolean;
};

/** Drops unfinished uploads and unnamed files that are too old, then blobs and records without the other. */
export async function sweepFiles(folders: Folders, sweep: Sweep): Promise<void> {
  await sweepUnfinished(folders, sweep);
  const held = await sweepHolders(folders, sweep);
  await sweepBlobs(folders, held, sweep);
}

async function sweepUnfinished(folders: Folders, { oldest, busy }: Sweep): Promise<void> {
  for (const member of await namesIn(folders.unfinished)) {
    for (const name of await namesIn(join(folders.unfinished, member))) {
      const path = join(folders.unfinished, member, name);
      if (!busy.has(`${member}/${name}`) && (await stat(path)).mtimeMs < oldest) await rm(path);
    }
  }
}

/** Gives the digests that somebody holds. A record without its blob would only count against a quota. */
async function sweepHolders(folders: Folders, sweep: Sweep): Promise<Set<string>> {
  const held = new Set<string>();
  for (const member of await namesIn(folders.holders)) {
    for (const name of await namesIn(join(folders.holders, member))) {
      const blob = parseHolder(name);
      const path = join(folders.holders, member, name);
      const isThere = blob !== undefined && (await sizeOf(blobPath(folders, blob.sha256))) === blob.size;
      if (isThere && (await isWanted(path, { member, sha256: blob.sha256 }, sweep))) held.add(blob.sha256);
      else await rm(path);
    }
  }
  return held;
}

/** Uploaded and never posted, a file is nobody's: it would count against its member for ever. */
async function isWanted(
  record: string,
  { member, sha256 }: { readonly member: string; readonly sha256: string },
  { oldest, isNamed, isFirst }: Sweep,
): Promise<boolean> {
  const { mtimeMs } = await stat(record);
  if (mtimeMs >= oldest || (mtimeMs === namedAt.getTime() && !isFirst)) return true;
  if (!(await isNamed(v.parse(Sha256, sha256), toMemberId(Number(member))))) return false;
  await utimes(record, namedAt, namedAt);
  return true;
}

/** A blob that nobody holds: the process ended between its rename and its record. */
async function sweepBlobs(folders: Folders, held: ReadonlySet<string>, { busy }: Sweep): Promise<void> {
  const beingStored = new Set([...busy].map((name) => name.slice(name.indexOf('/') + 1)));
  for (const start of await namesIn(folders.blobs)) {
    for (const rest of await namesIn(join(folders.blobs, start))) {
      const sha256 = `${start}${rest}`;
      if (!held.has(sha256) && !beingStored.has(sha256)) await rm(blobPath(folders, sha256));
    }
  }
}
