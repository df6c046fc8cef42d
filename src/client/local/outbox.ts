// The outbox's table: what was said and is not acknowledged, in the order in which it is to be sent. What was dropped
// stays as its id alone, so that no other process of the member sends it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { RoomName } from '../../protocol/names.ts';
import { clientPackets, type PostId, PostId as PostIdSchema, serverPackets } from '../../protocol/packet.ts';
import type { OutboxEntry, Saying } from '../client.ts';
import { packetOf } from '../saying.ts';

const Row = v.object({
  id: PostIdSchema,
  room: RoomName,
  typed_at: v.number(),
  state: v.picklist(['queued', 'failed']),
  error: v.nullable(v.string()),
  saying: v.string(),
});
const Why = v.pick(serverPackets.error, ['code', 'message']);

const read = `SELECT id, room, typed_at, state, error, saying FROM outbox WHERE state <> 'dropped' ORDER BY place LIMIT ?`;

export class OutboxTable {
  readonly #all: StatementSync;
  readonly #insert: StatementSync;
  readonly #state: StatementSync;
  readonly #last: StatementSync;
  readonly #delete: StatementSync;
  readonly #drop: StatementSync;
  readonly #dropped: StatementSync;
  readonly #oldDrops: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare(read);
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO outbox (id, room, typed_at, state, error, saying) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#state = database.prepare('UPDATE outbox SET state = ?, error = ? WHERE id = ?');
    this.#last = database.prepare(
      'UPDATE outbox SET place = (SELECT max(place) + 1 FROM outbox) WHERE id = ?',
    );
    this.#delete = database.prepare("DELETE FROM outbox WHERE id = ? AND state <> 'dropped'");
    this.#drop = database.prepare(
      `INSERT INTO outbox (id, room, typed_at, state, saying) VALUES (?, '', ?, 'dropped', '')
       ON CONFLICT (id) DO UPDATE SET state = 'dropped', room = '', saying = '', error = NULL`,
    );
    this.#dropped = database.prepare("SELECT id FROM outbox WHERE state = 'dropped'");
    this.#oldDrops = database.prepare("DELETE FROM outbox WHERE state = 'dropped' AND typed_at < ?");
  }

  load(): OutboxEntry[] {
    return this.#all.all(limits.outboxEntries).map(entryOf);
  }

  put(entry: OutboxEntry): void {
    const { id, room, typedAt, saying } = entry;
    this.#insert.run(id, room, typedAt, stateOf(entry), errorOf(entry), JSON.stringify(saying));
  }

  /** Its state is another: refused, or to be sent after all. */
  turn(entry: OutboxEntry): void {
    this.#state.run(stateOf(entry), errorOf(entry), entry.id);
  }

  toEnd(id: PostId): void {
    this.#last.run(id);
  }

  delete(id: PostId): void {
    this.#delete.run(id);
  }

  drop(id: PostId, at: number): void {
    this.#drop.run(id, at);
  }

  dropped(): ReadonlySet<PostId> {
    return new Set(this.#dropped.all().map(({ id }) => v.parse(PostIdSchema, id)));
  }

  /** Drops from before `at`: no process that has those entries runs any more. */
  forgetDrops(at: number): void {
    this.#oldDrops.run(at);
  }
}

function stateOf({ state }: OutboxEntry): string {
  return state === 'failed' ? 'failed' : 'queued';
}

function errorOf({ error }: OutboxEntry): string | null {
  return error === undefined ? null : JSON.stringify({ code: error.code, message: error.message });
}

function entryOf(row: unknown): OutboxEntry {
  const { id, room, typed_at, state, error, saying } = v.parse(Row, row);
  const why = error === null ? undefined : v.parse(Why, JSON.parse(error));
  return {
    id,
    room,
    typedAt: typed_at,
    state,
    ...(why === undefined ? {} : { error: new Refusal(why.code, why.message) }),
    saying: sayingOf(id, room, JSON.parse(saying)),
  };
}

const Packet = v.variant('kind', [
  clientPackets.post,
  clientPackets.edit,
  clientPackets.delete,
  clientPackets.react,
  clientPackets.topic,
]);

/** Read as the packet that it goes up as: what is none would cost the connection each time. */
function sayingOf(id: PostId, room: RoomName, saying: Saying): Saying {
  const { id: _id, room: _room, ...content } = v.parse(Packet, packetOf({ id, room, saying }));
  return content;
}
