// The open file of a local store: its tables' users, and the one way to write to them and the one way to read.
import type { DatabaseSync } from 'node:sqlite';
import { OutboxTable } from './outbox.ts';
import { RoomForMore } from './room-for-more.ts';
import { Seen } from './seen.ts';
import { openTables } from './tables.ts';
import { Words } from './words.ts';

export class File {
  readonly seen: Seen;
  readonly outbox: OutboxTable;
  readonly words: Words;
  readonly #database: DatabaseSync;
  readonly #room: RoomForMore;

  /** Throws what SQLite says of a file that cannot be opened or makes no sense. */
  constructor(path: string, bytesMax: number) {
    this.#database = openTables(path);
    try {
      this.seen = new Seen(this.#database);
      this.outbox = new OutboxTable(this.#database);
      this.words = new Words(this.#database);
      this.#room = new RoomForMore(this.#database, this.seen.rooms, this.seen.spans, bytesMax);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** All of it or nothing. `for good`: it is there after a power cut too, which takes a few milliseconds. */
  write(work: (file: File) => void, how?: 'for good'): void {
    if (how !== undefined) this.#database.exec('PRAGMA synchronous = FULL');
    try {
      this.#transact('BEGIN IMMEDIATE', () => {
        work(this);
        this.#room.make();
      });
    } finally {
      if (how !== undefined) this.#database.exec('PRAGMA synchronous = NORMAL');
    }
    if (this.seen.hasTakenAway) this.#overwrite();
  }

  read<Result>(look: (file: File) => Result): Result {
    let result: { readonly is: Result } | undefined;
    this.#transact('BEGIN', () => {
      result = { is: look(this) };
    });
    return (result as { readonly is: Result }).is;
  }

  /** Other processes of the member write to the file too, so nothing is known from before. */
  #transact(begin: string, work: () => void): void {
    this.#database.exec(begin);
    try {
      this.seen.refresh();
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.seen.refresh();
      throw error;
    }
  }

  /** What a deletion took stands in the write-ahead log still. While another process reads, it is tried again later. */
  #overwrite(): void {
    const row = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    this.seen.hasTakenAway = row?.busy !== 0;
  }

  close(): void {
    this.#database.close();
  }
}
