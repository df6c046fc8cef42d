// Delivers what the log's tail announces to the sessions that may read it. Sessions follow it once their sync has
// reached the tail; the server subscribes `tell` to the log. Events arrive from the log's tail, never from a
// handler: a node that did not accept the post must deliver it too.
//
// Sessions of the same rooms are one audience: per batch it gets one buffer, made once, that all its sockets share.
import { frames } from '../protocol/codec.ts';
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import { isQuiet, type StoredEvent } from '../store/log.ts';
import { eventJson, type NickOf } from './view.ts';

/** A session as the hub sees it. */
export interface Follower {
  readonly member: MemberId;
  /** Signals go to those who show a roster. */
  readonly hearsSignals: boolean;
  /** Under pressure signals are dropped first. */
  readonly isCrowded: boolean;
  send(frames: Buffer): void;
}

/** `own`: the rooms the member is in, and they change with its joins and parts. `asked`: these and no other. */
export type Following = { readonly rooms: readonly RoomName[]; readonly by: 'own' | 'asked' };

type Audience = {
  readonly key: string;
  readonly rooms: ReadonlySet<RoomName>;
  readonly followers: Set<Follower>;
  /** Packets to deliver, as JSON. */
  packets: string[];
};
type Place = { audience: Audience; readonly by: Following['by'] };

/** What a write to one socket costs, roughly, in microseconds: as long as it takes to tell all, more may gather. */
const writeMicros = 10;
/** Held back no further than this: it is one write to each, as large as a quick peer takes at once. */
const heldCharsMax = 256 * 1024;

export class Hub {
  readonly #nickOf: NickOf;
  readonly #isMoreComing: () => boolean;
  readonly #failed: (cause: unknown) => void;
  readonly #audiences = new Map<string, Audience>();
  readonly #byRoom = new Map<RoomName, Set<Audience>>();
  readonly #places = new Map<Follower, Place>();
  /** Audiences with packets to deliver. */
  readonly #due = new Set<Audience>();
  /** Characters of those packets, and who wakes up to deliver them. */
  #heldChars = 0;
  #held: NodeJS.Timeout | undefined;
  #holds = true;
  readonly #byMember = new Map<MemberId, Set<Follower>>();
  #deliveries = 0;

  /** `isMoreComing`: the log is about to announce further events. `failed`: somebody may have missed some. */
  constructor(nickOf: NickOf, isMoreComing: () => boolean, failed: (cause: unknown) => void) {
    this.#nickOf = nickOf;
    this.#isMoreComing = isMoreComing;
    this.#failed = failed;
  }

  get counts(): { readonly followers: number; readonly audiences: number } {
    return { followers: this.#places.size, audiences: this.#audiences.size };
  }

  /** Events handed to sessions since the start. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** From the next announced event on. Call it in the turn in which the follower has everything up to the tail. */
  follow(follower: Follower, { rooms, by }: Following): void {
    this.leave(follower);
    // It has what is held back for the others.
    this.flush();
    const audience = this.#enter(follower, rooms);
    this.#places.set(follower, { audience, by });
    const ofMember = this.#byMember.get(follower.member) ?? new Set();
    this.#byMember.set(follower.member, ofMember.add(follower));
  }

  leave(follower: Follower): void {
    const place = this.#places.get(follower);
    if (place === undefined) return;
    this.#exit(follower, place.audience);
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
      const moves = event.body.type !== 'message' && this.#byMember.has(event.member);
      if (moves) this.#deliver();
      if (moves && event.body.type === 'join') this.#move(event.member, event.room, 'join');
      if (!isQuiet(event.body)) this.#collect(event);
      if (moves && event.body.type === 'part') {
        this.#deliver();
        this.#move(event.member, event.room, 'part');
      }
    }
    const pauseMs = (this.#followersDue() * writeMicros) / 1_000;
    if (this.#holds && pauseMs >= 1 && this.#heldChars < heldCharsMax && this.#isMoreComing()) {
      this.#held ??= setTimeout(() => this.flush(), pauseMs);
    } else this.#deliver();
  }

  /** Delivers what is held back. */
  flush(): void {
    try {
      this.#deliver();
    } catch (cause) {
      this.#failed(cause);
    }
  }

  /** Delivers what is held back, and holds nothing back from now on: the server ends. */
  stop(): void {
    this.#holds = false;
    this.flush();
  }

  /** Passes and is kept nowhere; a crowded session does not get it. */
  signal(frame: Buffer): void {
    for (const follower of this.#places.keys()) {
      if (follower.hearsSignals && !follower.isCrowded) follower.send(frame);
    }
  }

  #collect(event: StoredEvent): void {
    const audiences = this.#byRoom.get(event.room);
    if (audiences === undefined) return;
    const packet = eventJson(event, this.#nickOf);
    this.#heldChars += packet.length;
    for (const audience of audiences) {
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
    for (const audience of this.#due) {
      const buffer = frames(audience.packets);
      this.#deliveries += audience.packets.length * audience.followers.size;
      audience.packets = [];
      for (const follower of audience.followers) follower.send(buffer);
    }
    this.#due.clear();
  }

  #move(member: MemberId, room: RoomName, change: 'join' | 'part'): void {
    for (const follower of this.#byMember.get(member) ?? []) {
      const place = this.#places.get(follower);
      if (place === undefined || place.by === 'asked') continue;
      if (place.audience.rooms.has(room) === (change === 'join')) continue;
      const rooms = new Set(place.audience.rooms);
      if (change === 'join') rooms.add(room);
      else rooms.delete(room);
      this.#exit(follower, place.audience);
      place.audience = this.#enter(follower, [...rooms]);
    }
  }

  #enter(follower: Follower, rooms: readonly RoomName[]): Audience {
    const key = [...new Set(rooms)].sort().join(' ');
    const audience = this.#audiences.get(key) ?? this.#make(key, rooms);
    audience.followers.add(follower);
    return audience;
  }

  #make(key: string, rooms: readonly RoomName[]): Audience {
    const audience: Audience = { key, rooms: new Set(rooms), followers: new Set(), packets: [] };
    this.#audiences.set(key, audience);
    for (const room of audience.rooms) {
      const ofRoom = this.#byRoom.get(room) ?? new Set();
      this.#byRoom.set(room, ofRoom.add(audience));
    }
    return audience;
  }

  #exit(follower: Follower, audience: Audience): void {
    audience.followers.delete(follower);
    if (audience.followers.size > 0) return;
    this.#audiences.delete(audience.key);
    for (const room of audience.rooms) {
      const ofRoom = this.#byRoom.get(room);
      ofRoom?.delete(audience);
      if (ofRoom?.size === 0) this.#byRoom.delete(room);
    }
  }
}
