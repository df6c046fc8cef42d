// What can be said to a room, in its three forms: as it waits in the outbox, as the packet that goes up, and as the
// event that the log makes of it. Posting uses all of them.
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, ClientPackets, LogEvent, MessageEvent } from '../protocol/packet.ts';
import type { OutboxEntry, PostOptions, Saying } from './client.ts';

export type SayingPacket = ClientPackets['post' | 'edit' | 'delete' | 'react' | 'topic'];
type Addressed = { readonly room: RoomName; readonly saying: Saying };
type Place = Pick<MessageEvent, 'seq' | 'at' | 'member' | 'nick'>;

export function postOf(text: string, { style, file, reply }: PostOptions): Saying {
  return {
    kind: 'post',
    text,
    ...(style === undefined ? {} : { style }),
    ...(file === undefined ? {} : { file }),
    ...(reply === undefined ? {} : { reply }),
  };
}

/** Written in the order in which a server reads posts the quick way (protocol/quick-frames.ts). */
export function packetOf({ id, room, saying }: Pick<OutboxEntry, 'id' | 'room' | 'saying'>): SayingPacket {
  return Object.assign({ kind: saying.kind, id, room }, saying);
}

/** The event that an acknowledged saying has become. A quote is the server's to make, so a reply has none here. */
export function eventOf({ id, room, saying }: OutboxEntry, place: Place): LogEvent {
  const head = { ...place, room };
  switch (saying.kind) {
    case 'post': {
      const { kind: _, ...content } = saying;
      return { type: 'message', ...head, id, ...content };
    }
    case 'edit':
      return { type: 'edit', ...head, target: saying.target, text: saying.text };
    case 'delete':
      return { type: 'deletion', ...head, target: saying.target };
    case 'react':
      return { type: 'reaction', ...head, target: saying.target, emoji: saying.emoji, did: saying.did };
    case 'topic':
      return { type: 'topic', ...head, text: saying.text };
  }
}

/** A lone surrogate was mended on the way. */
export function isSame(one: Addressed, other: Addressed): boolean {
  return one.room === other.room && keyOf(one.saying) === keyOf(other.saying);
}

/** The message is this entry's. An edit since then has other words: it is still the entry's, as its id says. */
export function isEcho(event: Extract<AnyEvent, { type: 'message' }>, { room, saying }: Addressed): boolean {
  if (saying.kind !== 'post') return false;
  if (event.edited !== undefined || event.deleted === true) return event.room === room;
  return isSame({ room: event.room, saying: postOf(event.text, event) }, { room, saying });
}

function keyOf(saying: Saying): string {
  switch (saying.kind) {
    case 'post':
      return JSON.stringify([
        saying.kind,
        saying.text.toWellFormed(),
        saying.style,
        saying.file?.sha256,
        saying.reply,
      ]);
    case 'edit':
      return JSON.stringify([saying.kind, saying.target, saying.text.toWellFormed()]);
    case 'delete':
      return JSON.stringify([saying.kind, saying.target]);
    case 'react':
      return JSON.stringify([saying.kind, saying.target, saying.emoji, saying.did]);
    case 'topic':
      return JSON.stringify([saying.kind, saying.text.toWellFormed()]);
  }
}
