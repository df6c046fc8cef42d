// Whether a process was killed while it wrote a commit: the write-ahead log then ends in frames of a transaction whose
// last frame, the one with the commit mark, is missing (https://sqlite.org/fileformat2.html#the_write_ahead_log).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logFileName } from '../../../src/store/sqlite/open.ts';

const headBytes = 32;
const frameHeadBytes = 24;

export function endsInACommit(data: string): boolean {
  const path = join(data, `${logFileName}-wal`);
  if (!existsSync(path)) return false;
  const wal = readFileSync(path);
  if (wal.length < headBytes) return false;
  const frameBytes = frameHeadBytes + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let isCommitted = true;
  let at = headBytes;
  // Frames of before the last checkpoint have other salts.
  while (at + frameHeadBytes <= wal.length && wal.subarray(at + 8, at + 16).equals(salts)) {
    isCommitted = at + frameBytes <= wal.length && wal.readUInt32BE(at + 4) > 0;
    at += frameBytes;
  }
  return !isCommitted;
}
