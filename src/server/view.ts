// What the log holds, as a reader is sent it: the member's nick of today beside what was said, what a reply answers, and
// a message as later events left it. Hub, sync, history, search and mentions.
import type { RoomName } from '../protocol/names.ts';
import type { LogEvent, MemberId, Quote, Seq, ServerPacket } from '../protocol/packet.ts';
import { saidJson } from '../protocol/quick-frames.ts';
import type { StoredEvent } from '../store/log.ts';
import type { Store } from '../store/open.ts';

export type NickOf = (member: MemberId) => string;

/** What one reader sees beside the event itself. */
export type Sight = {
  readonly nickOf: NickOf;
  /** The message that a reply answers, unless it is deleted or not the reader's to see. */
  readonly quoteOf: (room: RoomName, seq: Seq) => Quote | undefined;
};

type Hidden = ReadonlyMap<RoomName, Seq>;

/** `hidden`: per room, what the reader may not see. */
export function sightOf({ log }: Pick<Store, 'log'>, nickOf: NickOf, hidden: Hidden): Sight {
  const quoteOf = (room: RoomName, seq: Seq) => {
    if (seq <= (hidden.get(room) ?? 0)) return undefined;
    const quote = log.quote(seq);
    return quote && { member: quote.member, nick: nickOf(quote.member), text: quote.text };
  };
  return { nickOf, quoteOf };
}

export function toLogEvent(event: StoredEvent, sight: Sight): LogEvent {
  const { seq, room, member, at, body } = event;
  const head = { seq, room, member, nick: sight.nickOf(member), at };
  switch (body.type) {
    case 'message':
      return messageOf(event, body, sight);
    case 'join':
    case 'part':
      return { type: body.type, ...head };
    case 'invite':
      return { ...head, ...body, guestNick: sight.nickOf(body.guest) };
    default:
      return { ...head, ...body };
  }
}

type MessageBody = Extract<StoredEvent['body'], { type: 'message' }>;

function messageOf(
  { seq, room, member, at, id, now }: StoredEvent,
  body: MessageBody,
  sight: Sight,
): LogEvent {
  const { text, style, file, reply } = body;
  const quote = reply === undefined ? undefined : sight.quoteOf(room, reply);
  const reactions = now?.reactions?.map(({ emoji, by }) => ({ emoji, by: [...by] })) ?? [];
  return {
    seq,
    room,
    member,
    nick: sight.nickOf(member),
    at,
    type: 'message',
    id,
    text: now?.text ?? text,
    ...(style === undefined ? {} : { style }),
    ...(file === undefined || now?.isDeleted ? {} : { file }),
    ...(reply === undefined ? {} : { reply }),
    ...(quote === undefined || now?.isDeleted ? {} : { quote }),
    ...(now?.edited === undefined || now.isDeleted ? {} : { edited: now.edited }),
    ...(now?.changed === undefined ? {} : { changed: now.changed }),
    ...(now?.isDeleted ? { deleted: true as const } : {}),
    ...(reactions.length === 0 ? {} : { reactions }),
  };
}

/** A message that is a text and nothing else, which all readers see alike. */
export function isPlain({ body }: StoredEvent): boolean {
  return (
    body.type === 'message' && body.style === undefined && body.file === undefined && body.reply === undefined
  );
}

/** The event's own packet as JSON, as the followers of its room get it. */
export function eventJson(event: StoredEvent, sight: Sight): string {
  const { seq, room, member, at, id, body } = event;
  if (body.type === 'message' && isPlain(event)) {
    return saidJson({ seq, room, member, nick: sight.nickOf(member), at, id, text: body.text });
  }
  return JSON.stringify({ kind: 'event', event: toLogEvent(event, sight) } satisfies ServerPacket);
}

/** A page of events, and whether the bounds cut it. */
export type Fitted = { readonly events: readonly LogEvent[]; readonly isCut: boolean };

/**
 * As many as fit into `bytesMax` as JSON, at least one, from the side of `take`. The store counts raw bytes, but a
 * control character is six bytes in JSON, and the frame's bound is over what is sent.
 */
export function fitPage(events: readonly LogEvent[], take: 'oldest' | 'newest', bytesMax: number): Fitted {
  if (isSurelyWithin(events, bytesMax)) return { events, isCut: false };
  const wanted = take === 'oldest' ? events : events.toReversed();
  let bytes = 0;
  let count = 0;
  for (const event of wanted) {
    bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    if (count > 0 && bytes > bytesMax) break;
    count += 1;
  }
  const isCut = count < events.length;
  return { events: take === 'oldest' ? events.slice(0, count) : events.slice(events.length - count), isCut };
}

/** No code unit is more than six bytes as JSON in UTF-8; most pages are known to fit without being written out. */
function isSurelyWithin(events: readonly LogEvent[], bytesMax: number): boolean {
  let bytes = 0;
  for (const event of events) {
    bytes += eventHeadBytes + 6 * (charsOf(event) + event.nick.length + event.room.length);
    if (bytes > bytesMax) return false;
  }
  return true;
}

/** Keys, numbers, id and digest of an event. */
const eventHeadBytes = 400;
/** A member's id in a list; an emoji is counted with its first one. */
const reactionChars = 16;

function charsOf(event: LogEvent): number {
  if (event.type === 'message') {
    const { text, file, quote, reactions = [] } = event;
    const quoted = quote === undefined ? 0 : quote.text.length + quote.nick.length;
    const reacted = reactions.reduce((sum, { by }) => sum + reactionChars * (1 + by.length), 0);
    return text.length + (file?.name.length ?? 0) + quoted + reacted;
  }
  if (event.type === 'edit' || event.type === 'topic') return event.text.length;
  return event.type === 'invite' ? event.guestNick.length : reactionChars;
}
