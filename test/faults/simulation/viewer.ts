// What one client was told, held against the log as it is told: each event once, in order, as it was stored, nothing
// left out and nothing from where it may not read.
import type { ClientEvent } from '../../../src/client/client.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { AnyEvent, MemberId, ServerPackets } from '../../../src/protocol/packet.ts';
import type { StoredEvent } from '../../../src/store/log.ts';
import type { History } from './history.ts';

type Events = Extract<ClientEvent, { type: 'events' }>;
type Acked = Extract<ClientEvent, { type: 'acked' }>;
type Gap = ServerPackets['page']['gaps'][number];

export type ViewerOptions = {
  readonly name: string;
  readonly historyOf: (logId: string) => History;
  readonly wrong: (what: string) => void;
  /** Rooms that it asked for; absent: those that its member is in. */
  readonly asked?: readonly RoomName[];
};

export class Viewer {
  readonly #options: ViewerOptions;
  history: History | undefined;
  member: MemberId | undefined;
  /** By their seq, also what was told as the ack of an own post. */
  readonly told = new Set<number>();
  /** Ids of posts that were sent again on purpose: their second ack is told too. */
  readonly resent = new Set<string>();
  #gaps: Gap[] = [];
  #last = 0;
  /** Per room, the place of the last one told in order. */
  readonly #places = new Map<RoomName, number>();
  /** Length of the log when this connection began. */
  #since = 0;
  /** Members online, as it was told last. */
  online: number | undefined;
  events = 0;

  constructor(options: ViewerOptions) {
    this.#options = options;
  }

  take(event: ClientEvent): void {
    if (event.type === 'welcome') this.#welcomed(event.welcome, event.isNewLog);
    else if (event.type === 'events') this.#tell(event);
    else if (event.type === 'acked') this.#acked(event);
    else if (event.type === 'presence') this.online = event.presence.online;
  }

  /** Events of the room that were told or are named in a gap, from the member's join on, all the way to the end. */
  finish(room: RoomName): void {
    const { history } = this;
    if (history === undefined) return;
    const from =
      this.#options.asked === undefined ? history.joinedAt(this.member ?? (0 as MemberId), room) : 1;
    if (from === undefined) return;
    const seqs = history.inRoom(room);
    for (let place = history.placeFrom(room, from); place < seqs.length; place += 1) {
      const seq = seqs[place] ?? 0;
      if (!this.has(seq, room)) this.#wrong(`was never told ${seq} of #${room}`);
    }
  }

  rooms(): readonly RoomName[] {
    return this.#options.asked ?? this.history?.rooms ?? [];
  }

  has(seq: number, room: RoomName): boolean {
    if (this.told.has(seq)) return true;
    return this.#gaps.some((gap) => gap.room === room && gap.after < seq && seq < gap.before);
  }

  #wrong(what: string): void {
    this.#options.wrong(`${this.#options.name} ${what}`);
  }

  #welcomed({ logId, member }: ServerPackets['welcome'], isNewLog: boolean): void {
    if (isNewLog) {
      this.told.clear();
      this.#places.clear();
      this.#gaps = [];
      this.#last = 0;
    } else if (this.history !== undefined && this.history.logId !== logId) {
      this.#wrong('was not told that the log is another');
    }
    this.history = this.#options.historyOf(logId);
    this.member = member;
    this.#since = this.history.length;
  }

  #acked({ seq, event }: Acked): void {
    const stored = this.#stored(event);
    if (stored === undefined) return;
    const isNews = !('id' in event && this.resent.has(event.id));
    if (isNews && this.told.has(seq)) this.#wrong(`was told ${seq} twice, the second time as its ack`);
    this.told.add(seq);
  }

  #tell({ events, gaps, isLive }: Events): void {
    this.#gaps.push(...gaps);
    for (const event of events) {
      this.events += 1;
      const { seq } = event;
      if (seq <= this.#last) this.#wrong(`was told ${seq} behind ${this.#last}`);
      if (this.told.has(seq)) this.#wrong(`was told ${seq} twice`);
      const stored = this.#stored(event);
      if (stored === undefined) continue;
      if (!this.#mayRead(stored, isLive)) this.#wrong(`was told ${seq} of #${stored.room}, where it is not`);
      this.#isNext(stored, isLive);
      this.told.add(seq);
      this.#last = seq;
    }
  }

  /** As the log has it; told as wrong when it has not, or has another. */
  #stored(event: AnyEvent): StoredEvent | undefined {
    const stored = this.history?.at(event.seq);
    const { body } = stored ?? {};
    const isSame =
      stored !== undefined &&
      body?.type === event.type &&
      stored.room === event.room &&
      stored.member === event.member &&
      stored.at === event.at &&
      (event.type !== 'message' ||
        (body?.type === 'message' && stored.id === event.id && body.text === event.text));
    if (!isSame) this.#wrong(`was told as ${event.seq} what the log does not have there`);
    return isSame ? stored : undefined;
  }

  #mayRead({ room, seq }: StoredEvent, isLive: boolean): boolean {
    const { asked } = this.#options;
    if (asked !== undefined) return asked.includes(room);
    const { history, member } = this;
    if (history === undefined || member === undefined) return false;
    return isLive ? history.wasIn(member, room, seq) : history.wasInSince(member, room, this.#since);
  }

  /**
   * Nothing of the room was left out before it, while the member was there. A page is only of the rooms that the member
   * is in when it is made: who parts and comes back between two pages has to ask for the past, as after any join.
   */
  #isNext({ room, seq }: StoredEvent, isLive: boolean): void {
    const { history } = this;
    const place = history?.placeOf(seq) ?? 0;
    const seqs = history?.inRoom(room) ?? [];
    for (let missed = (this.#places.get(room) ?? -1) + 1; missed < place; missed += 1) {
      const other = seqs[missed] ?? 0;
      if (!this.has(other, room) && this.#wasThere(room, other, isLive ? seq : Number.POSITIVE_INFINITY)) {
        this.#wrong(`was told ${seq} of #${room} and not ${other} before it`);
      }
    }
    this.#places.set(room, place);
  }

  #wasThere(room: RoomName, from: number, to: number): boolean {
    if (this.#options.asked !== undefined) return true;
    return this.member !== undefined && this.history?.wasIn(this.member, room, from, to) === true;
  }
}
