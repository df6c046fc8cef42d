// What SQLite's errors mean for the local store: to be tried again, a file that is no use, or a disk that is none.
import { errorOf } from '../errors.ts';

/** Result codes of SQLite (https://sqlite.org/rescode.html), without their extension in the upper bytes. */
const codes = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const;

function codeOf(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Another process of the member is writing; soon it is not. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === codes.busy || code === codes.locked;
}

/** Not written by us, or not as we left it: its rows or its pages make no sense. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  if (code === codes.corrupt || code === codes.notADatabase) return true;
  const { name } = errorOf(error);
  return name === 'ValiError' || name === 'SyntaxError' || name === 'OtherForm';
}

export function troubleOf(error: unknown, path: string): string {
  const why = codeOf(error) === codes.full ? 'the disk is full' : errorOf(error).message;
  return `What you see and type is not kept on this machine from now on: ${path}: ${why}.`;
}
