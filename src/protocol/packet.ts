// One schema per packet kind: it is the TypeScript type and the validator of both directions.
// docs/protocol.md says what each packet means; a test holds the two against each other.
// Unknown fields are ignored (objects drop them), an unknown kind is an error for the sender.
import * as v from 'valibot';
import { errorCodes } from './errors.ts';
import { limits } from './limits.ts';
import { RoomName } from './names.ts';

/** One check instead of a chain of three: there are five numbers in every event. */
const wholeNumber = v.custom<number>(
  (value) => typeof value === 'number' && value >= 0 && Number.isSafeInteger(value),
);
/** What people write. A lone surrogate is mended here, before it is stored: it has no UTF-8, SQLite would change it. */
const freeText = v.pipe(
  v.string(),
  v.transform((text) => (text.isWellFormed() ? text : text.toWellFormed())),
);
const base64url = (bytes: number) => {
  const chars = Math.ceil((bytes * 4) / 3);
  return v.pipe(v.string(), v.length(chars), v.regex(/^[\w-]*$/));
};
const sentence = v.pipe(freeText, v.maxLength(limits.sentenceChars));
const secret = v.pipe(v.string(), v.maxLength(limits.secretChars));
const agent = v.pipe(v.string(), v.maxLength(limits.agentChars));

/** A word of a closed list; one that a later version added counts as `nearest`. */
const oneOf = <const Words extends readonly string[]>(words: Words, nearest: Words[number]) => {
  const known: ReadonlySet<string> = new Set(words);
  return v.pipe(
    v.string(),
    v.maxLength(64),
    v.transform((word): Words[number] => (known.has(word) ? word : nearest)),
  );
};

/** A place in the log: rising over the whole server, with gaps, never reused within one `logId`. */
export const Seq = v.pipe(wholeNumber, v.brand('Seq'));
export type Seq = v.InferOutput<typeof Seq>;
/** What a Date can hold (ECMA-262 §21.4.1.1); anything beyond it throws where a time is written out. */
const timeMost = 8.64e15;
/** Unix milliseconds, the server's clock, never below the event before it. */
export const Time = v.pipe(wholeNumber, v.maxValue(timeMost));
export const MemberId = v.pipe(wholeNumber, v.brand('MemberId'));
export type MemberId = v.InferOutput<typeof MemberId>;
export const DeviceId = v.pipe(wholeNumber, v.brand('DeviceId'));
export type DeviceId = v.InferOutput<typeof DeviceId>;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** UUIDv7 in lower case: written with the outbox entry before the first send, so that a resend is harmless. */
export const PostId = v.pipe(v.string(), v.check(isPostId), v.brand('PostId'));
export type PostId = v.InferOutput<typeof PostId>;
export function isPostId(text: string): boolean {
  return uuid.test(text);
}
/** SHA-256 as 64 lower-case hex digits. */
export const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('Sha256'));
export type Sha256 = v.InferOutput<typeof Sha256>;
export const LogId = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/), v.brand('LogId'));
export type LogId = v.InferOutput<typeof LogId>;
/** A nick as it comes off the wire: a label to show through SafeText, not proof of good form. */
const nickLabel = v.pipe(freeText, v.minLength(1), v.maxLength(4 * limits.nickChars));
/** Names what is asked, so that the answer finds it: the answer carries it as `re`. */
const req = wholeNumber;

export const FileNote = v.object({
  name: v.pipe(freeText, v.minLength(1), v.maxBytes(limits.fileNameBytes)),
  size: wholeNumber,
  sha256: Sha256,
});
export type FileNote = v.InferOutput<typeof FileNote>;

function typeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
}

/** One emoji as people see it, by its code points: `text/emoji.ts` says what is one. */
const emojiText = v.pipe(freeText, v.minLength(1), v.maxBytes(limits.emojiBytes));
export const Reaction = v.object({ emoji: emojiText, by: v.array(MemberId) });
/** Who reacted with this emoji, each once, the first one first; the emoji that came to be there first stands first. */
export type Reaction = v.InferOutput<typeof Reaction>;
/** The beginning of the message that a reply answers; absent where it is deleted, or not the reader's to see. */
export const Quote = v.object({ member: MemberId, nick: nickLabel, text: freeText });
export type Quote = v.InferOutput<typeof Quote>;
/** Who may find and enter a room: everybody, who was invited, or the two it is between. */
const access = oneOf(['public', 'private', 'direct'], 'private');
/** What a newcomer to a private room may read: everything, or what came after the invitation. */
const past = oneOf(['whole', 'invited'], 'invited');

const eventHead = { seq: Seq, room: RoomName, member: MemberId, nick: nickLabel, at: Time };
/** Event types by name. */
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
const eventSchemas = new Map<unknown, (typeof logEvents)[keyof typeof logEvents]>(Object.entries(logEvents));
/**
 * An event of a later version is kept as `unknown`: its seq counts, it is not shown. A known type that is not well
 * formed is refused; it must not pass as an unknown one. (By table, as v.variant and v.union cost twice as much.)
 */
export const AnyEvent = v.lazy((event) => eventSchemas.get(typeOf(event)) ?? laterEvent);
export type AnyEvent = v.InferOutput<typeof AnyEvent>;
/** Of a page: each seq once, rising. Whoever reads it counts on that, so a server that does otherwise is broken. */
const risingEvents = v.pipe(
  v.array(AnyEvent),
  v.check((events) => events.every(({ seq }, at) => at === 0 || seq > (events[at - 1]?.seq ?? 0))),
);

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
const level = oneOf(['all', 'mentions', 'none'], 'all');
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

/** Client to server. */
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

/** Server to client. */
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

type Packets<Schemas extends Record<string, v.GenericSchema>> = {
  [Kind in keyof Schemas]: v.InferOutput<Schemas[Kind]>;
};
export type ClientPackets = Packets<typeof clientPackets>;
export type ServerPackets = Packets<typeof serverPackets>;
export type ClientKind = keyof ClientPackets;
export type ServerKind = keyof ServerPackets;
export type ClientPacket = ClientPackets[ClientKind];
export type ServerPacket = ServerPackets[ServerKind];
