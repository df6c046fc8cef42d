// The three frames that nearly all frames are, written and checked by hand: a post as it comes, its ack, and its event as
// it goes out. The schemas in packet.ts stay the law: what is not plain goes through them, and a test holds each of
// these against them on random packets. A third of what a post costs the server was spent here.
import { isRoomName, type RoomName } from './names.ts';
import { isPostId, type MemberId, type MessageEvent, type PostId, type ServerPackets } from './packet.ts';

type QuickPost = { kind: 'post'; id: PostId; room: RoomName; text: string };

// A post as JSON.stringify writes it, between its values.
const head = '{"kind":"post","id":"';
const beforeRoom = '","room":"';
const beforeText = '","text":"';
const tail = '"}';
const idEnd = head.length + 36;
const roomAt = idEnd + beforeRoom.length;
/** Means itself in JSON, and is one byte: printable ASCII without quotes and backslashes. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * The post in this payload, when it is written as our clients write one and its text is plain; `undefined` sends the
 * payload to `JSON.parse`. Its text and id are slices of one string.
 */
export function quickPayload(payload: Buffer): QuickPost | undefined {
  const json = payload.toString('latin1');
  if (!json.startsWith(head) || !json.startsWith(beforeRoom, idEnd) || !json.endsWith(tail)) return undefined;
  const roomEnd = json.indexOf('"', roomAt);
  const textAt = roomEnd + beforeText.length;
  if (!json.startsWith(beforeText, roomEnd) || textAt > json.length - tail.length) return undefined;
  const id = json.slice(head.length, idEnd);
  const room = json.slice(roomAt, roomEnd);
  const text = json.slice(textAt, -tail.length);
  if (!isPostId(id) || !plain.test(room) || !isRoomName(room) || !plain.test(text)) return undefined;
  return { kind: 'post', id: id as PostId, room: room as RoomName, text };
}

/** The post, when it is a text and nothing else and well formed; `undefined` sends it to the schema. */
export function quickPost(value: Readonly<Record<string, unknown>>): QuickPost | undefined {
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
type Source = Pick<Said, 'room' | 'member' | 'nick' | 'at'>;

/** What events that follow one another mostly have in common, written once. */
let common: (Source & { readonly json: string }) | undefined;

function commonJson(room: RoomName, member: MemberId, nick: string, at: number): string {
  const last = common;
  if (last?.at === at && last.member === member && last.room === room && last.nick === nick) return last.json;
  const who = `"room":"${room}","member":${member},"nick":${JSON.stringify(nick)}`;
  const json = `,${who},"at":${at},"type":"message","id":"`;
  common = { room, member, nick, at, json };
  return json;
}

/** The JSON of the event of a message that is a text and nothing else. */
export function saidJson({ seq, room, member, nick, at, id, text }: Said): string {
  const quoted = plain.test(text) ? `"${text}"` : JSON.stringify(text);
  return `{"kind":"event","event":{"seq":${seq}${commonJson(room, member, nick, at)}${id}","text":${quoted}}}`;
}
