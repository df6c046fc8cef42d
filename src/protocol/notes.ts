// What is told of a file, a person, a room, a place in it, a device: in packets of both directions.
import * as v from 'valibot';
import { limits } from './limits.ts';
import { RoomName } from './names.ts';
import {
  base64url,
  DeviceId,
  freeText,
  MemberId,
  nickLabel,
  oneOf,
  Seq,
  Sha256,
  sentence,
  Time,
  wholeNumber,
} from './shapes.ts';

export const FileNote = v.object({
  name: v.pipe(freeText, v.minLength(1), v.maxBytes(limits.fileNameBytes)),
  size: wholeNumber,
  sha256: Sha256,
});
export type FileNote = v.InferOutput<typeof FileNote>;

/** Who may find and enter a room: everybody, who was invited, or the two it is between. */
export const access = oneOf(['public', 'private', 'direct'], 'private');
/** What a newcomer to a private room may read: everything, or what came after the invitation. */
export const past = oneOf(['whole', 'invited'], 'invited');

export const Person = v.object({
  member: MemberId,
  nick: nickLabel,
  /** A state of a later version: there, at any rate. */
  state: oneOf(['online', 'away', 'offline'], 'online'),
  /** Unix milliseconds since when `state` holds. */
  since: Time,
  /** Those that the reader may know of: public ones, and those it shares. */
  rooms: v.array(RoomName),
  /** What was said with /away. */
  note: v.exactOptional(sentence),
  /** When the member last said or read something, where it is longer ago than a few minutes. */
  active: v.exactOptional(Time),
});
export type Person = v.InferOutput<typeof Person>;

export const RoomNote = v.object({
  room: RoomName,
  topic: v.pipe(freeText, v.maxLength(limits.topicChars)),
  /** Members by /join, online or not. */
  members: wholeNumber,
  access: v.optional(access, 'public'),
  past: v.optional(past, 'whole'),
  /** Who made it, and may configure it. */
  owner: v.exactOptional(MemberId),
  /** The other one of a direct room. */
  with: v.exactOptional(v.object({ member: MemberId, nick: nickLabel })),
  /** Time of the newest event; in the list of rooms. */
  last: v.exactOptional(Time),
});
export type RoomNote = v.InferOutput<typeof RoomNote>;

/** What of a room calls for its member's attention. */
export const level = oneOf(['all', 'mentions', 'none'], 'all');
export type NotifyLevel = v.InferOutput<typeof level>;
/** Where a member is in a room: the same on all of its devices. */
export const Mark = v.object({
  room: RoomName,
  /** The newest event that was read. */
  read: Seq,
  /** Messages of others behind it, counted no further than `unreadMax`. */
  unread: wholeNumber,
  /** Those of them that speak to the member, counted as far. */
  mentions: wholeNumber,
  level,
});
export type Mark = v.InferOutput<typeof Mark>;

export const DeviceNote = v.object({
  device: DeviceId,
  /** SHA-256 of the raw public key, base64url. */
  fingerprint: base64url(32),
  since: Time,
  /** Its newest login. */
  seen: v.exactOptional(Time),
});
export type DeviceNote = v.InferOutput<typeof DeviceNote>;
