// The rights to transfer one blob each, between their packet and the second connection that uses them. Transfers
// makes and redeems them. A ticket is random, used once, and only by the device that asked for it.
import { randomBytes } from 'node:crypto';
import { Refusal } from '../protocol/errors.ts';
import type { Limits } from '../protocol/limits.ts';
import type { FileNote, MemberId, Seq } from '../protocol/packet.ts';

export type Ticket = {
  readonly direction: 'up' | 'down';
  readonly member: MemberId;
  /** The public key of the device it was given to. */
  readonly key: string;
  readonly file: FileNote;
  readonly offset: number;
  readonly seq?: Seq;
};

type Kept = { readonly ticket: Ticket; readonly until: number };

/** Unused tickets of one device; each dial asks anew, so older ones are of dials that came to nothing. */
const ticketsPerDevice = 16;
const ticketBytes = 32;

export class Tickets {
  readonly #limits: Limits;
  readonly #now: () => number;
  /** In the order of their making, which is that of their end. */
  readonly #tickets = new Map<string, Kept>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get count(): number {
    this.#dropOld();
    return this.#tickets.size;
  }

  issue(ticket: Ticket): string {
    this.#dropOld();
    const own = [...this.#tickets].filter(([, kept]) => kept.ticket.key === ticket.key);
    const [oldest] = own;
    if (own.length >= ticketsPerDevice && oldest !== undefined) this.#tickets.delete(oldest[0]);
    const text = randomBytes(ticketBytes).toString('base64url');
    this.#tickets.set(text, { ticket, until: this.#now() + this.#limits.ticketMs });
    return text;
  }

  /** Throws `ticket-wrong`. */
  redeem(text: string | undefined, key: string): Ticket {
    this.#dropOld();
    const kept = text === undefined ? undefined : this.#tickets.get(text);
    if (text === undefined || kept === undefined || kept.ticket.key !== key) {
      throw new Refusal('ticket-wrong', 'The right to this transfer is used up or over. Ask for it again.');
    }
    this.#tickets.delete(text);
    return kept.ticket;
  }

  revoke(key: string): void {
    for (const [text, { ticket }] of this.#tickets) if (ticket.key === key) this.#tickets.delete(text);
  }

  /** Bytes that uploads of the member may still bring, those of `sha256` left out. */
  promised(member: MemberId, sha256: string): number {
    this.#dropOld();
    const ups = [...this.#tickets.values()].filter(
      ({ ticket }) => ticket.direction === 'up' && ticket.member === member && ticket.file.sha256 !== sha256,
    );
    return ups.reduce((sum, { ticket }) => sum + ticket.file.size - ticket.offset, 0);
  }

  #dropOld(): void {
    const now = this.#now();
    for (const [text, { until }] of this.#tickets) {
      if (until > now) return;
      this.#tickets.delete(text);
    }
  }
}
