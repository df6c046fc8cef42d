// What somebody typed into a search, as the store is asked for it: words and "quoted words", from:NICK, in:#ROOM or
// in:@NICK, before: and after: with a day, a time or a message's number, has:file. The search handler calls it.
//
// Every wrong word is named, with what to type instead. A colon elsewhere (https://…, 12:30) is part of a word.
import { Refusal } from '../protocol/errors.ts';
import { directRoomOf, parseRoom, type RoomName } from '../protocol/names.ts';
import type { ClientPackets, MemberId, Seq } from '../protocol/packet.ts';
import { isPlace, type Name, split, timeOf } from '../protocol/search-words.ts';
import { toSeq } from '../store/ids.ts';
import type { SearchQuery } from '../store/search.ts';
import type { Core } from './core.ts';
import { memberCalled } from './members.ts';
import { noSuchRoom, readableFrom, readableRooms } from './room-access.ts';

type Asked = { -readonly [Name in keyof SearchQuery]: SearchQuery[Name] };
type Asking = { readonly core: Core; readonly member: MemberId };
type Read = (asked: Asked, value: string, asking: Asking) => Promise<void> | void;

/** Throws `search-invalid`, `no-such-member` or `no-such-room`. */
export async function searchQuery(
  { query, before, limit }: Pick<ClientPackets['search'], 'query' | 'before' | 'limit'>,
  member: MemberId,
  core: Core,
): Promise<SearchQuery> {
  const { terms, words } = split(query);
  const asked: Asked = {
    words,
    rooms: new Map(),
    limit: Math.min(Math.max(limit, 1), core.limits.foundEvents),
    ...(before === undefined ? {} : { before }),
  };
  for (const { name, value } of terms) await filters[name](asked, value, { core, member });
  const isSomething = words.length > 0 || asked.from !== undefined || asked.hasFile !== undefined;
  if (!isSomething) throw invalid('Type a word to look for, or from:NICK, or has:file.');
  // Last, for it costs the most.
  if (asked.rooms.size === 0) asked.rooms = readableRooms(core.store.people, core.publicRooms, member);
  return asked;
}

const filters: { readonly [name in Name]: Read } = {
  from: (asked, value, { core }) => {
    if (value === '') throw invalid('Say whose messages: from:ada.');
    if (asked.from !== undefined) throw invalid('Give from: once; a message has one author.');
    asked.from = memberCalled(value, core);
  },
  in: (asked, value, asking) => {
    const [room, from] = value.startsWith('@') ? conversation(value, asking) : roomCalled(value, asking);
    asked.rooms = new Map([...asked.rooms, [room, from]]);
  },
  has: (asked, value) => {
    if (!/^files?$/i.test(value)) throw invalid('Only has:file can be asked for.');
    asked.hasFile = true;
  },
  before: async (asked, value, { core }) => {
    const bound = await placeOf('before', value, core);
    asked.before = toSeq(Math.min(asked.before ?? bound, bound));
  },
  after: async (asked, value, { core }) => {
    const bound = await placeOf('after', value, core);
    // Of a day or time: from then on.
    const after = isPlace(value) ? bound : toSeq(Math.max(bound - 1, 0));
    asked.after = toSeq(Math.max(asked.after ?? 0, after));
  },
};

function roomCalled(value: string, { core, member }: Asking): [RoomName, Seq] {
  const parsed = parseRoom(value);
  if (!parsed.ok) throw invalid('Say in which room: in:#general, or in:@ada for a conversation.');
  const from = readableFrom(core.store.people, member, parsed.room);
  if (from === undefined) throw noSuchRoom(core.store.people, member, parsed.room);
  return [parsed.room, from];
}

function conversation(value: string, { core, member }: Asking): [RoomName, Seq] {
  const { people } = core.store;
  const other = memberCalled(value, core);
  const room = directRoomOf(member, other);
  const from = other === member ? undefined : people.readableFrom(member, room);
  if (from !== undefined) return [room, from];
  throw new Refusal('no-such-room', `You have no conversation with ${core.nickOf(other)}.`);
}

async function placeOf(name: 'before' | 'after', value: string, core: Core): Promise<Seq> {
  if (isPlace(value)) return toSeq(Number(value.replace('#', '')));
  const at = timeOf(value.toUpperCase());
  if (at !== undefined) return core.store.log.seqAt(at);
  throw invalid(`Give ${name}: a day such as ${name}:2026-11-01, or the number of a message.`);
}

function invalid(message: string): Refusal {
  return new Refusal('search-invalid', message);
}
