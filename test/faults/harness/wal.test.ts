// A write-ahead log that ends in a commit is told from one that was cut within it.
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { logFileName } from '../../../src/store/sqlite/open.ts';
import { endsInACommit } from './wal.ts';

test('a log cut within its last frame, or before it, ends in a commit that is not whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-tui-wal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(endsInACommit(folder)).toBe(false);
  const database = new DatabaseSync(join(folder, logFileName));
  onTestFinished(() => database.close());
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (text TEXT); CREATE TABLE b (text TEXT)');
  database.exec("BEGIN; INSERT INTO a VALUES ('one'); INSERT INTO b VALUES ('two'); COMMIT");
  expect(endsInACommit(folder)).toBe(false);
  const wal = join(folder, `${logFileName}-wal`);
  const frameBytes = 24 + 4_096;
  truncateSync(wal, statSync(wal).size - 1);
  expect(endsInACommit(folder)).toBe(true);
  truncateSync(wal, statSync(wal).size - frameBytes + 1);
  expect(endsInACommit(folder)).toBe(true);
});
