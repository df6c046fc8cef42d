// What an edit, a deletion or a reaction makes of its message: the projection that readers see, as a function. The
// memory log keeps its messages by it, sqlite/recent.ts those it holds, and tests the views of their readers.
import type { MemberId, Reaction, Seq } from '../protocol/packet.ts';
import type { ChangeBody, EventBody, MessageNow, StoredEvent } from './log.ts';

type Message = Extract<EventBody, { type: 'message' }>;
export type Change = { readonly seq: Seq; readonly member: MemberId; readonly body: ChangeBody };

/** The message as it reads after the change. One that it shows already changes nothing, nor does any when it is deleted. */
export function afterChange(message: StoredEvent, { seq, member, body }: Change): StoredEvent {
  const { now } = message;
  if (message.body.type !== 'message' || now?.isDeleted || seq <= (now?.changed ?? 0)) return message;
  if (body.type === 'deletion') {
    return { ...message, body: emptied(message.body), now: { text: '', isDeleted: true, changed: seq } };
  }
  const before = now ?? { text: message.body.text };
  if (body.type === 'edit') {
    return { ...message, now: { ...before, text: body.text, edited: seq, changed: seq } };
  }
  return { ...message, now: { ...withReaction(before, member, body), changed: seq } };
}

/** What is left of a deleted message: how it was said and what it answered, nothing of what it said. */
function emptied({ style, reply }: Message): Message {
  return {
    type: 'message',
    text: '',
    ...(style ? { style } : {}),
    ...(reply === undefined ? {} : { reply }),
  };
}

type Reacted = Omit<MessageNow, 'changed'>;

function withReaction(
  { reactions = [], ...now }: Reacted,
  member: MemberId,
  body: { readonly emoji: string; readonly did: 'added' | 'removed' },
): Reacted {
  const change = body.did === 'added' ? withAdded : withRemoved;
  const changed = change(reactions, member, body.emoji);
  return changed.length === 0 ? now : { ...now, reactions: changed };
}

function withAdded(reactions: readonly Reaction[], member: MemberId, emoji: string): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) return [...reactions, { emoji, by: [member] }];
  if (known.by.includes(member)) return reactions;
  return reactions.map((reaction) => (reaction === known ? { emoji, by: [...known.by, member] } : reaction));
}

function withRemoved(reactions: readonly Reaction[], member: MemberId, emoji: string): readonly Reaction[] {
  return reactions
    .map((reaction) =>
      reaction.emoji === emoji ? { emoji, by: reaction.by.filter((one) => one !== member) } : reaction,
    )
    .filter(({ by }) => by.length > 0);
}

/** What a log knows of the event that another one is about. */
export type Target = {
  readonly room: string;
  readonly member: number;
  readonly isMessage: boolean;
  readonly isDeleted: boolean;
};

/** The event that `body` is about, if it is about one: that of a change, or the message replied to. */
export function targetOf(body: EventBody): Seq | undefined {
  if (body.type === 'message') return body.reply;
  return 'target' in body ? body.target : undefined;
}

/** Whether an event of this kind may be about `target`. */
export function isOpenTo(
  event: { readonly room: string; readonly member: number; readonly type: string },
  target: Target | undefined,
): boolean {
  if (!target?.isMessage || target.isDeleted || target.room !== event.room) return false;
  const isOwn = target.member === event.member;
  return isOwn || (event.type !== 'edit' && event.type !== 'deletion');
}
