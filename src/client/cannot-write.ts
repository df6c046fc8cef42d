// What the system said while a download was written, as a sentence for its receiver. Parts of downloads use it.
import { dirname } from 'node:path';
import { errorOf, LocalFileError } from './errors.ts';

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A full disk is the one that people can do something about, so it has words of its own. */
export function cannotWrite(path: string, thrown: unknown): LocalFileError {
  if (thrown instanceof LocalFileError) return thrown;
  const cause = errorOf(thrown);
  const isFull = fullCodes.has(codeOf(cause));
  const message = isFull
    ? `The disk is full: no room for the file in ${dirname(dirname(path))}. Free some space and fetch it again.`
    : `Cannot write in ${dirname(dirname(path))}: ${cause.message}.`;
  return new LocalFileError(message, { cause });
}

export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
