// The events that are kept, each room's by its seq: put in, changed by what later ones say of them, read out as they
// are now. What of it is whole is the business of spans.ts.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { RoomName } from '../../protocol/names.ts';
import type { AnyEvent, ChangeEvent, MessageEvent, Quote } from '../../protocol/packet.ts';
import { changed } from '../changes.ts';
import type { Nicks } from './nicks.ts';
import { beginning, quoteOf } from './quote.ts';
import { type EventRow, eventOf, rowOf } from './rows.ts';

const columns = 'seq, at, member, type, text, folded, reply, more';

export type Place = { readonly id: number; readonly room: RoomName };

export class Events {
  readonly #database: DatabaseSync;
  readonly #nicks: Nicks;
  readonly #at: StatementSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;
  readonly #replies: StatementSync;
  readonly #pages = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, nicks: Nicks) {
    this.#database = database;
    this.#nicks = nicks;
    const values = `INTO events (room, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#at = database.prepare(`SELECT ${columns} FROM events WHERE room = ? AND seq = ?`);
    this.#insert = database.prepare(`INSERT OR IGNORE ${values}`);
    this.#replace = database.prepare(`INSERT OR REPLACE ${values}`);
    this.#replies = database.prepare(`SELECT ${columns} FROM events WHERE room = ? AND reply = ?`);
  }

  at(place: Place, seq: number): AnyEvent | undefined {
    const row = this.#at.get(place.id, seq);
    return row === undefined ? undefined : this.#read(row as EventRow, place);
  }

  /** One that is there stays as it is: later events may have changed it. */
  add(place: Place, event: AnyEvent): void {
    this.#meet(event);
    this.#insert.run(place.id, ...valuesOf(event));
  }

  /** As a server told it: it takes the place of an older view. */
  refresh(place: Place, event: AnyEvent): void {
    const before = this.at(place, event.seq);
    if (before?.type === 'message' && event.type === 'message' && isNewer(before, event)) return;
    this.#meet(event);
    this.#replace.run(place.id, ...valuesOf(event));
  }

  change(place: Place, change: ChangeEvent): void {
    const target = this.at(place, change.target);
    if (target?.type === 'message') {
      const after = changed(target, change);
      if (after !== target) this.#replace.run(place.id, ...valuesOf(after));
    }
    if (change.type !== 'reaction') this.#requote(place, change);
  }

  /** Those of the room between the bounds, rising, from the end that is asked for. */
  page(place: Place, bounds: Bounds): AnyEvent[] {
    const { from, to, take, limit } = bounds;
    const order = take === 'newest' ? 'DESC' : 'ASC';
    const rows = this.#page(`room = ? AND seq BETWEEN ? AND ? ORDER BY seq ${order} LIMIT ?`).all(
      place.id,
      from,
      to,
      limit,
    );
    const events = rows.map((row) => this.#quoted(this.#read(row as EventRow, place), place));
    return take === 'newest' ? events.reverse() : events;
  }

  /** The first of the room at or after this time. */
  firstAt(place: Place, at: number): number | undefined {
    const row = this.#page('room = ? AND at >= ? ORDER BY seq LIMIT 1').get(place.id, at);
    return row === undefined ? undefined : Number(row.seq);
  }

  /** Rows that a search's condition finds, the newest first. */
  find(
    where: string,
    values: readonly SQLInputValue[],
    placeOf: (id: number) => Place | undefined,
  ): AnyEvent[] {
    const rows = this.#database.prepare(`SELECT room, ${columns} FROM events WHERE ${where}`).all(...values);
    return rows.flatMap((row) => {
      const place = placeOf(Number(row.room));
      return place === undefined
        ? []
        : [this.#quoted(this.#read(row as EventRow & typeof row, place), place)];
    });
  }

  #page(rest: string): StatementSync {
    const statement =
      this.#pages.get(rest) ?? this.#database.prepare(`SELECT ${columns} FROM events WHERE ${rest}`);
    this.#pages.set(rest, statement);
    return statement;
  }

  #meet(event: AnyEvent): void {
    this.#nicks.met(event.member, event.nick);
    if (event.type === 'invite') this.#nicks.met(event.guest, event.guestNick);
    if (event.type === 'message' && event.quote) this.#nicks.met(event.quote.member, event.quote.nick);
  }

  #read(row: EventRow, { room }: Place): AnyEvent {
    const event = eventOf(row, room, this.#nicks.of(row.member));
    return event.type === 'invite' ? { ...event, guestNick: this.#nicks.of(event.guest) } : event;
  }

  /** With the quote as it is now, where its message is here. */
  #quoted(event: AnyEvent, place: Place): AnyEvent {
    if (event.type !== 'message' || event.reply === undefined || event.deleted === true) return event;
    const target = this.at(place, event.reply);
    const quote: Quote | undefined = target === undefined ? this.#asTold(event) : quoteOf(target);
    const { quote: _, ...rest } = event;
    return quote === undefined ? rest : { ...rest, quote };
  }

  #asTold({ quote }: MessageEvent): Quote | undefined {
    return quote && { ...quote, nick: this.#nicks.of(quote.member) };
  }

  /** What was quoted reads otherwise now, or is gone. Its message need not be here, so the quote itself is kept right. */
  #requote(place: Place, change: Exclude<ChangeEvent, { type: 'reaction' }>): void {
    for (const row of this.#replies.all(place.id, change.target)) {
      const event = this.#read(row as EventRow, place);
      if (event.type !== 'message' || event.quote === undefined) continue;
      const { quote, ...rest } = event;
      const edited = change.type === 'edit' ? { quote: { ...quote, text: beginning(change.text) } } : {};
      this.#replace.run(place.id, ...valuesOf({ ...rest, ...edited }));
    }
  }
}

export type Bounds = {
  /** Inclusive. */
  readonly from: number;
  readonly to: number;
  readonly take: 'oldest' | 'newest';
  readonly limit: number;
};

function isNewer(one: MessageEvent, other: MessageEvent): boolean {
  return one.deleted === true || (one.changed ?? 0) > (other.changed ?? 0);
}

function valuesOf(event: AnyEvent): SQLInputValue[] {
  const { seq, at, member, type, text, folded, reply, more } = rowOf(event);
  return [seq, at, member, type, text, folded, reply, more];
}
