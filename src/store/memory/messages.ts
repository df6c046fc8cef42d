// The events of the memory log and what they do to one another: each append is checked here, and changes are made to
// the messages they are about. Lives beside log.ts, which says who may read how far.
import { limits } from '../../protocol/limits.ts';
import type { MemberId, Seq } from '../../protocol/packet.ts';
import { afterChange, type Change, isOpenTo, targetOf } from '../changes.ts';
import { isSameContent, type LogRefusal } from '../content.ts';
import { toSeq } from '../ids.ts';
import { type EventBody, isChange, type NewEvent, type StoredEvent } from '../log.ts';

type Reaction = Extract<EventBody, { type: 'reaction' }>;

export class Messages {
  /** Event n stands at n - 1, as it reads now: this log has no gaps. */
  readonly #events: StoredEvent[] = [];
  readonly #byId = new Map<string, Seq>();
  readonly #mentions = new Map<Seq, readonly MemberId[]>();
  /** What a deletion left nothing of. */
  readonly #gone = new Set<Seq>();

  get all(): readonly StoredEvent[] {
    return this.#events;
  }

  /** The first event with this device and id, or `id-reused`. */
  firstOf(event: NewEvent): StoredEvent | 'id-reused' | undefined {
    const seq = this.#byId.get(keyOf(event));
    const first = seq === undefined ? undefined : this.#at(seq);
    if (seq === undefined || first === undefined) return undefined;
    return isSameContent(first, event, this.#gone.has(seq)) ? first : 'id-reused';
  }

  /** Why the log will not have it. */
  refusal({ room, member, body }: NewEvent): LogRefusal | undefined {
    const seq = targetOf(body);
    if (seq === undefined) return undefined;
    const target = this.#at(seq);
    const asked = { room, member, type: body.type };
    if (target === undefined || !isOpenTo(asked, summaryOf(target))) return 'no-such-event';
    return body.type === 'reaction' && isOneTooMany(target, member, body) ? 'too-many' : undefined;
  }

  add({ mentions, ...event }: NewEvent, at: number): StoredEvent {
    const { body, member } = event;
    const stored = { ...event, seq: toSeq(this.#events.length + 1), at };
    this.#events.push(stored);
    this.#byId.set(keyOf(event), stored.seq);
    if (body.type === 'message' && mentions) this.#mentions.set(stored.seq, mentions);
    if (isChange(body)) this.#change({ seq: stored.seq, member, body });
    return mentions === undefined ? stored : { ...stored, mentions };
  }

  speaksTo(seq: Seq, member: MemberId): boolean {
    return this.#mentions.get(seq)?.includes(member) === true;
  }

  /** A deletion left nothing of it. */
  isGone(seq: Seq): boolean {
    return this.#gone.has(seq);
  }

  #at(seq: Seq): StoredEvent | undefined {
    return this.#events[seq - 1];
  }

  #change(change: Change): void {
    const { target } = change.body;
    const message = this.#at(target);
    if (message === undefined) return;
    this.#events[target - 1] = afterChange(message, change);
    if (change.body.type === 'deletion') this.#forget(target, change.seq);
  }

  #forget(target: Seq, deletion: Seq): void {
    this.#mentions.delete(target);
    this.#gone.add(target);
    for (const event of this.#events) {
      const { seq, body } = event;
      if (!isChange(body) || body.target !== target || seq === deletion) continue;
      this.#gone.add(seq);
      this.#events[seq - 1] = emptied(event);
    }
  }
}

function keyOf({ device, id }: NewEvent): string {
  return `${device} ${id}`;
}

function summaryOf({ room, member, body, now }: StoredEvent) {
  return { room, member, isMessage: body.type === 'message', isDeleted: now?.isDeleted === true };
}

function isOneTooMany({ now }: StoredEvent, member: MemberId, { emoji, did }: Reaction): boolean {
  const reactions = now?.reactions ?? [];
  if (did === 'removed') return false;
  if (reactions.some((one) => one.emoji === emoji && one.by.includes(member))) return false;
  return reactions.reduce((sum, { by }) => sum + by.length, 0) >= limits.reactionsPerMessage;
}

function emptied(event: StoredEvent): StoredEvent {
  const { body } = event;
  if (body.type === 'edit') return { ...event, body: { ...body, text: '' } };
  return body.type === 'reaction' ? { ...event, body: { ...body, emoji: '' } } : event;
}
