// What is kept without holes: stretches of a room's log, of which everything between `low` and `high` is here. The one
// that follows goes on to wherever the cursor is. Reading and keeping ask it what is whole.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Span = { readonly low: number; readonly high: number; readonly follows: boolean };

export class Spans {
  readonly #all: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  /** Where what follows ends. */
  readonly #cursor: () => number;

  constructor(database: DatabaseSync, cursor: () => number) {
    this.#cursor = cursor;
    this.#all = database.prepare('SELECT low, high, follows FROM spans WHERE room = ? ORDER BY low');
    this.#insert = database.prepare('INSERT INTO spans (room, low, high, follows) VALUES (?, ?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM spans WHERE room = ? AND low = ?');
  }

  of(room: number): Span[] {
    return this.#all.all(room).map(({ low, high, follows }) => ({
      low: Number(low),
      high: follows === 1 ? Math.max(Number(high), this.#cursor()) : Number(high),
      follows: follows === 1,
    }));
  }

  /** The one that has this place in it. */
  at(room: number, seq: number): Span | undefined {
    return this.of(room).find(({ low, high }) => low <= seq && seq <= high);
  }

  /** The one that goes to the end of what is known. */
  newest(room: number): Span | undefined {
    return this.of(room).find(({ follows }) => follows);
  }

  /** Those that it touches become one with it. */
  add(room: number, span: Span): void {
    let { low, high, follows } = span;
    for (const one of this.of(room)) {
      if (one.low > high + 1 || one.high < low - 1) continue;
      this.#delete.run(room, one.low);
      low = Math.min(low, one.low);
      high = Math.max(high, one.high);
      follows ||= one.follows;
    }
    this.#insert.run(room, low, high, follows ? 1 : 0);
  }

  /** Something is missing behind what is here: it follows no further. */
  end(room: number): void {
    const span = this.newest(room);
    if (span === undefined) return;
    this.#delete.run(room, span.low);
    if (span.high >= span.low) this.#insert.run(room, span.low, span.high, 0);
  }

  /** Nothing up to `seq` is here any more. */
  trim(room: number, seq: number): void {
    for (const { low, high, follows } of this.of(room)) {
      if (low > seq) return;
      this.#delete.run(room, low);
      if (follows || high > seq) this.#insert.run(room, seq + 1, Math.max(high, seq), follows ? 1 : 0);
    }
  }
}
