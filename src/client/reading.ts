// How far the member has read, on its way to the server: the newest of each room only, and not at every line that
// comes. The session owns it; while no connection is there it waits.
import type { RoomName } from '../protocol/names.ts';
import type { ClientPackets, Seq } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';

type Send = (packet: ClientPackets['read']) => void;

export class Reading {
  /** Rooms whose newest position the server has not been told. */
  readonly #due = new Map<RoomName, Seq>();
  /** The newest that was told, so that nothing is told twice or backwards. */
  readonly #told = new Map<RoomName, Seq>();
  #send: Send | undefined;
  /** Runs for a while after each telling. */
  #timer: NodeJS.Timeout | undefined;

  mark(room: RoomName, seq: Seq): void {
    if (seq <= Math.max(this.#told.get(room) ?? 0, this.#due.get(room) ?? 0)) return;
    this.#due.set(room, seq);
    if (this.#timer === undefined) this.#tell();
  }

  connected(send: Send): void {
    this.#send = send;
    if (this.#timer === undefined) this.#tell();
  }

  /** What is due is told without waiting: nobody will be here later. */
  closing(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
    clearTimeout(this.#timer);
  }

  /** What was told on this connection may not have arrived, and is told again on the next. */
  lost(): void {
    this.#send = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [room, seq] of this.#told) if (!this.#due.has(room)) this.#due.set(room, seq);
    this.#told.clear();
  }

  /** Another log has other places. */
  forget(): void {
    this.#due.clear();
    this.#told.clear();
  }

  #tell(): void {
    if (this.#send === undefined || this.#due.size === 0) return;
    for (const [room, seq] of this.#due) {
      this.#send({ kind: 'read', room, seq });
      this.#told.set(room, seq);
    }
    this.#due.clear();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, clientBounds.readEveryMs);
  }
}
