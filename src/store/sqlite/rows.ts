// Rows as they come back from the file, held against the schema of what they should be: a damaged file is an error
// here and not a strange message on a screen. Called by log.ts, people.ts and orders.ts.
import * as v from 'valibot';
import { RoomName } from '../../protocol/names.ts';
import { DeviceId, FileNote, MemberId, PostId, Seq, Time } from '../../protocol/packet.ts';
import type { EventBody, StoredEvent } from '../log.ts';

export const eventColumns =
  'seq, room, member, device, id, at, type, text, style, file_name, file_size, sha256';

const head = {
  seq: Seq,
  room: RoomName,
  member: MemberId,
  device: DeviceId,
  id: v.pipe(
    v.instance(Uint8Array),
    v.transform((bytes) => uuidOf(bytes)),
    PostId,
  ),
  at: Time,
};
const EventRow = v.variant('type', [
  v.object({
    ...head,
    type: v.literal('message'),
    text: v.string(),
    style: v.nullable(v.literal('action')),
    file_name: v.nullable(v.string()),
    file_size: v.nullable(v.number()),
    sha256: v.nullable(v.string()),
  }),
  v.object({ ...head, type: v.literal('join') }),
  v.object({ ...head, type: v.literal('part') }),
]);
type EventRow = v.InferOutput<typeof EventRow>;

/** Throws on a row that no version of ours wrote. */
export function parseEvent(row: unknown): StoredEvent {
  const parsed = v.parse(EventRow, row);
  const { seq, room, member, device, id, at } = parsed;
  return { seq, room, member, device, id, at, body: bodyOf(parsed) };
}

function bodyOf(row: EventRow): EventBody {
  if (row.type !== 'message') return { type: row.type };
  const style = row.style === null ? {} : { style: row.style };
  if (row.sha256 === null) return { type: 'message', text: row.text, ...style };
  const file = v.parse(FileNote, { name: row.file_name, size: row.file_size, sha256: row.sha256 });
  return { type: 'message', text: row.text, ...style, file };
}

/** The 16 bytes that a UUID is stored as: half of the index on ids. */
export function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
