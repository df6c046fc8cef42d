// What the log holds, as its readers are sent it: one schema per type of event, and what a later version added counts as
// `unknown`.
import * as v from 'valibot';
import { limits } from './limits.ts';
import { RoomName } from './names.ts';
import { access, FileNote, past } from './notes.ts';
import { emojiText, freeText, MemberId, nickLabel, PostId, Seq, Time } from './shapes.ts';

export const Reaction = v.object({ emoji: emojiText, by: v.array(MemberId) });
/** Who reacted with this emoji, each once, the first one first; the emoji that came to be there first stands first. */
export type Reaction = v.InferOutput<typeof Reaction>;
/** The beginning of the message that a reply answers; absent where it is deleted, or not the reader's to see. */
export const Quote = v.object({ member: MemberId, nick: nickLabel, text: freeText });
export type Quote = v.InferOutput<typeof Quote>;

const eventHead = { seq: Seq, room: RoomName, member: MemberId, nick: nickLabel, at: Time };
/** By type. */
export const logEvents = {
  message: v.object({
    type: v.literal('message'),
    ...eventHead,
    id: PostId,
    /** As it reads now. Empty where the message is a file, or deleted. */
    text: freeText,
    style: v.exactOptional(v.literal('action')),
    file: v.exactOptional(FileNote),
    /** The message of the same room that this one answers. */
    reply: v.exactOptional(Seq),
    quote: v.exactOptional(Quote),
    /** The newest edit that `text` has in it. */
    edited: v.exactOptional(Seq),
    /** Its text, file and reactions are gone. */
    deleted: v.exactOptional(v.literal(true)),
    /** The newest change that this message shows: one with a seq up to it is not to be applied to it again. */
    changed: v.exactOptional(Seq),
    reactions: v.exactOptional(v.array(Reaction)),
  }),
  join: v.object({ type: v.literal('join'), ...eventHead }),
  part: v.object({ type: v.literal('part'), ...eventHead }),
  /** The author's own words in place of those of `target`. */
  edit: v.object({ type: v.literal('edit'), ...eventHead, target: Seq, text: freeText }),
  deletion: v.object({ type: v.literal('deletion'), ...eventHead, target: Seq }),
  reaction: v.object({
    type: v.literal('reaction'),
    ...eventHead,
    target: Seq,
    emoji: emojiText,
    did: v.picklist(['added', 'removed']),
  }),
  topic: v.object({
    type: v.literal('topic'),
    ...eventHead,
    text: v.pipe(freeText, v.maxLength(limits.topicChars)),
  }),
  /** The owner opened or closed the room. */
  room: v.object({ type: v.literal('room'), ...eventHead, access, past }),
  /** `member` invited `guest`. */
  invite: v.object({ type: v.literal('invite'), ...eventHead, guest: MemberId, guestNick: nickLabel }),
} as const;
/** What the log holds, as a reader sees it: `nick` is the member's label when it was sent to the reader. */
export type LogEvent = v.InferOutput<(typeof logEvents)[keyof typeof logEvents]>;
export type MessageEvent = Extract<LogEvent, { type: 'message' }>;
/** Events about another one: they have no line of their own, `target` shows what they did. */
export type ChangeEvent = Extract<LogEvent, { type: 'edit' | 'deletion' | 'reaction' }>;
const laterEvent = v.pipe(
  v.object({ type: v.string(), ...eventHead }),
  v.transform((event) => ({ ...event, type: 'unknown' as const })),
);

function typeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
}

const eventSchemas = new Map<unknown, (typeof logEvents)[keyof typeof logEvents]>(Object.entries(logEvents));
/**
 * An event of a later version is kept as `unknown`: its seq counts, it is not shown. A known type that is not well
 * formed is refused; it must not pass as an unknown one. (By table, as v.variant and v.union cost twice as much.)
 */
export const AnyEvent = v.lazy((event) => eventSchemas.get(typeOf(event)) ?? laterEvent);
export type AnyEvent = v.InferOutput<typeof AnyEvent>;
export function isChange(event: AnyEvent): event is ChangeEvent {
  return event.type === 'edit' || event.type === 'deletion' || event.type === 'reaction';
}
/** Of a page: each seq once, rising. Whoever reads it counts on that, so a server that does otherwise is broken. */
export const risingEvents = v.pipe(
  v.array(AnyEvent),
  v.check((events) => events.every(({ seq }, at) => at === 0 || seq > (events[at - 1]?.seq ?? 0))),
);
