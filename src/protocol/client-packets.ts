// What a client says to a server, one schema per packet kind.
import * as v from 'valibot';
import { limits } from './limits.ts';
import { RoomName } from './names.ts';
import { FileNote } from './notes.ts';
import {
  agent,
  base64url,
  DeviceId,
  emojiText,
  freeText,
  LogId,
  nickLabel,
  PostId,
  req,
  Seq,
  secret,
  sentence,
  Time,
  wholeNumber,
} from './shapes.ts';

/** By kind. */
export const clientPackets = {
  hello: v.object({
    kind: v.literal('hello'),
    protocol: wholeNumber,
    features: v.pipe(v.array(v.string()), v.maxLength(limits.features)),
    /** `chat` stands in the roster; `script` does not; `transfer` brings a ticket; `control` asks for a handover. */
    role: v.picklist(['chat', 'script', 'transfer', 'control']),
    /** The device's raw Ed25519 public key. */
    key: base64url(32),
    /** Ed25519 over `helloProof(material)`, see protocol/proof.ts. */
    signature: base64url(64),
    nick: v.exactOptional(nickLabel),
    token: v.exactOptional(secret),
    ticket: v.exactOptional(secret),
    /** One-time code that makes an unknown key a device of an existing member. */
    code: v.exactOptional(secret),
    /** Name and version of the program, for the server's log. */
    agent: v.exactOptional(agent),
  }),
  post: v.object({
    kind: v.literal('post'),
    id: PostId,
    room: RoomName,
    text: freeText,
    style: v.exactOptional(v.literal('action')),
    file: v.exactOptional(FileNote),
    reply: v.exactOptional(Seq),
  }),
  edit: v.object({ kind: v.literal('edit'), id: PostId, room: RoomName, target: Seq, text: freeText }),
  delete: v.object({ kind: v.literal('delete'), id: PostId, room: RoomName, target: Seq }),
  react: v.object({
    kind: v.literal('react'),
    id: PostId,
    room: RoomName,
    target: Seq,
    emoji: emojiText,
    did: v.picklist(['added', 'removed']),
  }),
  topic: v.object({ kind: v.literal('topic'), id: PostId, room: RoomName, text: freeText }),
  sync: v.object({
    kind: v.literal('sync'),
    req,
    /** With `after`: the log the cursor belongs to. On another log the cursor is void and the sync is a fresh one. */
    logId: v.exactOptional(LogId),
    after: v.exactOptional(Seq),
    /** Rooms to follow instead of those the member is in (scripts). */
    rooms: v.exactOptional(v.pipe(v.array(RoomName), v.maxLength(limits.syncRooms))),
  }),
  history: v.object({
    kind: v.literal('history'),
    req,
    room: RoomName,
    /** Exclusive bounds. With `after` alone the oldest come first to hand, else the newest. */
    before: v.exactOptional(Seq),
    after: v.exactOptional(Seq),
    /** Instead of bounds: half of the page before this event, the rest from it on. */
    around: v.exactOptional(Seq),
    /** Instead of bounds: from the first event at or after this time on. */
    at: v.exactOptional(Time),
    limit: wholeNumber,
  }),
  /** Events that speak to the member, in all rooms it may read, newest first to hand. */
  mentions: v.object({
    kind: v.literal('mentions'),
    req,
    before: v.exactOptional(Seq),
    limit: wholeNumber,
  }),
  search: v.object({
    kind: v.literal('search'),
    req,
    /** As typed: words, and from: in: before: after: has: (docs/search.md). */
    query: v.pipe(freeText, v.maxLength(limits.queryChars)),
    before: v.exactOptional(Seq),
    limit: wholeNumber,
  }),
  /** Everything up to `seq` was read. Not answered; `marks` tells the member's other devices. */
  read: v.object({ kind: v.literal('read'), room: RoomName, seq: Seq }),
  notify: v.object({
    kind: v.literal('notify'),
    req,
    room: RoomName,
    level: v.picklist(['all', 'mentions', 'none']),
  }),
  /** Not answered; passed on to who follows the room. */
  typing: v.object({ kind: v.literal('typing'), room: RoomName }),
  away: v.object({
    kind: v.literal('away'),
    req,
    is: v.boolean(),
    note: v.exactOptional(sentence),
  }),
  rooms: v.object({
    kind: v.literal('rooms'),
    req,
    /** Where the page before ended (`next` of the answer). */
    from: v.exactOptional(RoomName),
  }),
  direct: v.object({ kind: v.literal('direct'), req, nick: nickLabel }),
  invite: v.object({ kind: v.literal('invite'), req, room: RoomName, nick: nickLabel }),
  configure: v.object({
    kind: v.literal('configure'),
    req,
    room: RoomName,
    access: v.exactOptional(v.picklist(['public', 'private'])),
    past: v.exactOptional(v.picklist(['whole', 'invited'])),
  }),
  whois: v.object({ kind: v.literal('whois'), req, nick: nickLabel }),
  /** A code for another device of the member; with role `control` for that of `nick`. */
  link: v.object({ kind: v.literal('link'), req, nick: v.exactOptional(nickLabel) }),
  devices: v.object({ kind: v.literal('devices'), req }),
  revoke: v.object({ kind: v.literal('revoke'), req, device: DeviceId }),
  join: v.object({ kind: v.literal('join'), req, room: RoomName }),
  part: v.object({ kind: v.literal('part'), req, room: RoomName }),
  nick: v.object({ kind: v.literal('nick'), req, nick: nickLabel }),
  who: v.object({
    kind: v.literal('who'),
    req,
    room: v.exactOptional(RoomName),
    /** Also those offline. */
    all: v.exactOptional(v.boolean()),
    /** Where the page before ended (`next` of the answer). */
    from: v.exactOptional(wholeNumber),
  }),
  offer: v.object({ kind: v.literal('offer'), req, room: RoomName, ...FileNote.entries }),
  fetch: v.object({
    kind: v.literal('fetch'),
    req,
    /** The file's message … */
    seq: v.exactOptional(Seq),
    /** … or the first digits of its SHA-256, at least 6. */
    sha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{6,64}$/))),
    /** Bytes the receiver already has. */
    offset: wholeNumber,
  }),
  handover: v.object({ kind: v.literal('handover'), req }),
  ping: v.object({ kind: v.literal('ping'), n: wholeNumber }),
  pong: v.object({ kind: v.literal('pong'), n: wholeNumber }),
  bye: v.object({ kind: v.literal('bye'), reason: v.picklist(['quit', 'done']) }),
} as const;
