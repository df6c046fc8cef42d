// `chat-tui backup --keys FILE`: the keys of all profiles of this data folder in one file with a passphrase. Who loses a
// machine is somebody again with it; without it, only with a code from the server's operator.
import { access, open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LocalFileError } from '../../client/errors.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { hasCode } from '../files.ts';
import { seal } from '../key-file.ts';
import { newPassphrase } from '../passphrase.ts';
import { allKeys } from '../profiles.ts';

export async function backup(context: Context): Promise<number> {
  const { flags, paths, output } = context;
  const path = resolve(flags.keys ?? '');
  const keys = await allKeys(paths.data);
  if (keys.length === 0) {
    throw new Failure(exitCodes.failure, `There is no key below ${paths.data} yet, so nothing was written.`);
  }
  if (await isThere(path)) throw inTheWay(path);
  await writeNew(path, await seal(keys, await newPassphrase(context)));
  if (flags.json === true) await output.json({ path, keys: keys.length });
  else
    await output.line(
      `${keys.length === 1 ? '1 key' : `${keys.length} keys`} written to ${JSON.stringify(path)}`,
    );
  return exitCodes.done;
}

/** Asked before a passphrase is typed twice for nothing; what counts is `writeNew`. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not to be reached: the writing says which.
    return false;
  }
}

function inTheWay(path: string): LocalFileError {
  return new LocalFileError(
    `${JSON.stringify(path)} is there already and is not overwritten. Choose another name.`,
  );
}

/** Whole or not at all. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw hasCode(error, 'EEXIST') ? inTheWay(path) : error;
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
