// The rooms the member is in: what is known of each, how far it was read, and by which number its events go.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { Mark, RoomNote } from '../../protocol/packet.ts';

export type KeptRoom = {
  readonly id: number;
  readonly note: RoomNote;
  readonly mark: Mark | undefined;
};

export class Rooms {
  readonly #id: StatementSync;
  readonly #all: StatementSync;
  readonly #one: StatementSync;
  readonly #leastRead: StatementSync;
  readonly #put: StatementSync;
  readonly #mark: StatementSync;
  readonly #read: StatementSync;
  readonly #delete: StatementSync;
  /** Of this transaction or reading. */
  readonly #ids = new Map<string, number | undefined>();

  constructor(database: DatabaseSync) {
    this.#id = database.prepare('SELECT id FROM rooms WHERE room = ?');
    this.#all = database.prepare('SELECT id, note, mark FROM rooms ORDER BY id');
    this.#one = database.prepare('SELECT id, note, mark FROM rooms WHERE room = ?');
    this.#leastRead = database.prepare('SELECT id FROM rooms ORDER BY read_at, id');
    this.#put = database.prepare(
      'INSERT INTO rooms (room, note) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET note = excluded.note',
    );
    this.#mark = database.prepare('UPDATE rooms SET mark = ? WHERE room = ?');
    this.#read = database.prepare('UPDATE rooms SET read_at = ? WHERE room = ?');
    this.#delete = database.prepare('DELETE FROM rooms WHERE id = ?');
  }

  /** `undefined` for one that the member is not in. */
  id(room: RoomName): number | undefined {
    if (!this.#ids.has(room)) {
      const id = this.#id.get(room)?.id;
      this.#ids.set(room, typeof id === 'number' ? id : undefined);
    }
    return this.#ids.get(room);
  }

  get all(): KeptRoom[] {
    return this.#all.all().map(roomOf);
  }

  get(room: RoomName): KeptRoom | undefined {
    const row = this.#one.get(room);
    return row === undefined ? undefined : roomOf(row);
  }

  /** Those that were looked at longest ago first. */
  get leastRead(): number[] {
    return this.#leastRead.all().map(({ id }) => Number(id));
  }

  name(id: number): RoomName | undefined {
    return this.all.find((room) => room.id === id)?.note.room;
  }

  put(note: RoomNote): void {
    this.#put.run(note.room, JSON.stringify(note));
    this.#ids.delete(note.room);
  }

  mark(mark: Mark): void {
    this.#mark.run(JSON.stringify(mark), mark.room);
  }

  readAt(room: RoomName, at: number): void {
    this.#read.run(at, room);
  }

  delete(id: number): void {
    this.#delete.run(id);
    this.#ids.clear();
  }

  /** What is undone or written by another process is read anew. */
  forget(): void {
    this.#ids.clear();
  }
}

const Row = v.object({ id: v.number(), note: v.string(), mark: v.nullable(v.string()) });

function roomOf(row: unknown): KeptRoom {
  const { id, note, mark } = v.parse(Row, row);
  return {
    id,
    note: v.parse(RoomNote, JSON.parse(note)),
    mark: mark === null ? undefined : v.parse(Mark, JSON.parse(mark)),
  };
}
