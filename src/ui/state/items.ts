// The gate between packets and the screen: raw text of people and server becomes SafeText here and nowhere else.
// Called by update.ts.
import type { OutboxEntry, Transfer } from '../../client/client.ts';
import { limits } from '../../protocol/limits.ts';
import type {
  AnyEvent,
  FileNote,
  LogEvent,
  MemberId,
  MessageEvent,
  Person,
  RoomNote,
} from '../../protocol/packet.ts';
import { type SafeText, safeLine, safeText } from '../../text/safe-text.ts';
import type { QuoteView } from './acting.ts';
import { type Called, callsIn } from './mentions.ts';
import type {
  FileItem,
  LogItem,
  MessageItem,
  OwnChange,
  PendingItem,
  PersonView,
  ReactionView,
  RoomView,
  State,
  TransferView,
} from './state.ts';

const fileItem = (file: FileNote): FileItem => ({
  name: safeLine(file.name),
  size: file.size,
  sha256: file.sha256,
});

/** Who reads: what is its own, and what speaks to it. */
export type Reader = Called & { readonly member: MemberId | undefined };

export const readerOf = ({ me, highlights }: Pick<State, 'me' | 'highlights'>): Reader => ({
  member: me.member,
  nick: me.nick,
  highlights,
});

/** An event of a later version has a seq and nothing to show, a change is shown on its target: `undefined`. */
export const logItem = (event: AnyEvent, reader: Reader): LogItem | undefined => {
  if (event.type === 'unknown') return undefined;
  if (event.type === 'message') return messageItem(event, reader);
  const { seq, at, member } = event;
  const head = { key: `e${seq}`, seq, at, member, nick: safeLine(event.nick) };
  if (event.type === 'join') return { is: 'membership', ...head, did: 'joined' };
  if (event.type === 'part') return { is: 'membership', ...head, did: 'left' };
  const text = newsText(event);
  return text === undefined ? undefined : { is: 'news', ...head, text };
};

/** What happened to the room, as a sentence; `undefined` for what happened to a message. */
export const newsText = (event: LogEvent): SafeText | undefined => {
  const nick = safeLine(event.nick);
  if (event.type === 'topic')
    return safeLine(
      event.text === '' ? `${nick} took the topic away` : `${nick} set the topic: ${event.text}`,
    );
  if (event.type === 'invite') return safeLine(`${nick} invited ${safeLine(event.guestNick)}`);
  if (event.type === 'room') return safeLine(`${nick} ${roomWords(event)}`);
  return undefined;
};

const roomWords = ({ access, past }: Extract<LogEvent, { type: 'room' }>): string => {
  if (access === 'public') return 'opened the room to everybody';
  const reads = past === 'whole' ? 'all that was said' : 'what is said from then on';
  return `made the room private; who is invited reads ${reads}`;
};

export const quoteView = (quote: { readonly nick: string; readonly text: string }): QuoteView => ({
  nick: safeLine(quote.nick),
  text: safeLine(quote.text.slice(0, limits.quoteChars)),
});

export const reactionView = (emoji: string, by: readonly MemberId[], reader: Reader): ReactionView => ({
  emoji,
  shown: safeLine(emoji),
  by,
  isMine: reader.member !== undefined && by.includes(reader.member),
});

const noReactions: readonly ReactionView[] = [];

/** What is said in a message, of its event or of an edit. */
export const wordsOf = (text: string, isOwn: boolean, reader: Reader) => {
  const safe = safeText(text);
  return {
    text: safe,
    calls: isOwn ? [] : callsIn(safe, reader),
    ...(isOwn && safe !== text && { typed: text }),
  };
};

const messageItem = (event: MessageEvent, reader: Reader): MessageItem => {
  const isOwn = event.member === reader.member;
  const { reply, quote, reactions } = event;
  return {
    is: 'message',
    key: `e${event.seq}`,
    seq: event.seq,
    member: event.member,
    nick: safeLine(event.nick),
    at: event.at,
    ...wordsOf(event.text, isOwn, reader),
    isAction: event.style === 'action',
    isOwn,
    edited: event.edited ?? 0,
    changed: event.changed ?? event.edited ?? 0,
    isDeleted: event.deleted === true,
    reactions: reactions ? reactions.map(({ emoji, by }) => reactionView(emoji, by, reader)) : noReactions,
    ...(reply !== undefined &&
      !event.deleted && { reply: { seq: reply, ...(quote && { quote: quoteView(quote) }) } }),
    ...(event.file && { file: fileItem(event.file) }),
  };
};

/** `undefined` for what is no message of its own: it is shown on the one it is about. */
export const pendingItem = (
  entry: OutboxEntry,
  nick: SafeText,
  quote: QuoteView | undefined,
): PendingItem | undefined => {
  const { saying } = entry;
  if (saying.kind !== 'post') return undefined;
  return {
    is: 'pending',
    key: `p${entry.id}`,
    id: entry.id,
    room: entry.room,
    at: entry.typedAt,
    nick,
    text: safeText(saying.text),
    isAction: saying.style === 'action',
    state: entry.state,
    ...(entry.error && { why: safeLine(entry.error.message) }),
    ...(saying.reply !== undefined && { reply: { seq: saying.reply, ...(quote && { quote }) } }),
    ...(saying.file && { file: fileItem(saying.file) }),
  };
};

export const ownChange = ({ id, room, state, error, saying }: OutboxEntry): OwnChange | undefined => {
  if (saying.kind === 'post' || saying.kind === 'topic') return undefined;
  const head = { id, room, target: saying.target, state, ...(error && { why: safeLine(error.message) }) };
  if (saying.kind === 'delete') return { ...head, does: { is: 'delete' } };
  if (saying.kind === 'react')
    return { ...head, does: { is: 'react', emoji: saying.emoji, did: saying.did } };
  return { ...head, does: { is: 'edit', text: safeText(saying.text), typed: saying.text } };
};

/** An own post that got its place. It keeps the key it had while pending, so that a view anchored on it stays. */
export const ackedItem = (event: MessageEvent, reader: Reader): MessageItem => ({
  ...messageItem(event, reader),
  key: `p${event.id}`,
  isOwn: true,
});

export const transferView = (transfer: Transfer): TransferView => ({
  id: transfer.id,
  direction: transfer.direction,
  step: transfer.step,
  size: transfer.size,
  bytes: transfer.bytes,
  speed: transfer.speed,
  name: safeLine(transfer.name),
  ...(transfer.file && { sha256: transfer.file.sha256 }),
  ...(transfer.path !== undefined && { path: safeLine(transfer.path) }),
});

export const personView = (
  person: Pick<Person, 'member' | 'nick' | 'state' | 'since' | 'rooms'>,
): PersonView => ({
  member: person.member,
  nick: safeLine(person.nick),
  state: person.state,
  since: person.since,
  rooms: person.rooms,
});

export const roomView = (note: RoomNote): RoomView => ({
  room: note.room,
  topic: safeLine(note.topic),
  members: note.members,
  access: note.access,
  past: note.past,
  ...(note.owner !== undefined && { owner: note.owner }),
  ...(note.last !== undefined && { last: note.last }),
  ...(note.with && { with: { member: note.with.member, nick: safeLine(note.with.nick) } }),
});
