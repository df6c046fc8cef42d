// Drafts, ignored people and highlight words in their tables. Small, so they are read once and kept in memory beside the file.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { RoomName } from '../../protocol/names.ts';
import { MemberId } from '../../protocol/packet.ts';

export class Words {
  readonly #setDraft: StatementSync;
  readonly #deleteDraft: StatementSync;
  readonly #setIgnored: StatementSync;
  readonly #deleteIgnored: StatementSync;
  readonly #setHighlight: StatementSync;
  readonly #deleteHighlight: StatementSync;
  readonly drafts: ReadonlyMap<RoomName, string>;
  readonly ignored: ReadonlyMap<MemberId, string>;
  readonly highlights: readonly string[];

  constructor(database: DatabaseSync) {
    this.#setDraft = database.prepare('INSERT OR REPLACE INTO drafts (room, text) VALUES (?, ?)');
    this.#deleteDraft = database.prepare('DELETE FROM drafts WHERE room = ?');
    this.#setIgnored = database.prepare('INSERT OR REPLACE INTO ignored (member, nick) VALUES (?, ?)');
    this.#deleteIgnored = database.prepare('DELETE FROM ignored WHERE member = ?');
    this.#setHighlight = database.prepare('INSERT OR REPLACE INTO highlights (word) VALUES (?)');
    this.#deleteHighlight = database.prepare('DELETE FROM highlights WHERE word = ?');
    const drafts = database.prepare('SELECT room, text FROM drafts').all();
    this.drafts = new Map(drafts.map(({ room, text }) => [v.parse(RoomName, room), String(text)]));
    const ignored = database.prepare('SELECT member, nick FROM ignored').all();
    this.ignored = new Map(ignored.map(({ member, nick }) => [v.parse(MemberId, member), String(nick)]));
    this.highlights = database
      .prepare('SELECT word FROM highlights')
      .all()
      .map(({ word }) => String(word));
  }

  draft(room: RoomName, text: string): void {
    if (text === '') this.#deleteDraft.run(room);
    else this.#setDraft.run(room, text);
  }

  ignore(member: MemberId, nick: string | undefined): void {
    if (nick === undefined) this.#deleteIgnored.run(member);
    else this.#setIgnored.run(member, nick);
  }

  highlight(word: string, what: 'added' | 'removed'): void {
    if (what === 'added') this.#setHighlight.run(word);
    else this.#deleteHighlight.run(word);
  }
}
