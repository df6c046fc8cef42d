// Who may be in the middle of logging in. A stranger costs a TLS handshake and 52 kB, so there are bounds: `halfOpen`
// in all, `halfOpenPerAddress` for one address. Only listen uses it.
//
// Two promises pull at it: a flood must not lock anybody out, and a hundred people behind one address must all get in
// when the server is back. So a newcomer over its address's bound is not refused: it waits, unread and without TLS,
// in a bounded queue, and begins when one before it is greeted, which takes milliseconds. Honest people hand their
// places on quickly; only somebody who sits silent on a place (`halfOpenSilenceMs`) while others wait loses it, the
// oldest of the busiest address first. Each address waits in its own queue and the address with the fewest places
// taken is served first: a flood from one address waits behind itself and takes nothing from the others.
// In a full queue the oldest waiting one goes, so that a newcomer behind a flood's address has its chance too.
import type { Limits } from '../protocol/limits.ts';
import type { Rounds, Watched } from './rounds.ts';

/** A newcomer, as listen sees it. */
export interface Guest {
  /** Its address's block, see address.ts. */
  readonly block: string;
  /** Bytes that came from it so far. */
  bytesRead(): number;
  /** It has sent a packet: the next word is ours. */
  isAnswered(): boolean;
  /** Its turn: the handshake may begin. */
  begin(): void;
  cut(why: CutWhy): void;
}

export type CutWhy = 'handshake-slow' | 'half-open-full' | 'waited-too-long';

interface Place {
  readonly guest: Guest;
  readonly since: number;
  bytes: number;
  heardAt: number;
}

interface Waiting {
  readonly guest: Guest;
  readonly since: number;
}

export class HalfOpen implements Watched {
  readonly #limits: Limits;
  readonly #rounds: Rounds;
  /** Per block, oldest first. */
  readonly #places = new Map<string, Map<Guest, Place>>();
  readonly #waiting = new Map<string, Map<Guest, Waiting>>();
  #placed = 0;
  #waits = 0;

  constructor(limits: Limits, rounds: Rounds) {
    this.#limits = limits;
    this.#rounds = rounds;
    rounds.enter(this);
  }

  get counts(): { readonly halfOpen: number; readonly waiting: number } {
    return { halfOpen: this.#placed, waiting: this.#waits };
  }

  enter(guest: Guest): void {
    if (this.#hasRoom(guest.block)) {
      this.#place(guest);
      return;
    }
    const queue = this.#waiting.get(guest.block);
    if ((queue?.size ?? 0) >= this.#limits.halfOpenWaitingPerAddress) this.#cutFirst(queue);
    if (this.#waits >= this.#limits.halfOpenWaiting) this.#cutFirst(busiest(this.#waiting));
    this.#waits += 1;
    inner(this.#waiting, guest.block).set(guest, { guest, since: this.#rounds.now });
  }

  /** Greeted, or gone: its place is free. */
  leave(guest: Guest): void {
    if (removed(this.#waiting, guest)) this.#waits -= 1;
    if (!removed(this.#places, guest)) return;
    this.#placed -= 1;
    this.#admit();
  }

  close(): void {
    this.#rounds.leave(this);
    for (const { guest } of [...all(this.#waiting), ...all(this.#places)]) guest.cut('half-open-full');
  }

  check(now: number): void {
    // After the poll: if this process stood still, what the guests said meanwhile is read before it is missed.
    setImmediate(() => this.#look(now));
  }

  #look(now: number): void {
    for (const place of all(this.#places)) {
      const bytes = place.guest.bytesRead();
      if (bytes !== place.bytes) Object.assign(place, { bytes, heardAt: now });
      if (now - place.since >= this.#limits.handshakeMs) place.guest.cut('handshake-slow');
    }
    for (const { guest, since } of all(this.#waiting)) {
      if (now - since >= this.#limits.handshakeMs) guest.cut('waited-too-long');
    }
    if (this.#waits > 0) this.#makeRoom(now);
  }

  #hasRoom(block: string): boolean {
    const here = this.#places.get(block)?.size ?? 0;
    return here < this.#limits.halfOpenPerAddress && this.#placed < this.#limits.halfOpen;
  }

  #place(guest: Guest): void {
    const since = this.#rounds.now;
    this.#placed += 1;
    // No bytes yet is -1: the first look counts as news, or a newcomer just before a round would seem a round old.
    inner(this.#places, guest.block).set(guest, { guest, since, heardAt: since, bytes: -1 });
    guest.begin();
  }

  #admit(): void {
    for (let guest = this.#next(); guest !== undefined; guest = this.#next()) {
      removed(this.#waiting, guest);
      this.#waits -= 1;
      this.#place(guest);
    }
  }

  /** The first in the queue of the address that has the fewest places, if there is room for it. */
  #next(): Guest | undefined {
    let best: { readonly guest: Guest; readonly places: number } | undefined;
    for (const [block, queue] of this.#waiting) {
      const places = this.#places.get(block)?.size ?? 0;
      const [first] = queue.keys();
      if (first === undefined || !this.#hasRoom(block)) continue;
      if (best === undefined || places < best.places) best = { guest: first, places };
    }
    return best?.guest;
  }

  /** Somebody waits: the silent ones of full addresses go, and when all is full those of the busiest address. */
  #makeRoom(now: number): void {
    for (const block of this.#waiting.keys()) {
      const places = this.#places.get(block);
      if ((places?.size ?? 0) >= this.#limits.halfOpenPerAddress) this.#cutSilent(places, now);
    }
    if (this.#placed >= this.#limits.halfOpen) this.#cutSilent(busiest(this.#places), now);
  }

  #cutSilent(places: ReadonlyMap<Guest, Place> | undefined, now: number): void {
    for (const { guest, heardAt } of [...(places?.values() ?? [])]) {
      const patience = guest.isAnswered() ? this.#limits.halfOpenAnswerMs : this.#limits.halfOpenSilenceMs;
      if (now - heardAt > patience) guest.cut('half-open-full');
    }
  }

  #cutFirst(queue: ReadonlyMap<Guest, Waiting> | undefined): void {
    const [first] = queue?.keys() ?? [];
    first?.cut('half-open-full');
  }
}

function inner<Value>(outer: Map<string, Map<Guest, Value>>, block: string): Map<Guest, Value> {
  const found = outer.get(block) ?? new Map<Guest, Value>();
  outer.set(block, found);
  return found;
}

function removed<Value>(outer: Map<string, Map<Guest, Value>>, guest: Guest): boolean {
  const here = outer.get(guest.block);
  const isRemoved = here?.delete(guest) ?? false;
  if (here?.size === 0) outer.delete(guest.block);
  return isRemoved;
}

function all<Value>(outer: ReadonlyMap<string, ReadonlyMap<Guest, Value>>): Value[] {
  return [...outer.values()].flatMap((here) => [...here.values()]);
}

function busiest<Value>(
  outer: ReadonlyMap<string, ReadonlyMap<Guest, Value>>,
): ReadonlyMap<Guest, Value> | undefined {
  let found: ReadonlyMap<Guest, Value> | undefined;
  for (const here of outer.values()) if (here.size > (found?.size ?? 0)) found = here;
  return found;
}
