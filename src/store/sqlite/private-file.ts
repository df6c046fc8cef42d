// SQLite makes its files readable for everybody and gives -wal and -shm the mode of the first: so the first is made
// here, before SQLite opens it. Called by lock.ts and open.ts.
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const folderMode = 0o700;
export const fileMode = 0o600;

/** Makes the file and its folder if they are not there, and that they are there lasts through a power cut. */
export async function makePrivateFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: folderMode });
  const file = await open(path, 'a', fileMode);
  await file.close();
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
