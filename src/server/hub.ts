// Delivers what the log's tail announces to the sessions that may read it. Sessions follow it once their sync has
// reached the tail; the server subscribes `tell` to the log. Events arrive from the log's tail, never from a
// handler: a node that did not accept the post must deliver it too.
//
// Sessions of the same rooms are one audience (audiences.ts). Who may not read a room's past from before its invitation
// is another one: changes of that past are withheld from it, and a reply comes without what it quotes.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, Seq } from '../protocol/packet.ts';
import { isChange, isQuiet, type StoredEvent } from '../store/log.ts';
import { type Audience, Audiences, type Follower, SharedFrames } from './audiences.ts';
import { eventJson, isPlain, type Sight } from './view.ts';

export type { Follower };

/** `own`: the rooms the member is in, and they change with its joins and parts. `asked`: these and no other. */
export type Following = { readonly rooms: readonly RoomName[]; readonly by: 'own' | 'asked' };

/** What the hub asks of the rest of the server. */
export type HubOptions = {
  /** What may be read of the room: what is over this; `undefined`: nothing. */
  readonly readableFrom: (member: MemberId, room: RoomName) => Seq | undefined;
  /** What a reader sees from whom this is hidden. */
  readonly sight: (hidden: ReadonlyMap<RoomName, Seq>) => Sight;
  /** The log is about to announce further events. */
  readonly isMoreComing: () => boolean;
  /** Somebody may have missed some. */
  readonly failed: (cause: unknown) => void;
};

type Place = { audience: Audience; readonly by: Following['by'] };

/** What a write to one socket costs, roughly, in microseconds: as long as it takes to tell all, more may gather. */
const writeMicros = 10;
/** Held back no further than this: it is one write to each, as large as a quick peer takes at once. */
const heldCharsMax = 256 * 1024;

