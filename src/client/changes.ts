// What an edit, a deletion or a reaction makes of its message: pure, and harmless when it comes twice or late. Used
// for what is kept on this machine; the screen has the same to do with what it shows.
import { limits } from '../protocol/limits.ts';
import type { ChangeEvent, MessageEvent, Reaction } from '../protocol/packet.ts';

/** The same message where it shows the change already. */
export function changed(message: MessageEvent, change: ChangeEvent): MessageEvent {
  const isShown = (message.changed ?? 0) >= change.seq;
  if (message.seq !== change.target || message.deleted === true || isShown) return message;
  switch (change.type) {
    case 'edit':
      return { ...message, text: change.text, edited: change.seq, changed: change.seq };
    case 'deletion':
      return tombstone(message, change.seq);
    case 'reaction':
      return { ...reacted(message, change), changed: change.seq };
  }
}

/** Who said it and when stays, and what it answered. */
function tombstone(message: MessageEvent, at: ChangeEvent['seq']): MessageEvent {
  const { file: _file, quote: _quote, edited: _edited, reactions: _reactions, ...rest } = message;
  return { ...rest, text: '', deleted: true, changed: at };
}

type ReactionEvent = Extract<ChangeEvent, { type: 'reaction' }>;

function reacted(message: MessageEvent, { emoji, member, did }: ReactionEvent): MessageEvent {
  const { reactions: before = [], ...rest } = message;
  const after = did === 'added' ? added(before, emoji, member) : removed(before, emoji, member);
  return after.length === 0 ? rest : { ...rest, reactions: after };
}

function added(reactions: Reaction[], emoji: string, member: MessageEvent['member']): Reaction[] {
  const at = reactions.findIndex((one) => one.emoji === emoji);
  const by = reactions[at]?.by ?? [];
  const count = reactions.reduce((sum, one) => sum + one.by.length, 0);
  // A server that keeps its own bound sends no more; one that does not fills no disk with them.
  if (by.includes(member) || count >= limits.reactionsPerMessage) return reactions;
  const reaction = { emoji, by: [...by, member] };
  return at < 0 ? [...reactions, reaction] : reactions.with(at, reaction);
}

function removed(reactions: Reaction[], emoji: string, member: MessageEvent['member']): Reaction[] {
  const at = reactions.findIndex((one) => one.emoji === emoji);
  const by = reactions[at]?.by ?? [];
  if (!by.includes(member)) return reactions;
  const rest = by.filter((one) => one !== member);
  return rest.length === 0 ? reactions.toSpliced(at, 1) : reactions.with(at, { emoji, by: rest });
}
