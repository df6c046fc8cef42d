// Keeps up with the log: asks for what was missed, page by page, takes what comes live, and tells each event once.
// A chat follows the rooms it is in, from the first listener on; a script those it names. The session owns it.
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, ClientPacket, Mark, Seq, ServerPackets } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import { Feed } from './feed.ts';
import type { Listeners } from './listeners.ts';
import type { LocalStore, News, Source } from './local-store.ts';
import { isBearable } from './past-check.ts';

export type FollowingOptions = {
  /** Follows without being told to. */
  readonly isChat: boolean;
  readonly listeners: Listeners;
  /** A number for a `sync`. */
  readonly number: () => number;
  /** True for an event that was told as the ack of an own post. */
  readonly isOwn: (event: AnyEvent) => boolean;
  readonly takeMarks: (marks: readonly Mark[]) => void;
  /** What came, own events among it, to be kept. */
  readonly keep: (news: News) => void;
  /** It was told live. */
  readonly told: (event: AnyEvent) => void;
  /** The server's pages lead nowhere. */
  readonly broken: () => void;
};

export class Following {
  readonly #options: FollowingOptions;
  readonly #feed = new Feed();
  #send: ((packet: ClientPacket) => void) | undefined;
  /** Rooms of a script's follow(). */
  #rooms: readonly RoomName[] | undefined;
  /** Number of the `sync` whose page is due. */
  #syncing: number | undefined;
  /** Rooms that this connection has told of. */
  readonly #heard = new Set<RoomName>();
  /** How the sync of this connection began. */
  #source: Source = 'fresh';
  #isSynced = false;

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** Everything up to the log's end was told on this connection. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  resume(cursor: NonNullable<LocalStore['cursor']>): void {
    this.#feed.resume(cursor);
  }

  /** True when the log is another than before. */
  welcomed(welcome: Pick<ServerPackets['welcome'], 'logId' | 'tail'>): boolean {
    return this.#feed.welcomed(welcome);
  }

  connected(send: (packet: ClientPacket) => void): void {
    this.#send = send;
    this.begin();
  }

  lost(): void {
    this.#send = undefined;
    this.#syncing = undefined;
    this.#isSynced = false;
    this.#heard.clear();
  }

  follow(rooms: readonly RoomName[], after: Seq): void {
    this.#rooms = rooms;
    this.#feed.startAt(after);
    this.begin();
  }

  /** Asks for what was missed, once a connection. Only when somebody listens: a page is told once. */
  begin(): void {
    const { isChat, listeners } = this.#options;
    const wants = isChat || this.#rooms !== undefined;
    if (!wants || this.#syncing !== undefined || listeners.isEmpty) return;
    this.#source = this.#feed.cursor === undefined ? 'fresh' : 'resumed';
    this.#sync();
  }

  /** The question that `re` names is ours. */
  isSyncing(re: number): boolean {
    return re === this.#syncing;
  }

  /** False for an own event that was told before its ack came. */
  acked(seq: Seq): boolean {
    return this.#syncing === undefined || this.#feed.acked(seq);
  }

  takeLive(event: AnyEvent): void {
    if (!this.#bears([event])) return;
    const { isOwn, keep, listeners, told } = this.#options;
    keep({ events: [event], upTo: event.seq, gaps: [], from: 'live' });
    for (const fresh of this.#feed.pass([event], event.seq)) {
      if (isOwn(fresh)) continue;
      listeners.live(fresh);
      told(fresh);
    }
  }

  takePage(page: ServerPackets['page']): void {
    if (page.re !== this.#syncing) return;
    const { isOwn, keep, takeMarks, listeners, broken } = this.#options;
    if (!this.#bears(page.events) || !this.hears(page.marks ?? [])) return;
    const { events: all, upTo, gaps, more } = page;
    keep({ events: all, upTo, gaps, from: this.#source });
    const from = this.#feed.cursor?.after ?? -1;
    const events = this.#feed.pass(all, upTo).filter((event) => !isOwn(event));
    if (events.length > 0 || gaps.length > 0) {
      listeners.tell({ type: 'events', events, gaps, isLive: false });
    }
    if (page.marks !== undefined) takeMarks(page.marks);
    this.#isSynced = !more;
    if (!more) return;
    // Asked for again from the same place it would be the same page, for ever.
    if (upTo > from) this.#sync();
    else broken();
  }

  /** Something is kept for each room, so a server that tells of ever more rooms is cut: it would fill the memory. */
  hears(news: readonly { readonly room: RoomName }[]): boolean {
    for (const { room } of news) this.#heard.add(room);
    if (this.#heard.size <= clientBounds.roomsHeard) return true;
    this.#options.broken();
    return false;
  }

  #bears(events: readonly AnyEvent[]): boolean {
    if (events.every(isBearable)) return this.hears(events);
    this.#options.broken();
    return false;
  }

  #sync(): void {
    if (this.#send === undefined) return;
    const req = this.#options.number();
    this.#syncing = req;
    const rooms = this.#rooms === undefined ? {} : { rooms: [...this.#rooms] };
    this.#send({ kind: 'sync', req, ...this.#feed.cursor, ...rooms });
  }
}
