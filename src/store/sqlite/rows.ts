// Rows as they come back from the file, held against what they should be: a damaged file is an error
// here and not a strange message on a screen. Called by log.ts, readings.ts and recent.ts.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { RoomName } from '../../protocol/names.ts';
import { FileNote, MemberId, type PostId, type Reaction, Seq } from '../../protocol/packet.ts';
import { toDeviceId, toMemberId, toSeq } from '../ids.ts';
import type { EventBody, MessageNow, StoredEvent } from '../log.ts';

/**
 * What later events made of a message, as JSON, in the same statement: the writer may commit between two. Of a message
 * that nobody changed nothing more is looked up.
 */
const now = `CASE WHEN changed IS NOT NULL THEN json_array(
  changed,
  edited,
  (SELECT edit.text FROM events AS edit WHERE edit.seq = events.edited),
  json((SELECT json_group_array(json_array(emoji, member)) FROM
        (SELECT emoji, member FROM reactions WHERE target = events.seq ORDER BY first, seq)))
) END`;

/** What `parseEvent` takes, from statements that give arrays: half the time of objects with twelve names. */
export const eventColumns = `seq, room, member, device, lower(hex(id)), at, type, text, style, file_name, file_size, sha256,
  coalesce(target, reply), ${now}`;

/** Throws on a row that no version of ours wrote. Checked by hand: a schema took half the time of a page. */
export function parseEvent(row: unknown): StoredEvent {
  assert(Array.isArray(row), 'a row was there and is not');
  const [
    seq,
    room,
    member,
    device,
    id,
    at,
    type,
    text,
    style,
    name,
    size,
    sha256,
    target,
    changes,
  ]: unknown[] = row;
  assert(typeof room === 'string' && typeof at === 'number' && typeof id === 'string' && id.length === 32);
  const event: StoredEvent = {
    seq: toSeq(seq),
    room: room as RoomName,
    member: toMemberId(member),
    device: toDeviceId(device),
    id: uuidOf(id) as PostId,
    at,
    body: parseBody({ type, text, style, name, size, sha256, target }),
  };
  return changes === null ? event : { ...event, now: parseNow(changes, text) };
}

type Content = Record<'type' | 'text' | 'style' | 'name' | 'size' | 'sha256' | 'target', unknown>;

function parseBody(content: Content): EventBody {
  const { type, text, style, name, size, sha256, target } = content;
  if (type === 'join' || type === 'part') return style === 'quiet' ? { type, isQuiet: true } : { type };
  if (type !== 'message') return parseRare(content);
  assert((typeof text === 'string' || text === null) && (style === null || style === 'action'));
  const how = style === null ? {} : ({ style } as const);
  const about = target === null ? {} : { reply: toSeq(target) };
  return sha256 === null
    ? { type, text: text ?? '', ...how, ...about }
    : { type, text: text ?? '', ...how, ...about, file: v.parse(FileNote, { name, size, sha256 }) };
}

const Text = v.pipe(
  v.nullable(v.string()),
  v.transform((text) => text ?? ''),
);
/** The bodies of all but messages and moves, by what their columns hold. */
const RareBody = v.variant('type', [
  v.object({ type: v.literal('edit'), target: Seq, text: Text }),
  v.object({ type: v.literal('deletion'), target: Seq }),
  v.pipe(
    v.object({
      type: v.literal('reaction'),
      target: Seq,
      text: Text,
      style: v.picklist(['added', 'removed']),
    }),
    v.transform(({ type, target, text, style }) => ({ type, target, emoji: text, did: style })),
  ),
  v.object({ type: v.literal('topic'), text: v.string() }),
  v.pipe(
    v.object({
      type: v.literal('room'),
      text: v.picklist(['public', 'private']),
      style: v.picklist(['whole', 'invited']),
    }),
    v.transform(({ type, text, style }) => ({ type, access: text, past: style })),
  ),
  v.pipe(
    v.object({ type: v.literal('invite'), text: v.pipe(v.string(), v.transform(Number), MemberId) }),
    v.transform(({ type, text }) => ({ type, guest: text })),
  ),
]);

function parseRare(content: Content): EventBody {
  return v.parse(RareBody, content);
}

const Now = v.tuple([Seq, v.nullable(Seq), v.nullable(v.string()), v.array(v.tuple([v.string(), MemberId]))]);

function parseNow(changes: unknown, first: unknown): MessageNow {
  assert(typeof changes === 'string');
  const [changed, edited, newest, reactions] = v.parse(Now, JSON.parse(changes));
  // Only a deletion takes the text out of a message's own row.
  if (first === null) return { text: '', isDeleted: true, changed };
  assert(typeof first === 'string');
  const text = edited === null ? { text: first } : { text: newest ?? '', edited };
  return reactions.length === 0 ? { ...text, changed } : { ...text, reactions: gathered(reactions), changed };
}

/** The rows come with all of one emoji together, in the order in which both are shown. */
function gathered(rows: readonly (readonly [emoji: string, member: MemberId])[]): Reaction[] {
  const reactions: Reaction[] = [];
  for (const [emoji, member] of rows) {
    const last = reactions.at(-1);
    if (last?.emoji === emoji) last.by.push(member);
    else reactions.push({ emoji, by: [member] });
  }
  return reactions;
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
