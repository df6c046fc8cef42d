// Rows as they come back from the file, held against what they should be: a damaged file is an error
// here and not a strange message on a screen. Called by log.ts, people.ts and orders.ts.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { FileNote, type PostId } from '../../protocol/packet.ts';
import { toDeviceId, toMemberId, toSeq } from '../ids.ts';
import type { EventBody, StoredEvent } from '../log.ts';

/** What `parseEvent` takes, from statements that give arrays: half the time of objects with twelve names. */
export const eventColumns =
  'seq, room, member, device, lower(hex(id)), at, type, text, style, file_name, file_size, sha256';

/** Throws on a row that no version of ours wrote. Checked by hand: a schema took half the time of a page. */
export function parseEvent(row: unknown): StoredEvent {
  assert(Array.isArray(row), 'a row was there and is not');
  const [seq, room, member, device, id, at, type, text, style, ...file]: unknown[] = row;
  assert(typeof room === 'string' && typeof at === 'number' && typeof id === 'string' && id.length === 32);
  return {
    seq: toSeq(seq),
    room: room as RoomName,
    member: toMemberId(member),
    device: toDeviceId(device),
    id: uuidOf(id) as PostId,
    at,
    body: parseBody(type, text, style, file),
  };
}

function parseBody(type: unknown, text: unknown, style: unknown, file: readonly unknown[]): EventBody {
  if (type === 'join' || type === 'part') return { type };
  assert(type === 'message' && typeof text === 'string' && (style === null || style === 'action'));
  const how = style === null ? {} : ({ style } as const);
  const [name, size, sha256] = file;
  return sha256 === null
    ? { type, text, ...how }
    : { type, text, ...how, file: v.parse(FileNote, { name, size, sha256 }) };
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
