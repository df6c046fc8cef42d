// The folder beside a download's target in which its part grows: private, on the same file system, and swept of what
// nobody came back for. Part files are named `<digest>-<process>-<random>.part`.
import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clientBounds } from './bounds.ts';
import { cannotWrite, codeOf } from './cannot-write.ts';
import { errorOf, LocalFileError } from './errors.ts';

const folderName = '.chat-tui-part';
const partName = /^[0-9a-f]{64}-\d+-[0-9a-f]+\.part$/;

/** Parts that this process writes now: another download of the same file makes its own. */
export const active = new Set<string>();

/** A folder only we can enter: what is written there cannot be swapped for a link by somebody else. */
export async function partFolder(folder: string): Promise<string> {
  const parts = join(folder, folderName);
  try {
    await mkdir(folder, { recursive: true });
    await mkdir(parts, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(errorOf(error)) !== 'EEXIST') throw error;
    });
    const facts = await lstat(parts);
    if (facts.isDirectory() && isOurs(facts.uid)) {
      if ((facts.mode & 0o077) !== 0) await chmod(parts, 0o700);
      return parts;
    }
  } catch (error) {
    throw cannotWrite(join(parts, 'x'), error);
  }
  throw new LocalFileError(
    `${parts} is in the way: it is no folder of yours. Move it and fetch the file again.`,
  );
}

export function isOurs(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}

/** Removes parts that are older than `partsKeptMs` and nobody's. */
export async function sweepParts(parts: string): Promise<void> {
  const oldest = Date.now() - clientBounds.partsKeptMs;
  for (const name of await readdir(parts)) {
    const path = join(parts, name);
    if (!partName.test(name) || isBusy(path, name)) continue;
    const facts = await lstat(path).catch(() => undefined);
    if (facts !== undefined && facts.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
}

export function isBusy(path: string, name: string): boolean {
  if (active.has(path)) return true;
  const pid = Number(name.split('-')[1]);
  return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return codeOf(errorOf(error)) === 'EPERM';
  }
}
