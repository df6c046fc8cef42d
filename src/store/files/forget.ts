// A file whose message is gone, gone too. Called by blobs.ts, alone: no upload is opened and no sweep runs meanwhile.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemberId, Sha256 } from '../../protocol/packet.ts';
import { blobPath, type Folders, holderFolder, namesIn } from './folders.ts';
import { parseHolder } from './holders.ts';

/**
 * Ends the member's hold on the file. With the last one the file goes, unless it `isArriving`: then that upload holds it
 * in a moment, or the sweep finds it. Who has it open reads on to its end.
 */
export async function forgetFile(
  folders: Folders,
  member: MemberId,
  sha256: Sha256,
  isArriving: boolean,
): Promise<void> {
  const own = await recordsOf(folders, `${member}`, sha256);
  for (const name of own) await rm(join(holderFolder(folders, `${member}`), name));
  if (isArriving || (await isHeld(folders, sha256))) return;
  await rm(blobPath(folders, sha256), { force: true });
}

async function isHeld(folders: Folders, sha256: Sha256): Promise<boolean> {
  for (const member of await namesIn(folders.holders)) {
    if ((await recordsOf(folders, member, sha256)).length > 0) return true;
  }
  return false;
}

async function recordsOf(folders: Folders, member: string, sha256: Sha256): Promise<string[]> {
  const names = await namesIn(holderFolder(folders, member));
  return names.filter((name) => parseHolder(name)?.sha256 === sha256);
}
