// Who is typing, told to those who follow the room: a signal, kept nowhere. It never costs more than a part of a core:
// each member says so once in a while, and copies of it (one write to a socket each) have a rate, over which it is dropped.
import { encode } from '../protocol/codec.ts';
import type { Limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import type { Hub } from './hub.ts';
import { Bucket } from './rates.ts';

const copiesBurst = 1_000;
const copiesPerSecond = 1_000;
/** Remembered at once; over it those of long ago are forgotten. */
const rememberedMax = 1_000;

export type TypingOptions = {
  readonly limits: Limits;
  readonly now: () => number;
  readonly nickOf: (member: MemberId) => string;
  readonly hub: Pick<Hub, 'signalIn' | 'hearers'>;
};

export class Typing {
  readonly #options: TypingOptions;
  readonly #copies: Bucket;
  /** When a member was last told to type in a room. */
  readonly #told = new Map<string, number>();

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#copies = new Bucket(copiesBurst, copiesPerSecond, options.now());
  }

  tell(member: MemberId, room: RoomName): void {
    const { limits, hub, nickOf } = this.#options;
    const now = this.#options.now();
    const key = `${member} ${room}`;
    const before = this.#told.get(key);
    if (before !== undefined && now - before < limits.typingMs) return;
    if (this.#copies.waitMs(1, now) > 0) return;
    this.#copies.take(hub.hearers(room), now);
    this.#remember(key, now);
    hub.signalIn(room, encode({ kind: 'typing', room, member, nick: nickOf(member) }), member);
  }

  #remember(key: string, now: number): void {
    this.#told.delete(key);
    this.#told.set(key, now);
    if (this.#told.size <= rememberedMax) return;
    for (const [old, at] of this.#told) {
      if (now - at < this.#options.limits.typingMs) return;
      this.#told.delete(old);
    }
  }
}
