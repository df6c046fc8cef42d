// What was seen, in one file: the log's events as they read now, which stretches of them are whole, the rooms and where
// the cursor stands. Each method is part of a transaction of keeping.ts.
import type { DatabaseSync } from 'node:sqlite';
import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import { type AnyEvent, isChange, type Mark, type RoomNote, type Seq } from '../../protocol/packet.ts';
import type { Kept, PastBounds, Welcome } from '../client.ts';
import type { News, Past, Presence } from '../local-store.ts';
import { opensPast } from '../opened.ts';
import { Events, type Place } from './events.ts';
import { Marks } from './marks.ts';
import { Meta } from './meta.ts';
import { Nicks } from './nicks.ts';
import { Pages, spanOf } from './past.ts';
import { Rooms } from './rooms.ts';
import { Spans } from './spans.ts';

export class Seen {
  readonly meta: Meta;
  readonly rooms: Rooms;
  readonly nicks: Nicks;
  readonly events: Events;
  readonly spans: Spans;
  readonly marks: Marks;
  readonly #pages: Pages;
  readonly #database: DatabaseSync;
  #cursor: Seq | undefined;
  /** A deletion was applied: the write-ahead log still has what it took away. */
  hasTakenAway = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.meta = new Meta(database);
    this.rooms = new Rooms(database);
    this.nicks = new Nicks(database);
    this.events = new Events(database, this.nicks);
    this.spans = new Spans(database, () => this.#cursor ?? 0);
    this.marks = new Marks(database, this.rooms, this.spans);
    this.#pages = new Pages(this.events, this.spans);
    this.refresh();
  }

  get cursor(): Seq | undefined {
    return this.#cursor;
  }

  /** Another process of the member may have written meanwhile, or what was written was undone. */
  refresh(): void {
    this.#cursor = this.meta.get('cursor');
    this.rooms.forget();
    this.nicks.forget();
  }

  /** Everything of another log, and of another member, goes. */
  letGo(): void {
    for (const table of ['events', 'spans', 'rooms', 'nicks']) this.#database.exec(`DELETE FROM ${table}`);
    for (const name of ['cursor', 'logId', 'member', 'nick'] as const) this.meta.set(name, undefined);
    this.refresh();
    this.hasTakenAway = true;
  }

  welcomed({ logId, member, nick, rooms }: Welcome, isNewLog: boolean): void {
    const [ofLog, ofMember] = [this.meta.get('logId'), this.meta.get('member')];
    const isOther =
      (ofLog !== undefined && ofLog !== logId) || (ofMember !== undefined && ofMember !== member);
    if (isNewLog || isOther) this.letGo();
    this.meta.set('logId', logId);
    this.meta.set('member', member);
    this.#isCalled(nick);
    const names = new Set(rooms.map(({ room }) => room));
    for (const { note } of this.rooms.all) if (!names.has(note.room)) this.parted(note.room);
    for (const note of rooms) this.joined(note);
  }

