// What one log has come to hold, written down as it is stored, in the shapes that the checks ask for: by seq, by room,
// and who was where. It trusts nobody: what breaks the log's own promises is told at once.
import type { RoomName } from '../../../src/protocol/names.ts';
import type { LogId, MemberId, Seq } from '../../../src/protocol/packet.ts';
import type { StoredEvent } from '../../../src/store/log.ts';

/** Where a member was: from the seq of its join to that of its part, both among it. */
type Visit = { readonly from: number; to: number };

export class History {
  readonly logId: LogId;
  readonly #wrong: (what: string) => void;
  readonly events: StoredEvent[] = [];
  readonly #byRoom = new Map<RoomName, Seq[]>();
  /** Event n's place in its room stands at n - 1. */
  readonly #places: number[] = [];
  readonly #visits = new Map<string, Visit[]>();
  readonly #ids = new Set<string>();
  /** The number of the last post of each author in each room. */
  readonly #numbers = new Map<string, number>();
  /** Posts that were refused once: said again later, they stand later. */
  readonly refused = new Set<string>();
  /** What somebody was told is stored, by its text. */
  readonly acked = new Map<string, Seq>();

  constructor(logId: LogId, wrong: (what: string) => void) {
    this.logId = logId;
    this.#wrong = wrong;
  }

  get length(): number {
    return this.events.length;
  }

  store(event: StoredEvent): void {
    const { seq, device, id, room, at } = event;
    if (seq !== this.length + 1) this.#wrong(`the log gave ${seq} behind ${this.length}`);
    if (at < (this.events.at(-1)?.at ?? 0))
      this.#wrong(`the time of ${seq} is before that of the one before it`);
    const key = `${device} ${id}`;
    if (this.#ids.has(key)) this.#wrong(`(device, id) twice in the log: ${key}`);
    this.#ids.add(key);
    const ofRoom = this.inRoom(room);
    this.#places.push(ofRoom.length);
    ofRoom.push(seq);
    this.#byRoom.set(room, ofRoom);
    this.events.push(event);
    this.#move(event);
    this.#number(event);
  }

  at(seq: number): StoredEvent | undefined {
    return this.events[seq - 1];
  }

  inRoom(room: RoomName): Seq[] {
    return this.#byRoom.get(room) ?? [];
  }

  get rooms(): RoomName[] {
    return [...this.#byRoom.keys()];
  }

  /** Its place among the events of its room, from 0. */
  placeOf(seq: number): number {
    return this.#places[seq - 1] ?? -1;
  }

  /** The place in the room of the first event at `seq` or behind it. */
  placeFrom(room: RoomName, seq: number): number {
    const seqs = this.inRoom(room);
    let place = seqs.length;
    while (place > 0 && (seqs[place - 1] ?? 0) >= seq) place -= 1;
    return place;
  }

  visits(member: MemberId, room: RoomName): readonly Visit[] {
    return this.#visits.get(`${member} ${room}`) ?? [];
  }

  /** Seq of the join with which the member is in the room now. */
  joinedAt(member: MemberId, room: RoomName): number | undefined {
    const last = this.visits(member, room).at(-1);
    return last?.to === Number.POSITIVE_INFINITY ? last.from : undefined;
  }

  /** The visit that goes over the whole of `from` to `to`. */
  wasIn(member: MemberId, room: RoomName, from: number, to = from): boolean {
    return this.visits(member, room).some((visit) => visit.from <= from && to <= visit.to);
  }

  /** Was in it at some time from `from` on. */
  wasInSince(member: MemberId, room: RoomName, from: number): boolean {
    return (this.visits(member, room).at(-1)?.to ?? 0) >= from;
  }

  #move({ body, member, room, seq }: StoredEvent): void {
    if (body.type !== 'join' && body.type !== 'part') return;
    const key = `${member} ${room}`;
    const visits = this.#visits.get(key) ?? [];
    this.#visits.set(key, visits);
    const last = visits.at(-1);
    const isIn = last?.to === Number.POSITIVE_INFINITY;
    if (isIn === (body.type === 'join'))
      this.#wrong(`at ${seq} of the log a ${body.type} of who did so before`);
    if (body.type === 'join') visits.push({ from: seq, to: Number.POSITIVE_INFINITY });
    else if (last !== undefined) last.to = Math.min(last.to, seq);
  }

  /** A text begins with its author's name and the author's own count. */
  #number({ body, room, seq }: StoredEvent): void {
    if (body.type !== 'message') return;
    const [author = '', count = ''] = body.text.split(' ', 2);
    if (this.refused.has(`${author} ${count}`)) return;
    const key = `${author} ${room}`;
    const number = Number(count);
    const last = this.#numbers.get(key) ?? 0;
    if (number <= last) this.#wrong(`${author}'s ${number} stands behind its ${last}, at ${seq} of the log`);
    else this.#numbers.set(key, number);
  }
}
