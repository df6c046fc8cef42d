// The three frames that nearly all frames are, written and checked by hand: a post as it comes, its ack, and its event as
// it goes out. The schemas in packet.ts stay the law: what is not plain goes through them, and a test holds each of
// these against them on random packets. A third of what a post costs the server was spent here.
import { isRoomName, type RoomName } from './names.ts';
import { isPostId, type MessageEvent, type PostId, type ServerPackets } from './packet.ts';

/** The post, when it is a text and nothing else and well formed; `undefined` sends it to the schema. */
export function quickPost(
  value: Readonly<Record<string, unknown>>,
): { kind: 'post'; id: PostId; room: RoomName; text: string } | undefined {
  const { id, room, text, style, file, reply } = value;
  if (style !== undefined || file !== undefined || reply !== undefined) return undefined;
  if (typeof id !== 'string' || typeof room !== 'string' || typeof text !== 'string') return undefined;
  if (!isPostId(id) || !isRoomName(room) || !text.isWellFormed()) return undefined;
  return { kind: 'post', id: id as PostId, room: room as RoomName, text };
}

type Ack = Pick<ServerPackets['ack'], 'id' | 'room' | 'seq' | 'at'>;

/** The JSON of the ack. An id and a room have no character that JSON would escape. */
export function ackJson({ id, room, seq, at }: Ack): string {
  return `{"kind":"ack","id":"${id}","room":"${room}","seq":${seq},"at":${at}}`;
}

type Said = Pick<MessageEvent, 'seq' | 'room' | 'member' | 'nick' | 'at' | 'id' | 'text'>;

/** The JSON of the event of a message that is a text and nothing else. */
export function saidJson({ seq, room, member, nick, at, id, text }: Said): string {
  const head = `{"kind":"event","event":{"seq":${seq},"room":"${room}","member":${member},"nick":`;
  const said = `${JSON.stringify(nick)},"at":${at},"type":"message","id":"${id}","text":${JSON.stringify(text)}}}`;
  return head + said;
}
