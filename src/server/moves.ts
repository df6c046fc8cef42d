// The moves of each member, one after the other. Join and part go through it, over all sessions of a server.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';

/**
 * Where a member is shows only when the log has its move. So its moves wait for each other: two devices, or a question
 * that was asked again on a new connection, would else both find it outside and join it twice.
 */
export class Moves {
  readonly #latest = new Map<MemberId, Promise<void>>();
  readonly #joining = new Map<RoomName, number>();

  /** Joins of the room that are being written: of a crowd that comes at once no more are told than of others. */
  joining(room: RoomName): number {
    return this.#joining.get(room) ?? 0;
  }

  /** Counts a join until `written` is over; settles as it does. */
  async joined(room: RoomName, written: () => Promise<unknown>): Promise<void> {
    this.#joining.set(room, this.joining(room) + 1);
    try {
      await written();
    } finally {
      const left = this.joining(room) - 1;
      if (left === 0) this.#joining.delete(room);
      else this.#joining.set(room, left);
    }
  }

  /** Runs `move` when those of the member before it are over, however they ended; settles as it does. */
  inTurn(member: MemberId, move: () => Promise<void>): Promise<void> {
    const before = this.#latest.get(member) ?? Promise.resolve();
    const moved = before.then(move);
    const over = moved
      .catch(() => {
        // Nothing is lost: who asked for the move hears of it.
      })
      .finally(() => {
        if (this.#latest.get(member) === over) this.#latest.delete(member);
      });
    this.#latest.set(member, over);
    return moved;
  }
}
