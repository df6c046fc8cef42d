// The local server's log: a file that stays small. One old file is kept beside it.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { hasCode, isMissing } from '../files.ts';

/** At most this much is kept twice (the file and the one before it): days of a busy local server. */
export const logFileBytesMax = 1024 * 1024;

export type LogFile = { readonly write: (line: string) => void };

/**
 * Lines are few (starts, ends, warnings), so they are written at once: the last one before a crash is there too.
 * On a full disk they are lost: the chat that the disk still has room for is worth more than a line about it.
 */
export function openLogFile(path: string, bytesMax = logFileBytesMax): LogFile {
  let bytes = sizeOf(path);
  return {
    write(line) {
      const text = `${line}\n`;
      const length = Buffer.byteLength(text);
      try {
        if (bytes > 0 && bytes + length > bytesMax) {
          renameSync(path, `${path}.1`);
          bytes = 0;
        }
        appendFileSync(path, text, { mode: 0o600 });
        bytes += length;
      } catch (error) {
        if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'EIO')) throw error;
      }
    },
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
