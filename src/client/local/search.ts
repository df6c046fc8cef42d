// Finding messages in what is kept, while no server is there to ask: by the same words as there. It looks at every row,
// which takes SQLite less than a tenth of a second for the whole file (docs/decisions/0012-the-local-store.md).
import type { SQLInputValue } from 'node:sqlite';
import { Refusal } from '../../protocol/errors.ts';
import { directRoomOf, parseRoom, type RoomName } from '../../protocol/names.ts';
import type { AnyEvent, Seq } from '../../protocol/packet.ts';
import { isPlace, type Name, split, timeOf } from '../../protocol/search-words.ts';
import { folded, hasWord, wordsIn } from '../../text/folded.ts';
import { nickSkeleton } from '../../text/nick.ts';
import type { Found } from '../client.ts';
import type { Place } from './events.ts';
import type { Seen } from './seen.ts';

export type FoundPage = { readonly before?: Seq; readonly limit: number };

/** Conditions of SQL, which find everything that is meant and perhaps more, and what of that is meant. */
type Asked = {
  readonly where: string[];
  readonly values: SQLInputValue[];
  readonly rooms: RoomName[];
  isMeant: (event: AnyEvent) => boolean;
};

const isSaid = "type = 'message' AND (text <> '' OR json_extract(more, '$.file.sha256') IS NOT NULL)";

/** Throws `search-invalid`, `no-such-member` or `no-such-room`. */
export function findKept(seen: Seen, query: string, page: FoundPage): Found {
  const { terms, words } = split(query);
  const asked: Asked = { where: [], values: [], rooms: [], isMeant: () => true };
  for (const word of words.map(folded)) addWord(asked, word);
  for (const { name, value } of terms) filters[name](asked, value, seen);
  if (asked.where.length === 0) {
    throw new Refusal('search-invalid', 'Say what to look for: a word, from:NICK or has:file.');
  }
  if (asked.rooms.length > 0) addRooms(asked, seen);
  return find(seen, asked, page);
}

/** Messages with one's own nick spoken to: who is meant the server knows better, when it is there. */
export function findMentions(seen: Seen, page: FoundPage): Found {
  const nick = seen.meta.get('nick');
  const member = seen.meta.get('member');
  if (nick === undefined || member === undefined) return { events: [], more: false, isLocal: true };
  const asked: Asked = { where: [], values: [], rooms: [], isMeant: (event) => speaksTo(event, nick) };
  addLike(asked, folded(nick));
  asked.where.push('member <> ?');
  asked.values.push(member);
  return find(seen, asked, page);
}

function speaksTo(event: AnyEvent, nick: string): boolean {
  if (event.type !== 'message') return false;
  const wanted = nickSkeleton(nick);
  const named = [...event.text.matchAll(/@([\p{L}\p{M}\p{Nd}_.-]+)|^([\p{L}\p{M}\p{Nd}_.-]+)[:,]/gu)];
  return named.some(([, anywhere, first]) => {
    const name = (anywhere ?? first ?? '').replace(/[._-]+$/, '');
    return nickSkeleton(name) === wanted;
  });
}

/** So many rows more than wanted are looked at in one go: not all that SQL finds is meant. */
const spare = 4;

function find(
  seen: Seen,
  asked: Asked,
  { before = Number.MAX_SAFE_INTEGER as Seq, limit }: FoundPage,
): Found {
  const where = `${[...asked.where, isSaid, 'seq < ?'].join(' AND ')} ORDER BY seq DESC LIMIT ?`;
  const names = new Map(seen.rooms.all.map(({ id, note }) => [id, note.room]));
  const placeOf = (id: number): Place | undefined => {
    const room = names.get(id);
    return room && { id, room };
  };
  const found: AnyEvent[] = [];
  const atOnce = spare * (limit + 1);
  for (let to: number = before; found.length <= limit; ) {
    const rows = seen.events.find(where, [...asked.values, to, atOnce], placeOf);
    found.push(...rows.filter(asked.isMeant));
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) break;
    to = last.seq;
  }
  return { events: found.slice(0, limit).reverse(), more: found.length > limit, isLocal: true };
}

function addWord(asked: Asked, word: string): void {
  const pieces = wordsIn(word);
  // Of an emoji there is no word: it is looked for as it stands.
  for (const piece of pieces.length > 0 ? pieces : [word]) {
    addLike(asked, piece);
    if (pieces.length === 0) continue;
    const { isMeant } = asked;
    asked.isMeant = (event) =>
      isMeant(event) && event.type === 'message' && hasWord(folded(event.text), piece);
  }
}

function addLike(asked: Asked, word: string): void {
  asked.where.push(String.raw`coalesce(folded, text) LIKE ? ESCAPE '\'`);
  asked.values.push(`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}

function addRooms(asked: Asked, seen: Seen): void {
  const ids = asked.rooms.flatMap((room) => seen.rooms.id(room) ?? []);
  asked.where.push(`room IN (${ids.map(() => '?').join(', ')})`);
  asked.values.push(...ids);
}

type Filter = (asked: Asked, value: string, seen: Seen) => void;

const filters: { readonly [name in Name]: Filter } = {
  from: (asked, value, seen) => {
    const members = seen.nicks.called(value.replace(/^@/, ''));
    if (members.length === 0)
      throw new Refusal('no-such-member', `Nobody called ${value} was heard of here.`);
    asked.where.push(`member IN (${members.map(() => '?').join(', ')})`);
    asked.values.push(...members);
  },
  in: (asked, value, seen) => {
    asked.rooms.push(roomOf(value, seen));
  },
  has: (asked, value) => {
    if (!/^files?$/i.test(value)) throw invalid('Only has:file can be asked for.');
    asked.where.push("json_extract(more, '$.file.sha256') IS NOT NULL");
  },
  before: (asked, value) => {
    addPlace(asked, 'before', value);
  },
  after: (asked, value) => {
    addPlace(asked, 'after', value);
  },
};

function roomOf(value: string, seen: Seen): RoomName {
  const self = seen.meta.get('member');
  const isDirect = value.startsWith('@') && self !== undefined;
  const others = isDirect ? seen.nicks.called(value.slice(1)) : [];
  const direct = others.map((other) => directRoomOf(other, self ?? 0)).find((room) => seen.rooms.id(room));
  if (direct !== undefined) return direct;
  const parsed = parseRoom(value);
  if (!isDirect && parsed.ok && seen.rooms.id(parsed.room) !== undefined) return parsed.room;
  throw new Refusal('no-such-room', `Nothing of ${value} is kept on this machine.`);
}

function addPlace(asked: Asked, name: 'before' | 'after', value: string): void {
  const sign = name === 'before' ? '<' : '>';
  const at = timeOf(value.toUpperCase());
  if (isPlace(value)) {
    asked.where.push(`seq ${sign} ?`);
    asked.values.push(Number(value.replace('#', '')));
  } else if (at !== undefined) {
    // Of a day: from its beginning on.
    asked.where.push(`at ${name === 'before' ? '<' : '>='} ?`);
    asked.values.push(at);
  } else throw invalid(`Give ${name}: a day such as ${name}:2026-11-01, or the number of a message.`);
}

function invalid(message: string): Refusal {
  return new Refusal('search-invalid', message);
}
