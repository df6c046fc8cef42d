// The moves of each member, one after the other. Join, part and direct go through it, over all sessions of a server.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import { Turns } from './turns.ts';

/**
 * Where a member is shows only when the log has its move. So its moves wait for each other: two devices, or a question
 * that was asked again on a new connection, would else both find it outside and join it twice.
 */
export class Moves {
  readonly #turns = new Turns<MemberId>();
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
    return this.#turns.inTurn(member, move);
  }

  /** Of two members; the lower one is waited for first, so that no two wait for each other. */
  inTurnOfBoth([low, high]: readonly [MemberId, MemberId], move: () => Promise<void>): Promise<void> {
    return this.inTurn(low, () => this.inTurn(high, move));
  }
}
