// What edits, deletions and reactions make of the messages that are at hand: pure, and the same whether a change comes
// once, again, or was in the message already. Called by timeline.ts for changes of the log, and by lines.ts for those of
// the reader's that the log does not have yet, which are shown at once and taken back where they are refused.
import type { ChangeEvent, MemberId } from '../../protocol/packet.ts';
import { type SafeText, safeLine } from '../../text/safe-text.ts';
import { quoteView, type Reader, reactionView, wordsOf } from './items.ts';
import type { Doing, LogItem, MessageItem, OwnChange, ReactionView } from './state.ts';

/** The items with the changes applied in their order; what none of them touches stays the same object. */
export const changed = (
  log: readonly LogItem[],
  changes: readonly ChangeEvent[],
  reader: Reader,
): readonly LogItem[] => {
  if (changes.length === 0) return log;
  const byTarget = Map.groupBy(changes, ({ target }) => target);
  let isTouched = false;
  const after = log.map((item) => {
    if (item.is !== 'message') return item;
    const own = byTarget.get(item.seq) ?? [];
    const quoted = (item.reply && byTarget.get(item.reply.seq)) ?? [];
    const next = quoted.reduce(
      requoted,
      own.reduce((one, change) => changedBy(one, change, reader), item),
    );
    isTouched ||= next !== item;
    return next;
  });
  return isTouched ? after : log;
};

const changedBy = (item: MessageItem, change: ChangeEvent, reader: Reader): MessageItem => {
  if (item.isDeleted || change.seq <= item.changed) return item;
  return { ...byKind(item, change, reader), changed: change.seq };
};

const byKind = (item: MessageItem, change: ChangeEvent, reader: Reader): MessageItem => {
  if (change.type === 'deletion') return deleted(item);
  if (change.type === 'reaction') return reacted(item, change, reader);
  if (change.member !== item.member) return item;
  const { typed: _typed, ...rest } = item;
  return { ...rest, ...wordsOf(change.text, item.isOwn, reader), edited: change.seq };
};

/** What is left of a message: who wrote it, and when. */
const deleted = (item: MessageItem): MessageItem => {
  const { typed: _typed, file: _file, transfer: _transfer, reply: _reply, ...rest } = item;
  return { ...rest, text: safeLine(''), edited: 0, isDeleted: true, reactions: [], calls: [] };
};

type Reacted = Pick<Extract<ChangeEvent, { type: 'reaction' }>, 'emoji' | 'did' | 'member'>;

const reacted = (item: MessageItem, { emoji, did, member }: Reacted, reader: Reader): MessageItem => {
  const before = item.reactions.find((one) => one.emoji === emoji);
  const isThere = before?.by.includes(member) ?? false;
  if (isThere === (did === 'added')) return item;
  const by = did === 'added' ? [...(before?.by ?? []), member] : without(before?.by ?? [], member);
  return { ...item, reactions: withReaction(item.reactions, reactionView(emoji, by, reader)) };
};

const without = (by: readonly MemberId[], member: MemberId) => by.filter((one) => one !== member);

const withReaction = (all: readonly ReactionView[], one: ReactionView): readonly ReactionView[] => {
  const at = all.findIndex(({ emoji }) => emoji === one.emoji);
  if (one.by.length === 0) return all.toSpliced(at, 1);
  return at < 0 ? [...all, one] : all.with(at, one);
};

/** A quote is the quoted message as it is now: gone with it, and edited with it. */
const requoted = (item: MessageItem, change: ChangeEvent): MessageItem => {
  const quote = item.reply?.quote;
  if (!item.reply || !quote || change.type === 'reaction') return item;
  if (change.type === 'deletion') return { ...item, reply: { seq: item.reply.seq } };
  const next = quoteView({ nick: quote.nick, text: change.text });
  return next.text === quote.text ? item : { ...item, reply: { seq: item.reply.seq, quote: next } };
};

/** The message with what the reader does to it; what was refused is taken back, and said. */
export const withOwn = (item: MessageItem, changes: readonly OwnChange[], reader: Reader): MessageItem => {
  const under = changes.filter(({ state }) => state !== 'failed');
  const doing: Doing = {
    isUnderWay: under.length > 0,
    refused: changes.filter(({ state }) => state === 'failed').map(refusal),
  };
  let after = item;
  for (const { does } of under) after = withOne(after, does, reader);
  return { ...after, doing };
};

const withOne = (item: MessageItem, does: OwnChange['does'], reader: Reader): MessageItem => {
  const { member } = reader;
  if (item.isDeleted || member === undefined) return item;
  if (does.is === 'delete') return deleted(item);
  if (does.is === 'react') return reacted(item, { ...does, member }, reader);
  return { ...item, text: does.text, typed: does.typed, edited: Number.POSITIVE_INFINITY };
};

const tried: Readonly<Record<OwnChange['does']['is'], string>> = {
  edit: 'not edited',
  delete: 'not deleted',
  react: 'no reaction',
};

export const refusal = ({ does, why }: OwnChange): SafeText =>
  safeLine(`${tried[does.is]}: ${why ?? 'the server refused it'}`);
