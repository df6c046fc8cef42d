// What the log holds, as a reader is sent it: the member's nick of today beside what was said. Hub, sync and history.
import type { LogEvent, MemberId, ServerPacket } from '../protocol/packet.ts';
import { saidJson } from '../protocol/quick-frames.ts';
import type { StoredEvent } from '../store/log.ts';

export type NickOf = (member: MemberId) => string;

export function toLogEvent({ seq, room, member, at, id, body }: StoredEvent, nickOf: NickOf): LogEvent {
  const nick = nickOf(member);
  if (body.type !== 'message') return { type: body.type, seq, room, member, nick, at };
  const { text, style, file } = body;
  return {
    seq,
    room,
    member,
    nick,
    at,
    type: 'message',
    id,
    text,
    ...(style === undefined ? {} : { style }),
    ...(file === undefined ? {} : { file }),
  };
}

/** The event's own packet as JSON, as the followers of its room get it. */
export function eventJson(event: StoredEvent, nickOf: NickOf): string {
  const { seq, room, member, at, id, body } = event;
  const isPlain = body.type === 'message' && body.style === undefined && body.file === undefined;
  if (isPlain) return saidJson({ seq, room, member, nick: nickOf(member), at, id, text: body.text });
  return JSON.stringify({ kind: 'event', event: toLogEvent(event, nickOf) } satisfies ServerPacket);
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
    const text = event.type === 'message' ? event.text.length + (event.file?.name.length ?? 0) : 0;
    bytes += eventHeadBytes + 6 * (text + event.nick.length + event.room.length);
    if (bytes > bytesMax) return false;
  }
  return true;
}

/** Keys, numbers, id and digest of an event. */
const eventHeadBytes = 400;
