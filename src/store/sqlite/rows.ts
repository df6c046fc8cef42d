// Rows as they come back from the file, held against what they should be: a damaged file is an error
// here and not a strange message on a screen. Called by log.ts, people.ts and orders.ts.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { FileNote, type PostId } from '../../protocol/packet.ts';
import { toDeviceId, toMemberId, toSeq } from '../ids.ts';
import type { EventBody, StoredEvent } from '../log.ts';

export const eventColumns =
  'seq, room, member, device, id, at, type, text, style, file_name, file_size, sha256';

type Row = {
  readonly [Column in
    | 'seq'
    | 'room'
    | 'member'
    | 'device'
    | 'id'
    | 'at'
    | 'type'
    | 'text'
    | 'style'
    | 'file_name'
    | 'file_size'
    | 'sha256']?: unknown;
};

/** Throws on a row that no version of ours wrote. Checked by hand: a schema took half the time of a page. */
export function parseEvent(row: Row | undefined): StoredEvent {
  assert(row, 'a row was there and is not');
  const { seq, room, member, device, id, at } = row;
  assert(typeof room === 'string' && typeof at === 'number' && id instanceof Uint8Array && id.length === 16);
  return {
    seq: toSeq(seq),
    room: room as RoomName,
    member: toMemberId(member),
    device: toDeviceId(device),
    id: uuidOf(id) as PostId,
    at,
    body: parseBody(row),
  };
}

function parseBody(row: Row): EventBody {
  const { type, text, style } = row;
  if (type === 'join' || type === 'part') return { type };
  assert(type === 'message' && typeof text === 'string' && (style === null || style === 'action'));
  const how = style === null ? {} : ({ style } as const);
  return row.sha256 === null ? { type, text, ...how } : { type, text, ...how, file: parseFile(row) };
}

function parseFile({ file_name, file_size, sha256 }: Row): FileNote {
  return v.parse(FileNote, { name: file_name, size: file_size, sha256 });
}

/** The 16 bytes that a UUID is stored as: half of the index on ids. */
export function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
