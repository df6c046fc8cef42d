// Single values of the file by name: whose it is, and where in which log it stands.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { RoomName } from '../../protocol/names.ts';
import { LogId, MemberId, Seq } from '../../protocol/packet.ts';

const schemas = { logId: LogId, cursor: Seq, member: MemberId, nick: v.string(), room: RoomName } as const;
type Values = { readonly [Name in keyof typeof schemas]: v.InferOutput<(typeof schemas)[Name]> };

export class Meta {
  readonly #get: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT value FROM meta WHERE name = ?');
    this.#set = database.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)');
    this.#delete = database.prepare('DELETE FROM meta WHERE name = ?');
  }

  get<Name extends keyof Values>(name: Name): Values[Name] | undefined {
    const row = this.#get.get(name);
    if (row === undefined) return undefined;
    return v.parse(schemas[name], JSON.parse(String(row.value))) as Values[Name];
  }

  set<Name extends keyof Values>(name: Name, value: Values[Name] | undefined): void {
    if (value === undefined) this.#delete.run(name);
    else this.#set.run(name, JSON.stringify(value));
  }
}