  #isCalled(nick: string): void {
    if (this.meta.get('nick') !== nick) this.meta.set('nick', nick);
    const member = this.meta.get('member');
    if (member !== undefined) this.nicks.met(member, nick);
  }

  joined(note: RoomNote): void {
    this.rooms.put(note);
    if (note.with) this.nicks.met(note.with.member, note.with.nick);
  }

  /** Who is not in a room hears of no deletion there, so nothing of it may stay. */
  parted(room: RoomName): void {
    const id = this.rooms.id(room);
    if (id === undefined) return;
    for (const table of ['events', 'spans']) {
      this.#database.prepare(`DELETE FROM ${table} WHERE room = ?`).run(id);
    }
    this.rooms.delete(id);
    this.hasTakenAway = true;
  }

  /** What another process of the member brought here already is passed over. */
  take({ events, upTo, gaps, from }: News): void {
    const known = this.#cursor ?? -1;
    const lows = new Map<RoomName, Seq>();
    for (const { room, before } of gaps) {
      if (before > known) lows.set(room, before);
    }
    for (const [room, low] of lows) this.#skip(room, low);
    // Where another process is ahead, what comes here first is not the first there was.
    const source = from === 'fresh' && this.#cursor !== undefined ? 'resumed' : from;
    for (const event of events) if (event.seq > known) this.#takeOne(event, source);
    if (upTo > known) {
      this.#cursor = upTo;
      this.meta.set('cursor', upTo);
    }
  }

  /** Behind a gap a new stretch begins. */
  #skip(room: RoomName, low: Seq): void {
    const id = this.rooms.id(room);
    if (id === undefined) return;
    this.spans.end(id);
    this.spans.add(id, { low, high: low - 1, follows: true });
  }

  #takeOne(event: AnyEvent, from: News['from']): void {
    if (event.member === this.meta.get('member') && event.type === 'part') this.parted(event.room);
    const isEntry = event.type === 'join' && event.member === this.meta.get('member');
    if (isEntry && from === 'live') this.#entered(event);
    const place = this.#placeOf(event.room);
    if (place === undefined) return;
    if (isChange(event)) {
      this.events.change(place, event);
      if (event.type === 'deletion') this.hasTakenAway = true;
      return;
    }
    if (from !== 'fresh' && opensPast(event, this.meta.get('member'))) this.#reopen(place, event);
    if (this.spans.newest(place.id) === undefined) this.#follow(place, event, from);
    this.events.add(place, event);
  }

  /** Before the first that is here there may be more now. */
  #reopen(place: Place, { seq }: AnyEvent): void {
    const [first] = this.events.page(place, { from: 0, to: seq, take: 'oldest', limit: 1 });
    this.spans.trim(place.id, (first?.seq ?? seq) - 1);
  }

  #follow({ id }: Place, { seq }: AnyEvent, from: News['from']): void {
    const low = from === 'fresh' ? 0 : seq;
    this.spans.add(id, { low, high: seq, follows: true });
  }

  /** What was said before, nobody has told. */
  #entered({ room }: AnyEvent): void {
    const id = this.rooms.id(room);
    if (id !== undefined) this.spans.end(id);
    else this.rooms.put({ room, topic: '', members: 0, access: 'private', past: 'invited' });
  }

  takePast(bounds: PastBounds, past: Past): void {
    const place = this.#placeOf(past.room);
    if (place === undefined) return;
    for (const event of past.events) this.events.refresh(place, event);
    const span = spanOf(bounds, past, (seq) => this.spans.at(place.id, seq) !== undefined);
    if (span !== undefined) this.spans.add(place.id, { ...span, follows: false });
  }

  met(people: Presence): void {
    const self = this.meta.get('member');
    for (const { member, nick } of people) {
      if (member === self) this.#isCalled(nick);
      this.nicks.met(member, nick);
    }
  }

  past(room: RoomName, bounds: PastBounds): Past | undefined {
    const place = this.#placeOf(room);
    return place && this.#pages.page(place, bounds);
  }

  kept(room: RoomName): Kept | undefined {
    const [member, nick] = [this.meta.get('member'), this.meta.get('nick')];
    if (member === undefined || nick === undefined || this.#cursor === undefined) return undefined;
    return {
      member,
      nick,
      rooms: this.rooms.all.map(({ note }) => this.#called(note)),
      marks: this.marks.all(member),
      events: this.past(room, { limit: limits.freshEventsPerRoom })?.events ?? [],
    };
  }

  #called(note: RoomNote): RoomNote {
    const { with: other } = note;
    return other === undefined ? note : { ...note, with: { ...other, nick: this.nicks.of(other.member) } };
  }

  takeMarks(marks: readonly Mark[]): readonly Mark[] {
    const member = this.meta.get('member');
    return member === undefined ? marks : marks.map((mark) => this.marks.take(mark, member));
  }

  #placeOf(room: RoomName): Place | undefined {
    const id = this.rooms.id(room);
    return id === undefined ? undefined : { id, room };
  }
}
