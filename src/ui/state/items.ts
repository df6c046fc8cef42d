// The gate between packets and the screen: raw text of people and server becomes SafeText here and nowhere else.
// Called by update.ts.
import type { OutboxEntry, Transfer } from '../../client/client.ts';
import type { AnyEvent, FileNote, MemberId, MessageEvent, Person, RoomNote } from '../../protocol/packet.ts';
import { type SafeText, safeLine, safeText } from '../../text/safe-text.ts';
import type {
  FileItem,
  LogItem,
  MessageItem,
  PendingItem,
  PersonView,
  RoomView,
  TransferView,
} from './state.ts';

const fileItem = (file: FileNote): FileItem => ({
  name: safeLine(file.name),
  size: file.size,
  sha256: file.sha256,
});

/** An event of a later version has a seq and nothing to show: `undefined`. */
export const logItem = (event: AnyEvent, me: MemberId | undefined): LogItem | undefined => {
  if (event.type === 'unknown') return undefined;
  if (event.type === 'message') return messageItem(event, me);
  return {
    is: 'membership',
    key: `e${event.seq}`,
    seq: event.seq,
    at: event.at,
    member: event.member,
    nick: safeLine(event.nick),
    did: event.type === 'join' ? 'joined' : 'left',
  };
};

const messageItem = (event: MessageEvent, me: MemberId | undefined): MessageItem => ({
  is: 'message',
  key: `e${event.seq}`,
  seq: event.seq,
  member: event.member,
  nick: safeLine(event.nick),
  at: event.at,
  text: safeText(event.text),
  isAction: event.style === 'action',
  isOwn: event.member === me,
  ...(event.file && { file: fileItem(event.file) }),
});

export const pendingItem = (entry: OutboxEntry, nick: SafeText): PendingItem => ({
  is: 'pending',
  key: `p${entry.id}`,
  id: entry.id,
  room: entry.room,
  at: entry.typedAt,
  nick,
  text: safeText(entry.saying.kind === 'post' ? entry.saying.text : ''),
  isAction: entry.saying.kind === 'post' && entry.saying.style === 'action',
  state: entry.state,
  ...(entry.error && { why: safeLine(entry.error.message) }),
  ...(entry.saying.kind === 'post' && entry.saying.file && { file: fileItem(entry.saying.file) }),
});

/** An own post that got its place. It keeps the key it had while pending, so that a view anchored on it stays. */
export const ackedItem = (event: MessageEvent, me: MemberId | undefined): MessageItem => ({
  ...messageItem(event, me),
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
