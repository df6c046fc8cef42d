// Sessions that are sent the same: those that follow the same rooms, from the same place on. Per batch an audience gets
// one buffer, made once, that all its sockets share. The hub keeps them.
import { frames } from '../protocol/codec.ts';
import type { RoomName } from '../protocol/names.ts';
import type { MemberId, Seq } from '../protocol/packet.ts';

/** A session as the hub sees it. */
export interface Follower {
  readonly member: MemberId;
  /** Signals go to those who show a roster. */
  readonly hearsSignals: boolean;
  /** Under pressure signals are dropped first. */
  readonly isCrowded: boolean;
  send(frames: Buffer): void;
}

export type Audience = {
  readonly key: string;
  /** With what is hidden of each, 0 for nothing. */
  readonly rooms: ReadonlyMap<RoomName, Seq>;
  readonly followers: Set<Follower>;
  /** Packets to deliver, as JSON. */
  packets: string[];
};

const none: ReadonlySet<Audience> = new Set();

export class Audiences {
  readonly #byKey = new Map<string, Audience>();
  readonly #byRoom = new Map<RoomName, Set<Audience>>();

  get count(): number {
    return this.#byKey.size;
  }

  ofRoom(room: RoomName): ReadonlySet<Audience> {
    return this.#byRoom.get(room) ?? none;
  }

  /** Leave the one before first. */
  enter(follower: Follower, rooms: ReadonlyMap<RoomName, Seq>): Audience {
    const names = [...rooms].map(([room, from]) => (from === 0 ? room : `${room}>${from}`));
    const key = names.sort().join(' ');
    const audience = this.#byKey.get(key) ?? this.#make(key, rooms);
    audience.followers.add(follower);
    return audience;
  }

  exit(follower: Follower, audience: Audience): void {
    audience.followers.delete(follower);
    if (audience.followers.size > 0) return;
    this.#byKey.delete(audience.key);
    for (const room of audience.rooms.keys()) {
      const ofRoom = this.#byRoom.get(room);
      ofRoom?.delete(audience);
      if (ofRoom?.size === 0) this.#byRoom.delete(room);
    }
  }

  #make(key: string, rooms: ReadonlyMap<RoomName, Seq>): Audience {
    const audience: Audience = { key, rooms, followers: new Set(), packets: [] };
    this.#byKey.set(key, audience);
    for (const room of rooms.keys()) {
      const ofRoom = this.#byRoom.get(room) ?? new Set();
      this.#byRoom.set(room, ofRoom.add(audience));
    }
    return audience;
  }
}

/**
 * The buffers of one delivery. Nearly everybody has conversations that nobody else has, and so an audience of its own;
 * what is due to most of them is the same few packets of a room that they share.
 */
export class SharedFrames {
  readonly #made = new Map<string, { readonly packets: readonly string[]; readonly buffer: Buffer }>();

  of(packets: readonly string[]): Buffer {
    const [first = ''] = packets;
    const last = this.#made.get(first);
    if (last !== undefined && isSame(last.packets, packets)) return last.buffer;
    const buffer = frames(packets);
    this.#made.set(first, { packets, buffer });
    return buffer;
  }
}

/** The packets are the same strings, not equal ones. */
function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((packet, at) => packet === others[at]);
}
