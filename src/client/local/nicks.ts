// Who is called what, as far as was heard: events are kept without their nick and read with that of today.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MemberId } from '../../protocol/packet.ts';
import { nickSkeleton } from '../../text/nick.ts';

/** Shown for somebody whose nick got lost; there is none in a sound file. */
const noNick = '?';

export class Nicks {
  readonly #get: StatementSync;
  readonly #all: StatementSync;
  readonly #set: StatementSync;
  /** Of this run, so that a talk costs no write for each line. */
  readonly #known = new Map<number, string>();

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT nick FROM nicks WHERE member = ?');
    this.#all = database.prepare('SELECT member, nick FROM nicks');
    this.#set = database.prepare('INSERT OR REPLACE INTO nicks (member, nick) VALUES (?, ?)');
  }

  of(member: number): string {
    const known = this.#known.get(member);
    if (known !== undefined) return known;
    const nick = this.#get.get(member)?.nick;
    if (typeof nick !== 'string') return noNick;
    this.#known.set(member, nick);
    return nick;
  }

  /** Those who are called so, in whatever way of writing. */
  called(nick: string): number[] {
    const wanted = nickSkeleton(nick);
    const all = this.#all.all();
    return all.flatMap((row) => (nickSkeleton(String(row.nick)) === wanted ? [Number(row.member)] : []));
  }

  met(member: MemberId, nick: string): void {
    if (this.of(member) === nick) return;
    this.#set.run(member, nick);
    this.#known.set(member, nick);
  }

  /** What is undone or written by another process is read anew. */
  forget(): void {
    this.#known.clear();
  }
}
