// That the member is typing, told at most so often: a signal for others, worth nothing late. The session owns it.
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { ClientPackets } from '../protocol/packet.ts';

export type TypingOptions = {
  readonly now: () => number;
  /** False where no connection is there: the signal is then dropped. */
  readonly send: (packet: ClientPackets['typing']) => boolean;
};

export class Typing {
  readonly #options: TypingOptions;
  #room: RoomName | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  told(room: RoomName): void {
    const now = this.#options.now();
    const isFresh = room === this.#room && now - this.#toldAt < limits.typingMs && now >= this.#toldAt;
    if (isFresh || !this.#options.send({ kind: 'typing', room })) return;
    this.#room = room;
    this.#toldAt = now;
  }
}
