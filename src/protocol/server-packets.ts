// What a server says to a client, one schema per packet kind.
import * as v from 'valibot';
import { errorCodes } from './errors.ts';
import { AnyEvent, risingEvents } from './event.ts';
import { RoomName } from './names.ts';
import { DeviceNote, FileNote, Mark, Person, RoomNote } from './notes.ts';
import {
  agent,
  base64url,
  DeviceId,
  LogId,
  MemberId,
  nickLabel,
  oneOf,
  PostId,
  Seq,
  Sha256,
  secret,
  sentence,
  Time,
  wholeNumber,
} from './shapes.ts';

/** By kind. */
export const serverPackets = {
  /** Only on --plain-tcp, where there is no keying material to sign: the first packet of the server. */
  challenge: v.object({ kind: v.literal('challenge'), nonce: base64url(32) }),
  welcome: v.object({
    kind: v.literal('welcome'),
    protocol: wholeNumber,
    features: v.array(v.string()),
    server: v.object({ name: sentence, version: agent }),
    logId: LogId,
    tail: Seq,
    at: Time,
    member: MemberId,
    device: DeviceId,
    nick: nickLabel,
    rooms: v.array(RoomNote),
    uploadBytes: wholeNumber,
  }),
  error: v.object({
    kind: v.literal('error'),
    /** A code of a later version is a refusal all the same; its message says which. */
    code: oneOf(errorCodes, 'not-allowed'),
    message: sentence,
    re: v.exactOptional(wholeNumber),
    /** The post it answers. */
    id: v.exactOptional(PostId),
  }),
  ack: v.object({ kind: v.literal('ack'), id: PostId, room: RoomName, seq: Seq, at: Time }),
  event: v.object({ kind: v.literal('event'), event: AnyEvent }),
  /** Answer to `sync`. `upTo` also passes what the member may not read; `more`: ask again with `after: upTo`. */
  page: v.object({
    kind: v.literal('page'),
    re: wholeNumber,
    events: risingEvents,
    upTo: Seq,
    more: v.boolean(),
    /** What was left out: events of `room` with after < seq < before, to be had by `history`. */
    gaps: v.array(v.object({ room: RoomName, after: Seq, before: Seq })),
    /** On the last page of the member's own rooms. */
    marks: v.exactOptional(v.array(Mark)),
  }),
  /** Answer to `history`, oldest first. `more`: there are further ones beyond the page on the side asked for. */
  past: v.object({
    kind: v.literal('past'),
    re: wholeNumber,
    room: RoomName,
    events: risingEvents,
    more: v.boolean(),
    /** With `around` and `at`: there are further ones behind the page; `more` is about those before it. */
    newer: v.exactOptional(v.boolean()),
  }),
  /** Answer to `search` and `mentions`, oldest first. `more`: ask again with `before` = the first one's seq. */
  found: v.object({
    kind: v.literal('found'),
    re: wholeNumber,
    events: risingEvents,
    more: v.boolean(),
    /** Newer events than this are not looked through yet. */
    upTo: Seq,
  }),
  rooms: v.object({
    kind: v.literal('rooms'),
    re: wholeNumber,
    rooms: v.array(RoomNote),
    next: v.exactOptional(RoomName),
  }),
  person: v.object({
    kind: v.literal('person'),
    re: wholeNumber,
    person: Person,
    /** When the member came to this server first. */
    joined: Time,
    devices: v.array(DeviceNote),
  }),
  code: v.object({ kind: v.literal('code'), re: wholeNumber, code: secret, until: Time }),
  devices: v.object({ kind: v.literal('devices'), re: wholeNumber, devices: v.array(DeviceNote) }),
  /** Marks of the member that changed by another of its devices. */
  marks: v.object({ kind: v.literal('marks'), marks: v.array(Mark) }),
  /** A signal: the member was typing just now. */
  typing: v.object({ kind: v.literal('typing'), room: RoomName, member: MemberId, nick: nickLabel }),
  /** A signal to the guest: `join` is open to it now. Of a direct room: the other one opened it, and the guest is in. */
  invited: v.object({ kind: v.literal('invited'), room: RoomNote, by: nickLabel }),
  joined: v.object({ kind: v.literal('joined'), re: wholeNumber, room: RoomNote }),
  done: v.object({ kind: v.literal('done'), re: wholeNumber }),
  roster: v.object({
    kind: v.literal('roster'),
    re: wholeNumber,
    /** Members with a chat open, on the whole server or in the room asked for. */
    online: wholeNumber,
    people: v.array(Person),
    next: v.exactOptional(wholeNumber),
  }),
  /** A signal: kept nowhere, dropped first under pressure, told in batches. */
  presence: v.object({
    kind: v.literal('presence'),
    online: wholeNumber,
    changes: v.array(
      v.object({
        ...Person.entries,
        /** The nick before, on a rename. */
        was: v.exactOptional(nickLabel),
        /** For `offline`: left by its own will, or its connection was lost. */
        why: v.exactOptional(v.picklist(['quit', 'lost'])),
      }),
    ),
  }),
  /** Answer to `offer` and `fetch`: the right to transfer one blob on a connection of its own. */
  ticket: v.object({
    kind: v.literal('ticket'),
    re: wholeNumber,
    ticket: secret,
    ...FileNote.entries,
    /** First byte to be sent: what the server holds of an upload, what the receiver has of a download. */
    offset: wholeNumber,
    /** The file's message, for a download. */
    seq: v.exactOptional(Seq),
  }),
  /** On a transfer connection instead of `welcome`: from the next byte on it is the file, from `offset`. */
  go: v.object({ kind: v.literal('go'), offset: wholeNumber, size: wholeNumber }),
  /** The upload is whole, its digest right, and on disk. */
  stored: v.object({ kind: v.literal('stored'), sha256: Sha256, size: wholeNumber }),
  ping: v.object({ kind: v.literal('ping'), n: wholeNumber }),
  pong: v.object({ kind: v.literal('pong'), n: wholeNumber }),
  bye: v.object({
    kind: v.literal('bye'),
    /** A reason of a later version is an end all the same. */
    reason: oneOf(['restart', 'slow', 'malformed', 'silent', 'handover', 'revoked', 'error'], 'error'),
  }),
} as const;
