// What is on the disk, read without the program: the log of a server that is not running, from a copy, so that the
// server's own recovery is still to be done; and its blobs, hashed.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { logFileName } from '../../../src/store/sqlite/open.ts';

export type StoredRow = {
  readonly seq: number;
  readonly at: number;
  readonly room: string;
  readonly member: number;
  /** The device's public key; '0' for none. */
  readonly device: string;
  readonly id: string;
  readonly type: string;
  readonly text: string | null;
  readonly sha256: string | null;
  /** A move that is told to nobody. */
  readonly isQuiet: boolean;
};

export type Stored = {
  readonly logId: string;
  readonly rows: readonly StoredRow[];
  readonly integrity: string;
};

export function readStored(data: string): Stored {
  const copy = mkdtempSync(join(tmpdir(), 'chat-tui-copy-'));
  try {
    for (const end of ['', '-wal']) {
      const from = join(data, `${logFileName}${end}`);
      if (existsSync(from)) cpSync(from, join(copy, `${logFileName}${end}`));
    }
    return read(new DatabaseSync(join(copy, logFileName)));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function read(database: DatabaseSync): Stored {
  const integrity = database.prepare('PRAGMA integrity_check').all();
  const logId = database.prepare("SELECT value FROM meta WHERE name = 'logId'").get()?.value;
  const rows = database
    .prepare(
      `SELECT seq, at, room, events.member, coalesce(key, '0') AS device, lower(hex(events.id)) AS id, type, text,
         sha256, style
       FROM events LEFT JOIN devices ON devices.id = events.device ORDER BY seq`,
    )
    .all();
  database.close();
  return {
    logId: String(logId),
    rows: rows.map(({ style, ...row }) => {
      return { ...row, id: uuid(String(row.id)), isQuiet: style === 'quiet' } as StoredRow;
    }),
    integrity: integrity.map((row) => String(row.integrity_check)).join('\n'),
  };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Digests of the blobs that are there, and the names of those whose bytes are others. */
export function readBlobs(data: string): { readonly whole: Set<string>; readonly damaged: string[] } {
  const folder = join(data, 'blobs');
  const [whole, damaged] = [new Set<string>(), [] as string[]];
  for (const start of existsSync(folder) ? readdirSync(folder) : []) {
    for (const rest of readdirSync(join(folder, start))) {
      const bytes = readFileSync(join(folder, start, rest));
      const name = `${start}${rest}`;
      if (createHash('sha256').update(bytes).digest('hex') === name) whole.add(name);
      else damaged.push(name);
    }
  }
  return { whole, damaged };
}