export class Hub {
  readonly #options: HubOptions;
  /** Of who may read all. */
  readonly #sight: Sight;
  readonly #audiences = new Audiences();
  readonly #places = new Map<Follower, Place>();
  /** Audiences with packets to deliver. */
  readonly #due = new Set<Audience>();
  /** Characters of those packets, and who wakes up to deliver them. */
  #heldChars = 0;
  #held: NodeJS.Timeout | undefined;
  #holds = true;
  readonly #byMember = new Map<MemberId, Set<Follower>>();
  #deliveries = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#sight = options.sight(new Map());
  }

  get counts(): { readonly followers: number; readonly audiences: number } {
    return { followers: this.#places.size, audiences: this.#audiences.count };
  }

  /** Events handed to sessions since the start. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /**
   * From the next announced event on. Call it in the turn in which the follower has everything up to the tail. Rooms that
   * it may not read are left out.
   */
  follow(follower: Follower, { rooms, by }: Following): void {
    this.leave(follower);
    // It has what is held back for the others.
    this.flush();
    const audience = this.#audiences.enter(follower, this.#readable(follower, rooms, new Map()));
    this.#places.set(follower, { audience, by });
    const ofMember = this.#byMember.get(follower.member) ?? new Set();
    this.#byMember.set(follower.member, ofMember.add(follower));
  }

  leave(follower: Follower): void {
    const place = this.#places.get(follower);
    if (place === undefined) return;
    this.#audiences.exit(follower, place.audience);
    this.#places.delete(follower);
    const ofMember = this.#byMember.get(follower.member);
    ofMember?.delete(follower);
    if (ofMember?.size === 0) this.#byMember.delete(follower.member);
  }

  /**
   * A batch of the log, in order. Joins and parts move the member's sessions at their place in the order.
   * In a large room the price is a write to each member, whatever is in it. While the log is busy, batches gather for as
   * long as those writes take; a post that comes alone is delivered at once.
   */
  tell(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const { type } = event.body;
      if (type === 'message') this.#collect(event);
      else this.#tellOther(event);
    }
    const pauseMs = (this.#followersDue() * writeMicros) / 1_000;
    if (this.#holds && pauseMs >= 1 && this.#heldChars < heldCharsMax && this.#options.isMoreComing()) {
      this.#held ??= setTimeout(() => this.flush(), pauseMs);
    } else this.#deliver();
  }

  /** Delivers what is held back. */
  flush(): void {
    try {
      this.#deliver();
    } catch (cause) {
      this.#options.failed(cause);
    }
  }

  /** Delivers what is held back, and holds nothing back from now on: the server ends. */
  stop(): void {
    this.#holds = false;
    this.flush();
  }

  /** Passes and is kept nowhere; a crowded session does not get it. */
  signal(frame: Buffer): void {
    for (const follower of this.#places.keys()) send(follower, frame);
  }

  /** As `signal`, to those who follow the room, but `member`. */
  signalIn(room: RoomName, frame: Buffer, member: MemberId): void {
    for (const { followers } of this.#audiences.ofRoom(room)) {
      for (const follower of followers) if (follower.member !== member) send(follower, frame);
    }
  }

  /** How many `signalIn` would send to. */
  hearers(room: RoomName): number {
    let count = 0;
    for (const { followers } of this.#audiences.ofRoom(room)) count += followers.size;
    return count;
  }

  #tellOther(event: StoredEvent): void {
    const { body, member, room } = event;
    const moves = (body.type === 'join' || body.type === 'part') && this.#byMember.has(member);
    if (moves) this.#deliver();
    if (moves && body.type === 'join') this.#move(member, room, 'join');
    if (!isQuiet(body)) this.#collect(event);
    if (moves && body.type === 'part') {
      this.#deliver();
      this.#move(member, room, 'part');
    }
    if (body.type === 'room') {
      this.#deliver();
      this.#reopen(room);
    }
  }

  #collect(event: StoredEvent): void {
    const audiences = this.#audiences.ofRoom(event.room);
    if (audiences.size === 0) return;
    if (!isPlain(event)) {
      this.#collectFor(event, audiences);
      return;
    }
    const packet = eventJson(event, this.#sight);
    this.#heldChars += packet.length;
    for (const audience of audiences) {
      audience.packets.push(packet);
      this.#due.add(audience);
    }
  }

  /** What is about another message, and so not for those from whom that one is hidden. */
  #collectFor(event: StoredEvent, audiences: ReadonlySet<Audience>): void {
    const about = aboutWhat(event);
    const packets = new Map<boolean, string>();
    for (const audience of audiences) {
      const hidden = audience.rooms.get(event.room) ?? 0;
      const isShown = about === undefined || about > hidden;
      if (!isShown && isChange(event.body)) continue;
      const packet = packets.get(isShown) ?? eventJson(event, isShown ? this.#sight : unquoted(this.#sight));
      if (!packets.has(isShown)) this.#heldChars += packet.length;
      packets.set(isShown, packet);
      audience.packets.push(packet);
      this.#due.add(audience);
    }
  }

  #followersDue(): number {
    let count = 0;
    for (const { followers } of this.#due) count += followers.size;
    return count;
  }

  #deliver(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    this.#heldChars = 0;
    const shared = new SharedFrames();
    for (const audience of this.#due) {
      const buffer = shared.of(audience.packets);
      this.#deliveries += audience.packets.length * audience.followers.size;
      audience.packets = [];
      for (const follower of audience.followers) follower.send(buffer);
    }
    this.#due.clear();
  }

  #move(member: MemberId, room: RoomName, change: 'join' | 'part'): void {
    for (const follower of this.#byMember.get(member) ?? []) {
      const place = this.#places.get(follower);
      if (place === undefined) continue;
      const { rooms } = place.audience;
      if (place.by === 'asked') {
        if (rooms.has(room)) this.#meet(follower, place, room);
      } else if (change === 'join' && !rooms.has(room)) this.#meet(follower, place, room);
      else if (change === 'part' && rooms.has(room)) this.#enterAgain(follower, place, without(rooms, room));
    }
  }

  /** Who may read the room, and from where on, was changed. */
  #reopen(room: RoomName): void {
    for (const { followers } of [...this.#audiences.ofRoom(room)]) {
      for (const follower of [...followers]) {
        const place = this.#places.get(follower);
        if (place !== undefined) this.#meet(follower, place, room);
      }
    }
  }

  /** Follows the room as far as it may be read now; the other rooms as before. */
  #meet(follower: Follower, place: Place, room: RoomName): void {
    const others = without(place.audience.rooms, room);
    this.#enterAgain(follower, place, this.#readable(follower, [room], others));
  }

  #enterAgain(follower: Follower, place: Place, rooms: ReadonlyMap<RoomName, Seq>): void {
    this.#audiences.exit(follower, place.audience);
    place.audience = this.#audiences.enter(follower, rooms);
  }

  #readable(follower: Follower, names: readonly RoomName[], more: ReadonlyMap<RoomName, Seq>) {
    const rooms = new Map(more);
    for (const room of names) {
      const from = this.#options.readableFrom(follower.member, room);
      if (from !== undefined) rooms.set(room, from);
    }
    return rooms;
  }
}

function send(follower: Follower, frame: Buffer): void {
  if (follower.hearsSignals && !follower.isCrowded) follower.send(frame);
}

function without(rooms: ReadonlyMap<RoomName, Seq>, room: RoomName): Map<RoomName, Seq> {
  const others = new Map(rooms);
  others.delete(room);
  return others;
}

/** The message that this one changes or answers. */
function aboutWhat({ body }: StoredEvent): Seq | undefined {
  if (isChange(body)) return body.target;
  return body.type === 'message' ? body.reply : undefined;
}

function unquoted(sight: Sight): Sight {
  return { ...sight, quoteOf: () => undefined };
}
