// A path as people type or drop it (quotes, escaped blanks, `~`, `file://`) to a path. For /file and its completion.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandRefused, unquote } from './command.ts';

/** The path that was meant, absolute. `home` is an argument for tests. */
export function pathOf(typed: string, home: string = homedir()): string {
  const plain = plainPath(typed);
  if (plain.startsWith('file://')) return fromUrl(plain);
  const isHome = /^~(?=$|\/)/.test(plain) || (process.platform === 'win32' && plain.startsWith('~\\'));
  return isHome ? resolve(home, `./${plain.slice(1)}`) : resolve(plain);
}

/** Without its quotes; without quotes a backslash makes the next character plain, except on Windows. */
export function plainPath(typed: string): string {
  const unquoted = unquote(typed);
  if (unquoted !== typed || process.platform === 'win32') return unquoted;
  return typed.replace(/\\(.)/g, '$1');
}

function fromUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CommandRefused(`${url} is not a local file. Type the path of the file.`, { cause });
  }
}
